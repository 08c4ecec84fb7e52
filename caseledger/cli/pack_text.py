"""Conditions of policy rules in words."""

from collections.abc import Iterator

from caseledger.cli.output import words
from domain.policy.pack import Bound, Count, When
from domain.policy.vocabulary import Severity

_BOUNDS = {Bound.AT_LEAST: "at least", Bound.EXACTLY: "exactly", Bound.AT_MOST: "at most"}


def when_text(when: When) -> str:
    """All conditions, with `and` between them; `always` where there is none."""
    return " and ".join(_parts(when)) or "always"


def count_text(count: Count) -> str:
    """One count, such as `at least 2 of mute for content_removal within P3M before the posting`."""
    selection = count.selection
    causes = f" for {' or '.join(sorted(selection.causes))}" if selection.causes else ""
    window = f" within {selection.within.text}" if selection.within else ""
    before = " before the posting" if selection.before_posting else ""
    with_current = ", this one included" if count.with_current else ""
    kinds = " or ".join(sorted(selection.kinds))
    return f"{_BOUNDS[count.bound]} {count.number} of {kinds}{causes}{window}{before}{with_current}"


def _parts(when: When) -> Iterator[str]:
    if when.subjects is not None:
        yield f"subject {words(sorted(when.subjects))}"
    if when.classes is not None:
        yield f"class {words(sorted(when.classes))}"
    if when.codes is not None:
        yield f"code {words(sorted(when.codes))}"
    if when.severities is not None:
        yield f"severity {words(severity for severity in Severity if severity in when.severities)}"
    if when.any_flags is not None:
        yield f"flag {words(sorted(when.any_flags))}"
    if when.roles is not None:
        yield f"role {words(sorted(when.roles))}"
    if when.content_older_than is not None:
        yield f"content older than {when.content_older_than.text}"
    for count in when.past:
        yield count_text(count)

"""Looks through a ladder for rules that another one always forestalls, and for findings that no rule covers."""

from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Final

from domain.policy.conditions import Facts, entries_counted
from domain.policy.faults import FaultCode, FaultList
from domain.policy.finding import Finding, Subject
from domain.policy.pack import Bound, Count, Pack, Rule, When
from domain.policy.record import Record
from domain.policy.vocabulary import Severity

_SHOWN_MAX: Final = 3
_ANY_DAY: Final = datetime(2020, 1, 1, tzinfo=UTC)


def check_reach(pack: Pack, faults: FaultList) -> None:
    """`unreachable_rule` by the text of the conditions, `uncovered` by trying every first finding there can be."""
    for place, rule in enumerate(pack.ladder):
        shadow = next((earlier for earlier in pack.ladder[:place] if _implies(rule, earlier, pack)), None)
        if shadow is not None:
            reason = f"{rule.id!r} never decides: {shadow.id!r} (order {shadow.order}) holds whenever it does"
            faults.add(f"ladder[{rule.place}]", FaultCode.UNREACHABLE_RULE, reason)
    bare = _uncovered(pack)
    if bare:
        more = "" if len(bare) <= _SHOWN_MAX else f" and {len(bare) - _SHOWN_MAX} more"
        reason = f"no rule holds for {'; '.join(bare[:_SHOWN_MAX])}{more}; every first finding needs one"
        faults.add("ladder", FaultCode.UNCOVERED, reason)


def _implies(later: Rule, earlier: Rule, pack: Pack) -> bool:
    """Whether every condition of the earlier rule is implied by one of the later rule."""
    a, b = earlier.when, later.when
    classes = {violation.class_ for violation in pack.violations.values()}
    return (
        _lies_in(b.subjects, a.subjects, pack.subjects)
        and _lies_in(b.classes, a.classes, classes)
        and _lies_in(b.codes, a.codes, set(pack.violations))
        and _lies_in(b.severities, a.severities, set(Severity))
        and _named_within(b.any_flags, a.any_flags)
        and _named_within(b.roles, a.roles)
        and (a.content_older_than is None or a.content_older_than == b.content_older_than)
        and all(_has_as_strict(b, count) for count in a.past)
    )


def _lies_in(b: AbstractSet[str] | None, a: AbstractSet[str] | None, everything: AbstractSet[str]) -> bool:
    return a is None or (everything if b is None else b) <= a


def _named_within(b: AbstractSet[str] | None, a: AbstractSet[str] | None) -> bool:
    return a is None or (b is not None and b <= a)


def _has_as_strict(when: When, wanted: Count) -> bool:
    return any(
        count.selection == wanted.selection
        and count.with_current == wanted.with_current
        and count.bound is wanted.bound
        and (count.number == wanted.number or (count.bound is Bound.AT_LEAST and count.number > wanted.number))
        for count in when.past
    )


def _uncovered(pack: Pack) -> list[str]:
    """Subject, code and severity of each finding without flags, role and record that no rule holds for."""
    bare: list[str] = []
    for violation in pack.violations.values():
        if violation.procedure is not None:
            continue
        for subject in sorted(violation.applies_to):
            for severity in Severity:
                finding = Finding(
                    at=_ANY_DAY,
                    posted_at=_ANY_DAY,
                    subject=Subject(type=subject, id="any"),
                    codes=(violation.code,),
                    severity=severity,
                )
                codes, classes = frozenset({violation.code}), frozenset({violation.class_})
                facts = Facts(pack, Record(), finding, severity, codes, classes)
                if all(entries_counted(rule.when, facts) is None for rule in pack.ladder):
                    bare.append(f"{subject.value} {violation.code} {severity.value}")
    return bare

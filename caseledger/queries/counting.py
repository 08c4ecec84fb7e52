"""How a rule counted: each of its counts with the window it looked at, worked out on the calendar of the policy."""

from dataclasses import dataclass

from domain.accounts.state import Account
from domain.cases.ruling import finding_again
from domain.cases.values import FindingMade
from domain.policy.conditions import Facts, entries_counted
from domain.policy.durations import EARLIEST, earlier
from domain.policy.errors import JudgeRefused
from domain.policy.instants import utc_text
from domain.policy.judge import facts_of
from domain.policy.pack import Bound, Count, Pack
from domain.policy.record import Record

_BOUNDS = {Bound.AT_LEAST: "at least", Bound.EXACTLY: "exactly", Bound.AT_MOST: "at most"}


@dataclass(frozen=True, slots=True)
class CountTold:
    """One count: what it wanted and what it found. The window includes both ends; None is no lower end.

    `text` says it in English; `counted` are the ids of the entries, `number` includes the finding itself where
    `with_current` says so.
    """

    text: str
    bound: str
    wanted: int
    number: int
    kinds: tuple[str, ...]
    causes: tuple[str, ...]
    within: str | None
    starts_at: str | None
    ends_at: str
    before_posting_at: str | None
    with_current: bool
    counted: tuple[str, ...]


def counts_of(pack: Pack | None, record: Account | None, finding: FindingMade, rule: str) -> tuple[CountTold, ...]:
    """The counts of a rule over a record; none where the pack or the rule is not there, or cannot be asked."""
    found = pack.rules.get(rule) if pack else None
    if pack is None or found is None:
        return ()
    try:
        facts = facts_of(pack, record.entries if record else Record(), finding_again(finding, finding.at))
    except JudgeRefused:
        return ()
    entries_counted(found.when, facts)
    return tuple(_told(count, facts) for count in found.when.past if count.selection in facts.counted)


def _told(count: Count, facts: Facts) -> CountTold:
    selection, finding = count.selection, facts.finding
    entries = facts.counted[selection]
    start = None if selection.within is None else earlier(finding.at, selection.within, facts.pack.zone)
    starts_at = None if start is None or start == EARLIEST else utc_text(start)
    before = utc_text(finding.posted_at) if selection.before_posting and finding.posted_at else None
    kinds, causes = tuple(sorted(selection.kinds)), tuple(sorted(cause.value for cause in selection.causes or ()))
    number = len(entries) + count.with_current
    parts = [f"{_BOUNDS[count.bound]} {count.number} of {' or '.join(kinds)}"]
    if causes:
        parts.append(f"for {' or '.join(causes)}")
    parts.append(
        f"within {selection.within.text}, from {starts_at}" if selection.within and starts_at else "at any time"
    )
    parts.append(f"to {utc_text(finding.at)}, both ends included")
    if selection.before_posting:
        parts.append(f"and before the posting at {before}" if before else "and before a posting of unknown time")
    if count.with_current:
        parts.append("with this one")
    return CountTold(
        text=f"{' '.join(parts)}: {number}",
        bound=count.bound.value,
        wanted=count.number,
        number=number,
        kinds=kinds,
        causes=causes,
        within=selection.within.text if selection.within else None,
        starts_at=starts_at,
        ends_at=utc_text(finding.at),
        before_posting_at=before,
        with_current=count.with_current,
        counted=tuple(entry.id for entry in sorted(entries, key=lambda entry: (entry.at, entry.id))),
    )

"""When a rule holds: every condition of the closed set, over one finding and one record."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.policy.durations import EARLIEST, LATEST, earlier
from domain.policy.finding import Finding
from domain.policy.kinds import CONTENT_REMOVAL
from domain.policy.pack import Bound, Count, Pack, Selection, When
from domain.policy.record import Record, RecordEntry
from domain.policy.vocabulary import Severity


@dataclass(frozen=True, slots=True)
class Facts:
    """What conditions are asked about, and what was counted so far, so that equal counts are made once."""

    pack: Pack
    record: Record
    finding: Finding
    severity: Severity
    codes: frozenset[str]
    classes: frozenset[str]
    counted: dict[Selection, tuple[RecordEntry, ...]] = field(default_factory=dict)


def entries_counted(when: When, facts: Facts) -> tuple[RecordEntry, ...] | None:
    """The entries that the counts of `when` saw, with repeats; None when `when` does not hold."""
    if not _fits(when, facts) or not _is_old_enough(when, facts):
        return None
    seen: tuple[RecordEntry, ...] = ()
    for count in when.past:
        entries = _entries(count.selection, facts)
        if not _within_bound(count, len(entries)):
            return None
        seen += entries
    return seen


def _fits(when: When, facts: Facts) -> bool:
    """The conditions on the finding alone."""
    finding = facts.finding
    return (
        (when.subjects is None or finding.subject.type in when.subjects)
        and (when.severities is None or facts.severity in when.severities)
        and (when.classes is None or not when.classes.isdisjoint(facts.classes))
        and (when.codes is None or not when.codes.isdisjoint(facts.codes))
        and (when.any_flags is None or not when.any_flags.isdisjoint(finding.flags))
        and (when.roles is None or finding.role in when.roles)
    )


def _is_old_enough(when: When, facts: Facts) -> bool:
    """Strictly older than the period; without a posting time nothing is."""
    if when.content_older_than is None:
        return True
    posted_at = facts.finding.posted_at
    return posted_at is not None and posted_at < earlier(facts.finding.at, when.content_older_than, facts.pack.zone)


def _within_bound(count: Count, entries: int) -> bool:
    number = entries + count.with_current
    if count.bound is Bound.AT_LEAST:
        return number >= count.number
    if count.bound is Bound.AT_MOST:
        return number <= count.number
    return number == count.number


def _entries(selection: Selection, facts: Facts) -> tuple[RecordEntry, ...]:
    found = facts.counted.get(selection)
    if found is None:
        found = _select(selection, facts)
        facts.counted[selection] = found
    return found


def _select(selection: Selection, facts: Facts) -> tuple[RecordEntry, ...]:
    """Entries in the window, ends included, that stand and count; of removals one for each other content."""
    finding, record = facts.finding, facts.record
    before = finding.posted_at if selection.before_posting else LATEST
    kinds = [kind for kind in selection.kinds if record.has_kind(kind)]
    if before is None or not kinds:
        return ()
    since = EARLIEST if selection.within is None else earlier(finding.at, selection.within, facts.pack.zone)
    until = finding.at
    causes = selection.causes
    found: list[RecordEntry] = []
    for kind in kinds:
        standing = [
            entry
            for entry in record.that_may_count(kind, since, until)
            if since <= entry.at <= until
            and entry.at < before
            and (causes is None or entry.cause in causes)
            and (entry.lifted_at is None or entry.lifted_at > until)
            and not entry.time_barred
        ]
        found.extend(_first_of_each_content(standing, finding.content) if kind == CONTENT_REMOVAL else standing)
    return tuple(found)


def _first_of_each_content(entries: Iterable[RecordEntry], own: str | None) -> Iterable[RecordEntry]:
    first: dict[str | None, RecordEntry] = {}
    for entry in entries:
        known = first.get(entry.content)
        if entry.content != own and (known is None or (entry.at, entry.id) < (known.at, known.id)):
            first[entry.content] = entry
    return first.values()

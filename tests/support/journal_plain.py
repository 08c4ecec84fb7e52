"""A second evaluation of a journal's log, written to be obviously right and not to be fast."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from eventsourcing.persistence import StoredEvent

from infra.journal.appends import Append
from infra.journal.records import Appends, Cancel, append_in, decode


@dataclass
class Plain:
    """What a log amounts to: the effective events in order, and for every append id its positions, or None if void."""

    events: list[StoredEvent] = field(default_factory=list)
    outcomes: dict[bytes, list[int] | None] = field(default_factory=dict)
    tracking: list[tuple[str, int]] = field(default_factory=list)

    def tracked(self, source: str) -> int | None:
        return max((position for name, position in self.tracking if name == source), default=None)

    def stream(self, originator_id: object) -> list[StoredEvent]:
        found = [event for event in self.events if event.originator_id == originator_id]
        return sorted(found, key=lambda event: event.originator_version)


def evaluate(records: Iterable[bytes]) -> Plain:
    """Read the rules off the page: an append counts iff it was not cancelled before, its id is new, none of its
    versions was there or comes twice, and each of its tracking positions is the highest of its source so far.
    """
    plain = Plain()
    for data in records:
        record = decode(data)
        if isinstance(record, Cancel):
            for append_id in record.append_ids:
                if append_id not in plain.outcomes:
                    plain.outcomes[append_id] = None
        if isinstance(record, Appends):
            for claim in record.claims:
                _take(plain, append_in(data, claim))
    return plain


def _take(plain: Plain, append: Append) -> None:
    if append.append_id in plain.outcomes:
        return
    plain.outcomes[append.append_id] = None
    there = [(event.originator_id, event.originator_version) for event in plain.events]
    for event in append.events:
        pair = (event.originator_id, event.originator_version)
        if pair in there:
            return
        there.append(pair)
    tracking = list(plain.tracking)
    for one in append.tracking:
        if any(name == one.application_name and position >= one.notification_id for name, position in tracking):
            return
        tracking.append((one.application_name, one.notification_id))
    first = len(plain.events) + 1
    plain.events.extend(append.events)
    plain.tracking = tracking
    plain.outcomes[append.append_id] = list(range(first, first + len(append.events)))

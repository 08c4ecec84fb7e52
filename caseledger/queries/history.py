"""Where events stand in the ledger: streams are read whole, and every position is checked against the ledger itself."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeVar, cast
from uuid import UUID

from eventsourcing.persistence import Notification

from caseledger.queries.ports import OneOf, Reading
from domain.events import Event
from domain.recorded import Recorded, event_id

IDS_ASKED_MAX: Final = 500
"""Event ids looked up in the index in one go."""

SCAN_EVENTS_MAX: Final = 5_000
"""Events read at a time where the index does not know a position."""

INDEX: Final = "audit_trail"
"""The read model that knows positions by event id. It is only a hint: what it says is looked up in the ledger."""


E = TypeVar("E", bound=Event)


class PositionsMissing(Exception):  # noqa: N818 - named as the sentence it says
    """The ledger gives an event by its stream that it does not give by position: it contradicts itself."""


def placed(reading: Reading, facts: Iterable[Recorded[E]]) -> list[Recorded[E]]:
    """The same events with their positions, in the order of the ledger.

    Costs a look-up for each event; the whole ledger is read only where the index of positions is wrong or incomplete.
    """
    wanted = {fact.event_id: fact for fact in facts}
    positions = _hinted(reading, list(wanted))
    if len(positions) < len(wanted):
        positions |= _scanned(reading, wanted.keys() - positions.keys())
    found = [fact._replace(position=positions[name]) for name, fact in wanted.items()]
    return sorted(found, key=lambda fact: fact.position)


def _hinted(reading: Reading, names: Sequence[str]) -> dict[str, int]:
    positions: dict[str, int] = {}
    for start in range(0, len(names), IDS_ASKED_MAX):
        some = OneOf(tuple(names[start : start + IDS_ASKED_MAX]))
        for row in reading.all(INDEX, event_id=some):
            name, position = str(row["event_id"]), cast("int", row["position"])
            if _stands_at(reading, position) == name:
                positions[name] = position
    return positions


def _stands_at(reading: Reading, position: int) -> str | None:
    found = reading.ledger.since(position - 1, 1)
    if not found or found[0].id != position:
        return None
    return _name(found[0])


def _scanned(reading: Reading, missing: Iterable[str]) -> Mapping[str, int]:
    left, positions, at = set(missing), dict[str, int](), 0
    while left and (events := reading.ledger.since(at, SCAN_EVENTS_MAX)):
        for stored in events:
            name = _name(stored)
            if name in left:
                positions[name] = stored.id
                left.discard(name)
        at = events[-1].id
    if left:
        raise PositionsMissing(f"{len(left)} events of a stream have no position, such as {min(left)}")
    return positions


def _name(stored: Notification) -> str:
    return event_id(cast("UUID", stored.originator_id), stored.originator_version)

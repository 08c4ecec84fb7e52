"""Streams as the ledger holds them, decoded, and the states they fold to."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar, cast
from uuid import UUID

from caseledger.application.ports import Ledger
from caseledger.event_codec import from_stored
from domain.accounts import state as accounts
from domain.accounts.events import AccountEvent
from domain.accounts.state import Account
from domain.cases import state as cases
from domain.cases.later_events import CaseEvent
from domain.cases.state import Case
from domain.events import Event
from domain.recorded import Recorded
from domain.reports import state as reports
from domain.reports.events import ReportEvent
from domain.reports.state import Report
from domain.streams import StreamKind

STREAMS_READ_MAX: Final = 500
"""Streams read in one go."""

E = TypeVar("E", bound=Event)


def stream_events(ledger: Ledger, stream: UUID) -> list[Recorded[Event]]:
    """The events of a stream by version; their positions are not known here."""
    return [from_stored(stored) for stored in ledger.read(stream)]


def kind_of(events: Sequence[Recorded[Event]]) -> StreamKind | None:
    """What kind of stream these events are of; None without events."""
    return events[0].stream.kind if events else None


def many(ledger: Ledger, streams: Sequence[UUID]) -> dict[UUID, list[Recorded[Event]]]:
    """The events of each of these streams that has any."""
    found: dict[UUID, list[Recorded[Event]]] = {}
    for start in range(0, len(streams), STREAMS_READ_MAX):
        chunk = ledger.read_many(streams[start : start + STREAMS_READ_MAX])
        found |= {stream: [from_stored(stored) for stored in events] for stream, events in chunk.items()}
    return found


def case_state(events: Iterable[Recorded[Event]]) -> Case | None:
    """The case after these events of its stream."""
    state: Case | None = None
    for fact in events:
        state = cases.evolve(state, cast("Recorded[CaseEvent]", fact))
    return state


def account_state(events: Iterable[Recorded[Event]]) -> Account | None:
    """The record after these events of its stream."""
    state: Account | None = None
    for fact in events:
        state = accounts.evolve(state, cast("Recorded[AccountEvent]", fact))
    return state


def report_state(events: Iterable[Recorded[Event]]) -> Report | None:
    """The report after these events of its stream."""
    state: Report | None = None
    for fact in events:
        state = reports.evolve(state, cast("Recorded[ReportEvent]", fact))
    return state


def of_type(events: Iterable[Recorded[Event]], kind: type[E]) -> list[Recorded[E]]:
    """Those of the events that are of this class."""
    return [cast("Recorded[E]", fact) for fact in events if isinstance(fact.event, kind)]

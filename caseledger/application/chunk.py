"""A chunk of reports: decided in memory, each seeing those before it, and written as one append with how far their
sources were taken in, or not at all.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from eventsourcing.persistence import StoredEvent

from caseledger.application.ports import Ledger
from caseledger.application.requests import Request
from caseledger.application.service import Service, place
from caseledger.event_codec import to_stored
from domain.commands import FileReport
from domain.reports.events import ReportRefused
from domain.streams import StreamId


class Fate(StrEnum):
    """What becomes of a report that is no poison."""

    ADMITTED = "admitted"
    REFUSED = "refused"
    SEEN_BEFORE = "seen_before"


class Chunk:
    """Made for one append: use it once."""

    def __init__(self, ledger: Ledger) -> None:
        """An empty one for this ledger."""
        self._ledger = ledger
        self._service: Service | None = None
        self._events: list[StoredEvent] = []
        self._touched: set[StreamId] = set()
        self.size_bytes = 0

    def prepare(self, service: Service, requests: Iterable[Request]) -> None:
        """Take up what others have written, and load what these reports touch in one query."""
        self._service = service
        service.states.refresh()
        service.states.prefetch(
            stream
            for request in requests
            if isinstance(request.command, FileReport)
            for stream in service.decisions.streams_of(request.command)
        )

    def decide(self, service: Service, request: Request) -> Fate:
        """Decide one report, and keep what it causes. Raises `Refused` for one that can never be taken."""
        service.check_time(request)
        placed = place(service.states, service.decisions.decide(request, service.stamp(request)))
        if not placed:
            return Fate.SEEN_BEFORE
        stored = [to_stored(fact) for fact in placed]
        self._touched.update(fact.stream for fact in placed)
        service.states.advance(placed)
        self._events += stored
        self.size_bytes += sum(len(event.state) for event in stored)
        return Fate.REFUSED if any(isinstance(fact.event, ReportRefused) for fact in placed) else Fate.ADMITTED

    def write(self, tracking: Mapping[str, int]) -> range:
        """Write it. Raises as `Ledger.append_tracked`, and then what was decided is forgotten."""
        try:
            written = self._ledger.append_tracked(self._events, tracking)
        except BaseException:
            self.drop()
            raise
        if self._service is not None:
            self._service.states.wrote([written])
        return written

    def drop(self) -> None:
        """Nothing of it is written: what was decided must not be built on."""
        if self._service is not None:
            self._service.states.forget(self._touched)

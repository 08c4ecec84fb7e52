"""Reports in bulk: many are decided on one look at the ledger and written as one commit, each as good as by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final

from eventsourcing.persistence import StoredEvent

from caseledger.application.ports import AppendConflicts
from caseledger.application.requests import Request
from caseledger.application.service import Answer, Service, place
from caseledger.event_codec import to_stored
from domain.commands import FileReport
from domain.errors import Refused
from domain.events import Event
from domain.recorded import Recorded
from domain.reports.state import Report, evolve
from domain.streams import StreamId, StreamKind

APPEND_BYTES_MAX: Final = 500_000
"""How much event data one append of a bulk holds at most; a report that is larger is an append by itself."""

Filed = Answer | Refused
"""What became of one report."""


@dataclass(slots=True)
class _Group:
    """Reports that touch a common stream; written together, so that none is decided on a state that did not come."""

    members: list[tuple[int, tuple[Recorded[Event], ...]]] = field(default_factory=list)

    @property
    def streams(self) -> set[StreamId]:
        """Every stream that is written to."""
        return {fact.stream for _, facts in self.members for fact in facts}


def file_reports(service: Service, requests: Sequence[Request]) -> list[Filed]:
    """File reports of one platform, in order. Raises `LedgerUnavailable` or `OutcomeUnknown`: repeating is safe."""
    states = service.states
    states.refresh()
    commands = [request.command for request in requests]
    states.prefetch(
        stream
        for command in commands
        if isinstance(command, FileReport)
        for stream in service.decisions.streams_of(command)
    )
    filed: list[Filed | None] = [None] * len(requests)
    groups: dict[StreamId, _Group] = {}
    try:
        for index, request in enumerate(requests):
            filed[index] = _decide(service, index, request, groups)
    except BaseException:
        states.forget(groups)  # nothing was written: what was taken up in advance must not be decided on
        raise
    _write(service, requests, list({id(group): group for group in groups.values()}.values()), filed)
    return [outcome if outcome is not None else _alone(service, requests[i]) for i, outcome in enumerate(filed)]


def _decide(service: Service, index: int, request: Request, groups: dict[StreamId, _Group]) -> Filed | None:
    """Decide one report. `None` when its facts wait to be written, or when it is about one whose facts do."""
    try:
        service.check_time(request)
        placed = place(service.states, service.decisions.decide(request, service.stamp(request)))
    except Refused as refusal:
        return None if _repeats(service, request, groups) else refusal
    if not placed:
        return None if _repeats(service, request, groups) else service.answer(request, ())
    _join(groups, index, placed)
    service.states.advance(placed)
    return None


def _repeats(service: Service, request: Request, groups: dict[StreamId, _Group]) -> bool:
    """Whether the report came before in this very bulk; what it is told depends on what becomes of that one."""
    command = request.command
    return isinstance(command, FileReport) and service.decisions.streams_of(command)[0] in groups


def _join(groups: dict[StreamId, _Group], index: int, placed: tuple[Recorded[Event], ...]) -> None:
    """Put the facts of one report with those that share a stream with it."""
    touched = {fact.stream for fact in placed}
    together = list({id(groups[stream]): groups[stream] for stream in touched if stream in groups}.values())
    group = together[0] if together else _Group()
    for other in together[1:]:
        group.members += other.members
        touched |= other.streams
    group.members.append((index, placed))
    for stream in touched:
        groups[stream] = group


def _write(service: Service, requests: Sequence[Request], groups: Sequence[_Group], filed: list[Filed | None]) -> None:
    """Write the groups; what conflicts is forgotten, and left to be decided again by itself."""
    written: list[range] = []
    try:
        waiting = [list(_parts(group)) for group in groups]
        while waiting:
            outcomes = service.ledger.append_many([parts[0][1] for parts in waiting])
            written += (outcome for outcome in outcomes if isinstance(outcome, range))
            waiting = [
                parts[1:]
                for parts, outcome in zip(waiting, outcomes, strict=True)
                if _settled(service, requests, parts, outcome, filed) and len(parts) > 1
            ]
    except BaseException:
        service.states.forget(stream for group in groups for stream in group.streams)
        raise
    service.states.wrote(written)


_Part = tuple[_Group, list[StoredEvent]]


def _settled(
    service: Service,
    requests: Sequence[Request],
    parts: Sequence[_Part],
    outcome: range | AppendConflicts,
    filed: list[Filed | None],
) -> bool:
    """Note what became of the first part. Where it conflicts the ones after it are not written: they build on it."""
    if isinstance(outcome, AppendConflicts):
        service.states.forget(stream for part, _ in parts for stream in part.streams)
        return False
    position = outcome.start
    for index, facts in parts[0][0].members:
        written = tuple(
            Recorded(fact.stream, fact.version, fact.event, position + offset) for offset, fact in enumerate(facts)
        )
        position += len(facts)
        service.tell(requests[index], written)
        filed[index] = Answer(written[-1].position, written, *_report_of(written))
    return True


def _report_of(written: Sequence[Recorded[Any]]) -> tuple[Report | None, StreamId | None]:
    """The report as the events that took it in left it, and its stream, which they begin."""
    stream = written[0].stream
    if stream.kind is not StreamKind.REPORT:
        return None, None
    report: Report | None = None
    for fact in written:
        if fact.stream == stream:
            report = evolve(report, fact)
    return report, stream


def _parts(group: _Group) -> Iterator[_Part]:
    """The group's reports in order, in appends of bounded size."""
    part, stored, size_bytes = _Group(), list[StoredEvent](), 0
    for index, facts in sorted(group.members, key=itemgetter(0)):
        events = [to_stored(fact) for fact in facts]
        more_bytes = sum(len(event.state) for event in events)
        if part.members and size_bytes + more_bytes > APPEND_BYTES_MAX:
            yield part, stored
            part, stored, size_bytes = _Group(), [], 0
        part.members.append((index, facts))
        stored += events
        size_bytes += more_bytes
    yield part, stored


def _alone(service: Service, request: Request) -> Filed:
    try:
        return service.handle(request)
    except Refused as refusal:
        return refusal

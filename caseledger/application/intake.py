"""Reports in bulk: many are decided on one look at the ledger and written as one commit, each as good as by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter

from caseledger.application.ports import AppendConflicts
from caseledger.application.requests import Request
from caseledger.application.service import Answer, Service, place
from caseledger.event_codec import to_stored
from domain.commands import FileReport
from domain.errors import Refused
from domain.events import Event
from domain.recorded import Recorded
from domain.streams import StreamId

Filed = Answer | Refused
"""What became of one report."""


@dataclass(slots=True)
class _Group:
    """Reports that touch a common stream; they are one append, so that none is decided on a state that did not come."""

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
    for index, request in enumerate(requests):
        try:
            placed = _decided(service, request)
        except Refused as refusal:
            filed[index] = refusal
            continue
        if not placed:
            filed[index] = service.answer(request, ())
            continue
        states.advance(placed)
        _join(groups, index, placed)
    _write(service, requests, list({id(group): group for group in groups.values()}.values()), filed)
    return [outcome if outcome is not None else _alone(service, requests[i]) for i, outcome in enumerate(filed)]


def _decided(service: Service, request: Request) -> tuple[Recorded[Event], ...]:
    service.check_time(request)
    return place(service.states, service.decisions.decide(request, service.stamp(request)))


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
    if not groups:
        return
    for group in groups:
        group.members.sort(key=itemgetter(0))
    try:
        outcomes = service.ledger.append_many(
            [[to_stored(fact) for _, facts in group.members for fact in facts] for group in groups]
        )
    except BaseException:
        service.states.forget(stream for group in groups for stream in group.streams)
        raise
    for group, outcome in zip(groups, outcomes, strict=True):
        if isinstance(outcome, AppendConflicts):
            service.states.forget(group.streams)
            continue
        position = outcome.start
        for index, facts in group.members:
            written = tuple(replace(fact, position=position + offset) for offset, fact in enumerate(facts))
            position += len(facts)
            filed[index] = service.answer(requests[index], written)
    service.states.wrote(outcome for outcome in outcomes if isinstance(outcome, range))


def _alone(service: Service, request: Request) -> Filed:
    try:
        return service.handle(request)
    except Refused as refusal:
        return refusal

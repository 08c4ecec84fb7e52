"""The clock's command on an evidence request: a deadline that passed is recorded once, whenever it is noticed."""

from collections.abc import Iterator
from datetime import datetime

from domain import facts
from domain.clock_commands import MissEvidenceRequestDeadline
from domain.errors import ClockUnknown, DeadlineNotMissed
from domain.events import Stamp
from domain.evidence_requests.events import EvidenceRequestDeadlineMissed
from domain.evidence_requests.state import EvidenceRequest, found
from domain.facts import Facts
from domain.policies.state import PackAt
from domain.policy.clocks import StartedClock, TimedEvent, started_clocks
from domain.policy.vocabulary import ClockEvent, ClockState
from domain.streams import StreamId


def miss_evidence_request_deadline(
    stream: StreamId,
    request: EvidenceRequest | None,
    packs: PackAt,
    command: MissEvidenceRequestDeadline,
    stamp: Stamp,
) -> Facts:
    """Record that a clock of the request ran out; one that is recorded already changes nothing."""
    request = found(request, command.authority, command.document)
    started = _started(request, packs, stamp.at)
    clock = started.get(command.clock)
    if clock is None:
        known = ", ".join(started) or "none"
        raise ClockUnknown(f"clock {command.clock!r} does not run for this request; running: {known}")
    if clock.state not in (ClockState.BREACHED, ClockState.LATE):
        raise DeadlineNotMissed(f"clock {command.clock!r} is {clock.state.value}; due {clock.due_at.isoformat()}")
    if command.clock in request.missed:
        return ()
    event = EvidenceRequestDeadlineMissed(
        occurred_at=stamp.at,
        cause=stamp.cause,
        authority=command.authority,
        document=command.document,
        case=request.received.case,
        clock=command.clock,
        due_at=clock.due_at,
    )
    return facts.of(stream, event)


def _started(request: EvidenceRequest, packs: PackAt, now: datetime) -> dict[str, StartedClock]:
    """The clocks of the request by their ids. Each goes by the rules of the day on which it started."""
    moments = tuple(_moments(request))
    started: dict[str, StartedClock] = {}
    for moment in moments:
        pack = packs(moment.at)
        begun = {rule.id for rule in pack.clocks if moment.type in rule.start} - started.keys()
        started |= {each.clock: each for each in started_clocks(pack, moments, now) if each.clock in begun}
    return started


def _moments(request: EvidenceRequest) -> Iterator[TimedEvent]:
    yield TimedEvent(type=ClockEvent.AUTHORITY_REQUEST_RECEIVED, at=request.received.occurred_at)
    if request.sent is not None:
        yield TimedEvent(type=ClockEvent.AUTHORITY_PACKAGE_SENT, at=request.sent.occurred_at)

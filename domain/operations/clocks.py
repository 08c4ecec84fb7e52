"""The clock's command on a campaign: a deadline that passed is recorded once, whenever it is noticed."""

from domain import facts
from domain.clock_commands import MissOperationDeadline
from domain.errors import ClockUnknown, DeadlineNotMissed, OperationNotFound
from domain.events import Stamp
from domain.facts import Facts
from domain.operations.events import OperationDeadlineMissed
from domain.operations.state import Operation
from domain.policies.state import PackAt
from domain.policy.clocks import StartedClock, TimedEvent, started_clocks
from domain.policy.vocabulary import ClockEvent, ClockState
from domain.streams import StreamId


def miss_operation_deadline(
    stream: StreamId, operation: Operation | None, packs: PackAt, command: MissOperationDeadline, stamp: Stamp
) -> Facts:
    """Record that a clock of the campaign ran out; one that is recorded already changes nothing."""
    if operation is None:
        raise OperationNotFound(f"no operation {command.operation!r}; open it first")
    started = _started(operation, packs, stamp)
    clock = next((each for each in started if each.clock == command.clock), None)
    if clock is None:
        known = ", ".join(each.clock for each in started) or "none"
        raise ClockUnknown(f"clock {command.clock!r} does not run for this operation; running: {known}")
    if clock.state not in (ClockState.BREACHED, ClockState.LATE):
        raise DeadlineNotMissed(f"clock {command.clock!r} is {clock.state.value}; due {clock.due_at.isoformat()}")
    if command.clock in operation.missed:
        return ()
    event = OperationDeadlineMissed(
        occurred_at=stamp.at,
        cause=stamp.cause,
        operation=command.operation,
        clock=command.clock,
        due_at=clock.due_at,
    )
    return facts.of(stream, event)


def _started(operation: Operation, packs: PackAt, stamp: Stamp) -> tuple[StartedClock, ...]:
    """The clocks that the opening of a campaign started, by the rules of that day; others start none."""
    opened = operation.opened
    if not opened.campaign:
        return ()
    moments = [TimedEvent(type=ClockEvent.CAMPAIGN_STARTED, at=opened.occurred_at)]
    if operation.closed is not None:
        moments.append(TimedEvent(type=ClockEvent.CAMPAIGN_CLOSED, at=operation.closed.occurred_at))
    return started_clocks(packs(opened.occurred_at), moments, stamp.at)

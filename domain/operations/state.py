"""An operation as its events left it, and what may be done to it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from domain import facts
from domain.commands import AddCaseToOperation, CloseOperation, OpenOperation
from domain.errors import (
    CaseInOperation,
    CaseNotFound,
    OperationExists,
    OperationIsClosed,
    OperationNotFound,
    OutOfOrder,
)
from domain.events import Stamp
from domain.facts import Facts
from domain.growing import GrowingMap
from domain.operations import events as e
from domain.recorded import Recorded
from domain.streams import StreamId


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. A member is known by case and account, one without an account by the command that added them:
    who is the same person is never told by a name. `missed` are the clocks whose end was recorded as passed.
    """

    opened: e.OperationOpened
    latest_at: datetime
    members: GrowingMap[tuple[UUID, str | UUID], e.OperationCaseAdded] = field(default_factory=GrowingMap)
    closed: e.OperationClosed | None = None
    missed: frozenset[str] = frozenset()


def evolve(operation: Operation | None, fact: Recorded[e.OperationEvent]) -> Operation | None:
    """The operation after this event."""
    event = fact.event
    if operation is None:
        return Operation(event, event.occurred_at) if isinstance(event, e.OperationOpened) else None
    if isinstance(event, e.OperationDeadlineMissed):
        return replace(operation, missed=operation.missed | {event.clock})
    now = replace(operation, latest_at=max(operation.latest_at, event.occurred_at))
    match event:
        case e.OperationOpened():
            return now
        case e.OperationCaseAdded():
            return replace(now, members=now.members.plus(_member(event), event))
        case e.OperationClosed():
            return replace(now, closed=event)
        case unknown:
            assert_never(unknown)


def open_operation(stream: StreamId, operation: Operation | None, command: OpenOperation, stamp: Stamp) -> Facts:
    """Begin it once; the same again changes nothing."""
    event = e.OperationOpened(
        occurred_at=stamp.at,
        cause=stamp.cause,
        operation=command.operation,
        title=command.title,
        campaign=command.campaign,
    )
    if operation is None:
        return facts.of(stream, event)
    opened = operation.opened
    if (opened.title, opened.campaign) != (event.title, event.campaign):
        raise OperationExists(f"operation {command.operation!r} was opened with other facts; choose another id")
    return ()


def add_case(
    stream: StreamId,
    operation: Operation | None,
    case: UUID | None,
    command: AddCaseToOperation,
    stamp: Stamp,
) -> Facts:
    """Add one person of one existing case; the same again changes nothing. `case` is `None` where there is none."""
    if operation is None:
        raise OperationNotFound(f"no operation {command.operation!r}; open it first")
    if case is None:
        raise CaseNotFound("no such case; nothing was added to the operation")
    event = e.OperationCaseAdded(
        occurred_at=stamp.at,
        cause=stamp.cause,
        operation=command.operation,
        case=case,
        account=command.account,
        person=command.person,
        role=command.role,
        region=command.region,
        minor=command.minor,
    )
    known = operation.members.get(_member(event))
    if known is None:
        _open(operation, stamp)
        return facts.of(stream, event)
    if (known.role, known.region, known.minor) != (event.role, event.region, event.minor):
        raise CaseInOperation("this person of this case is in the operation with another role, region or age")
    return ()


def close_operation(stream: StreamId, operation: Operation | None, command: CloseOperation, stamp: Stamp) -> Facts:
    """End it; ending it again changes nothing."""
    if operation is None:
        raise OperationNotFound(f"no operation {command.operation!r}; open it first")
    if operation.closed is not None:
        return ()
    _open(operation, stamp)
    event = e.OperationClosed(
        occurred_at=stamp.at,
        cause=stamp.cause,
        operation=command.operation,
        summary=command.summary,
    )
    return facts.of(stream, event)


def _member(event: e.OperationCaseAdded) -> tuple[UUID, str | UUID]:
    return event.case, event.account or event.cause.command_id


def _open(operation: Operation, stamp: Stamp) -> None:
    """Refuse what comes after the end, or is dated before the last thing that was done."""
    if operation.closed is not None:
        raise OperationIsClosed(f"operation {operation.opened.operation!r} is closed")
    if stamp.at < operation.latest_at:
        raise OutOfOrder(
            f"dated {stamp.at.isoformat()}, but the operation has moved on at {operation.latest_at.isoformat()}"
        )

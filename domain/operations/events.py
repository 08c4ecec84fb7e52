"""What can happen to an operation."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.events import Event
from domain.personal import Personal


class OperationOpened(Event):
    """An operation began."""

    TYPE: ClassVar[str] = "operation.opened.v1"

    operation: str
    title: str
    campaign: bool


class OperationCaseAdded(Event):
    """A case, and the person it concerns, became part of the operation."""

    TYPE: ClassVar[str] = "operation.case_added.v1"

    operation: str
    case: UUID
    account: str | None
    person: Personal[str] | None
    role: str | None
    region: str | None
    minor: bool


class OperationClosed(Event):
    """The operation ended."""

    TYPE: ClassVar[str] = "operation.closed.v1"

    operation: str
    summary: Personal[str] | None


class OperationDeadlineMissed(Event):
    """A clock of the policy ran out before the campaign was closed."""

    TYPE: ClassVar[str] = "operation.deadline_missed.v1"

    operation: str
    clock: str
    due_at: AwareDatetime


OperationEvent = OperationOpened | OperationCaseAdded | OperationClosed | OperationDeadlineMissed

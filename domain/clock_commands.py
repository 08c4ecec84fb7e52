"""Commands that only the clock gives, beside those that a case has."""

from typing import ClassVar

from domain.command_values import Command
from domain.values import Id


class MissOperationDeadline(Command):
    """Record that a clock of a campaign ran out."""

    NAME: ClassVar[str] = "miss_operation_deadline"

    operation: Id
    clock: Id

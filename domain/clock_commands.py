"""Commands that only the clock gives, beside those that a case has."""

from typing import ClassVar

from domain.command_values import Command, OnEvidenceRequest
from domain.values import Id


class MissOperationDeadline(Command):
    """Record that a clock of a campaign ran out."""

    NAME: ClassVar[str] = "miss_operation_deadline"

    operation: Id
    clock: Id


class MissEvidenceRequestDeadline(OnEvidenceRequest):
    """Record that a clock of an evidence request ran out."""

    NAME: ClassVar[str] = "miss_evidence_request_deadline"

    clock: Id

"""Which errors can pass by without anybody changing anything: those are tried again, all others end a process."""

from eventsourcing.persistence import OperationalError

from caseledger.application.ports import LedgerUnavailable, OutcomeUnknown
from infra.kafka.connection import BrokersUnreachable
from infra.read_models.errors import ReadModelsUnavailable

PASSING = (LedgerUnavailable, OutcomeUnknown, OperationalError, BrokersUnreachable, ReadModelsUnavailable)
"""Each names in its text what could not be reached, and holds no secret."""


def why_passing(error: Exception) -> str | None:
    """Why this is worth another try, in one line; None for what stays as it is until somebody mends it."""
    return str(error) if isinstance(error, PASSING) else None

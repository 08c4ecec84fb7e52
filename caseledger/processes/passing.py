"""Which errors can pass by without anybody doing anything to the service: those are tried again, all others end it."""

from eventsourcing.persistence import InterfaceError, OperationalError

from caseledger.application.ports import LedgerUnavailable, OutcomeUnknown
from consumers.messages import SinkFailed, SourceFailed
from infra.read_models.errors import ReadModelsUnavailable


def why_passing(error: Exception) -> str | None:
    """Why this is worth another try, in one line; None for what stays as it is until somebody mends it."""
    if isinstance(error, _PASSING):
        return str(error)
    if isinstance(error, InterfaceError) and not _stays(str(error)):
        return str(error)
    return None


_PASSING = (LedgerUnavailable, OutcomeUnknown, OperationalError, ReadModelsUnavailable, SourceFailed, SinkFailed)


def _stays(told: str) -> bool:
    return any(words in told for words in ("damaged", "not a journal", "newer version"))

"""Which errors can pass by without anybody changing anything: those are tried again, all others end a process."""

from eventsourcing.persistence import OperationalError

from caseledger.application.ports import LedgerUnavailable, OutcomeUnknown
from consumers.messages import SinkFailed, SourceFailed
from infra.kafka.connection import BrokersUnreachable
from infra.kafka.events_topic import EventsTopicUnavailable
from infra.kafka.leadership import LeadershipUnavailable
from infra.kafka.registry import RegistryUnavailable
from infra.read_models.errors import ReadModelsUnavailable

PASSING = (
    LedgerUnavailable,
    OutcomeUnknown,
    OperationalError,
    BrokersUnreachable,
    ReadModelsUnavailable,
    EventsTopicUnavailable,
    LeadershipUnavailable,
    RegistryUnavailable,
    SourceFailed,
    SinkFailed,
)
"""Each names in its text what could not be reached, and holds no secret."""


def why_passing(error: Exception) -> str | None:
    """Why this is worth another try, in one line; None for what stays as it is until somebody mends it."""
    return str(error) if isinstance(error, PASSING) else None

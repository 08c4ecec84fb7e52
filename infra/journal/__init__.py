"""An event store on an append-only log, for `eventsourcing`: `PERSISTENCE_MODULE=infra.journal`."""

from infra.journal.appends import (
    Append,
    Failed,
    OutcomeUnknown,
    RecordedNotification,
    Refused,
    Unknown,
    Void,
    Written,
)
from infra.journal.factory import JournalFactory
from infra.journal.journal import Journal
from infra.journal.kafka_guard import Durability
from infra.journal.limits import Limits
from infra.journal.opening import open_journal, open_on
from infra.journal.options import KafkaOptions
from infra.journal.recorder import (
    JournalAggregateRecorder,
    JournalApplicationRecorder,
    JournalProcessRecorder,
    JournalTrackingRecorder,
)
from infra.journal.snapshots import JournalSnapshotRecorder
from infra.journal.verify import Finding, verify

__all__ = [
    "Append",
    "Durability",
    "Failed",
    "Finding",
    "Journal",
    "JournalAggregateRecorder",
    "JournalApplicationRecorder",
    "JournalFactory",
    "JournalProcessRecorder",
    "JournalSnapshotRecorder",
    "JournalTrackingRecorder",
    "KafkaOptions",
    "Limits",
    "OutcomeUnknown",
    "RecordedNotification",
    "Refused",
    "Unknown",
    "Void",
    "Written",
    "open_journal",
    "open_on",
    "verify",
]

"""The library's way in: `PERSISTENCE_MODULE=infra.journal` with `JOURNAL_URL`."""

from pathlib import Path
from typing import TypeVar

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    ProcessRecorder,
)
from eventsourcing.utils import Environment, EnvType, resolve_topic, strtobool

from infra.journal.kafka_guard import Durability
from infra.journal.opening import open_journal
from infra.journal.options import KafkaOptions
from infra.journal.recorder import (
    JournalAggregateRecorder,
    JournalApplicationRecorder,
    JournalProcessRecorder,
    JournalRecorder,
    JournalTrackingRecorder,
)
from infra.journal.snapshots import JournalSnapshotRecorder
from infra.kafka.connection import SECURITY_FIELDS, Security

_Recorder = TypeVar("_Recorder", bound=JournalRecorder)


class JournalFactory(InfrastructureFactory[JournalTrackingRecorder]):
    """One journal, and any number of recorders of it. `close` closes the journal."""

    JOURNAL_URL = "JOURNAL_URL"
    JOURNAL_INDEX = "JOURNAL_INDEX"
    JOURNAL_DURABILITY = "JOURNAL_DURABILITY"
    JOURNAL_CREATE = "JOURNAL_CREATE"
    JOURNAL_FRESH_READS = "JOURNAL_FRESH_READS"
    JOURNAL_SECURITY = "JOURNAL_KAFKA_"
    """The beginning of the names that say how to speak to brokers, such as `JOURNAL_KAFKA_SASL_MECHANISM`."""

    def __init__(self, env: Environment | EnvType | None) -> None:
        """Open the journal. Raises `OSError` without `JOURNAL_URL`, as the library's factories do; `InterfaceError`."""
        super().__init__(env)
        url = self.env.get(self.JOURNAL_URL)
        if not url:
            keys = ", ".join(self.env.create_keys(self.JOURNAL_URL))
            raise OSError(f"no journal address in the environment: set one of {keys}")
        self.journal = open_journal(url, kafka=self._kafka_options())

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """The journal's streams; for any other purpose, such as snapshots, a local cache outside the log."""
        if purpose == "events":
            return JournalAggregateRecorder(self.journal)
        return JournalSnapshotRecorder(self.journal, purpose)

    def application_recorder(self) -> ApplicationRecorder:
        """The recorder, of the class that `APPLICATION_RECORDER_TOPIC` names if it is set."""
        return self._named(self.APPLICATION_RECORDER_TOPIC, JournalApplicationRecorder)(self.journal)

    def tracking_recorder(
        self, tracking_recorder_class: type[JournalTrackingRecorder] | None = None
    ) -> JournalTrackingRecorder:
        """The recorder, of the given class, or of the one that `TRACKING_RECORDER_TOPIC` names if it is set."""
        chosen = tracking_recorder_class or self._named(self.TRACKING_RECORDER_TOPIC, JournalTrackingRecorder)
        return chosen(self.journal)

    def process_recorder(self) -> ProcessRecorder:
        """The recorder, of the class that `PROCESS_RECORDER_TOPIC` names if it is set."""
        return self._named(self.PROCESS_RECORDER_TOPIC, JournalProcessRecorder)(self.journal)

    def close(self) -> None:
        """Close the journal."""
        self.journal.close()

    def _kafka_options(self) -> KafkaOptions:
        index = self.env.get(self.JOURNAL_INDEX)
        durability = self.env.get(self.JOURNAL_DURABILITY) or Durability.REPLICATED
        if durability not in tuple(Durability):
            allowed = " or ".join(f"`{each}`" for each in Durability)
            raise OSError(f"{self.JOURNAL_DURABILITY}={durability}: write {allowed}")
        security = {name: self.env.get(f"{self.JOURNAL_SECURITY}{name.upper()}") for name in SECURITY_FIELDS}
        try:
            return KafkaOptions(
                index=Path(index) if index else None,
                durability=Durability(durability),
                create=strtobool(self.env.get(self.JOURNAL_CREATE) or "no"),
                fresh_reads=strtobool(self.env.get(self.JOURNAL_FRESH_READS) or "no"),
                security=Security.of({name: value for name, value in security.items() if value}),
            )
        except ValueError as error:
            raise OSError(f"a setting of the journal cannot be used: {error}") from error

    def _named(self, key: str, default: type[_Recorder]) -> type[_Recorder]:
        topic = self.env.get(key)
        if not topic:
            return default
        named = resolve_topic(topic)
        if not (isinstance(named, type) and issubclass(named, default)):
            raise OSError(f"{key}={topic}: not a subclass of {default.__name__}")
        return named

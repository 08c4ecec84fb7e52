"""The library's way in: `PERSISTENCE_MODULE=infra.journal` with `JOURNAL_URL`."""

from typing import TypeVar

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    ProcessRecorder,
)
from eventsourcing.utils import Environment, EnvType, resolve_topic

from infra.journal.opening import open_journal
from infra.journal.recorder import (
    JournalAggregateRecorder,
    JournalApplicationRecorder,
    JournalProcessRecorder,
    JournalRecorder,
    JournalTrackingRecorder,
)
from infra.journal.snapshots import JournalSnapshotRecorder

_Recorder = TypeVar("_Recorder", bound=JournalRecorder)


class JournalFactory(InfrastructureFactory[JournalTrackingRecorder]):
    """One journal, and any number of recorders of it. `close` closes the journal."""

    JOURNAL_URL = "JOURNAL_URL"

    def __init__(self, env: Environment | EnvType | None) -> None:
        """Open the journal. Raises `OSError` without `JOURNAL_URL`, as the library's factories do; `InterfaceError`."""
        super().__init__(env)
        url = self.env.get(self.JOURNAL_URL)
        if not url:
            keys = ", ".join(self.env.create_keys(self.JOURNAL_URL))
            raise OSError(f"no journal address in the environment: set one of {keys}")
        self.journal = open_journal(url)

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

    def _named(self, key: str, default: type[_Recorder]) -> type[_Recorder]:
        topic = self.env.get(key)
        if not topic:
            return default
        named = resolve_topic(topic)
        if not (isinstance(named, type) and issubclass(named, default)):
            raise OSError(f"{key}={topic}: not a subclass of {default.__name__}")
        return named

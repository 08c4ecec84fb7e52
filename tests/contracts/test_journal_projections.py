"""The `eventsourcing` library's own projection test classes, unmodified, with their views kept in a journal."""

import shutil
import tempfile
from unittest import TestCase
from uuid import NAMESPACE_URL, uuid5

from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.tests import projection as cases

from infra.journal import Append, JournalFactory, JournalTrackingRecorder

CREATED = uuid5(NAMESPACE_URL, "counted/created")
SUBSEQUENT = uuid5(NAMESPACE_URL, "counted/subsequent")


class JournalEventCounters(JournalTrackingRecorder, cases.EventCountersView):
    """A view whose counters are streams, counted and tracked in one append."""

    def get_created_event_counter(self) -> int:
        return self.journal.reader.head(CREATED) or 0

    def get_subsequent_event_counter(self) -> int:
        return self.journal.reader.head(SUBSEQUENT) or 0

    def incr_created_event_counter(self, tracking: Tracking) -> None:
        self.journal.append(Append([StoredEvent(CREATED, self.get_created_event_counter() + 1, "c", b"")], [tracking]))

    def incr_subsequent_event_counter(self, tracking: Tracking) -> None:
        version = self.get_subsequent_event_counter() + 1
        self.journal.append(Append([StoredEvent(SUBSEQUENT, version, "s", b"")], [tracking]))


class OnMemory(TestCase):
    """The application and its view each have a journal in memory."""

    persistence_module = "infra.journal"
    view_class = JournalEventCounters

    def setUp(self) -> None:
        self.env = {"PERSISTENCE_MODULE": self.persistence_module}
        for prefix in ("", "EVENTCOUNTERS_", "COUNTERS_"):
            self.env[f"{prefix}JOURNAL_URL"] = self.journal_url()
        for prefix in ("EVENTCOUNTERS_", "COUNTERS_"):
            self.env[f"{prefix}PERSISTENCE_MODULE"] = "infra.journal"

    def journal_url(self) -> str:
        return "memory:"

    def construct_event_counters_view(self) -> JournalEventCounters:
        factory = JournalFactory({"JOURNAL_URL": self.journal_url()})
        self.addCleanup(factory.close)
        return factory.tracking_recorder(JournalEventCounters)


class OnSqlite(OnMemory):
    """The application and its view each have a journal file."""

    def journal_url(self) -> str:
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        return f"sqlite:///{folder}/journal.db"


class OfTaggedDecisions:
    """The library has no such application on a journal; its own is followed by a view in one."""

    persistence_module = "eventsourcing.dcb.popo"

    def setUp(self) -> None:
        super().setUp()
        self.env["MAPPER_TOPIC"] = "eventsourcing.dcb.msgpack:MessagePackMapper"


class TestViewOnMemory(OnMemory, cases.EventCountersViewTestCase):
    """The library's or the contract's cases, in memory."""


class TestViewOnSqlite(OnSqlite, cases.EventCountersViewTestCase):
    """The library's or the contract's cases, on a file."""


class TestProjectionOnMemory(OnMemory, cases.AggregateEventCountersProjectionTestCase):
    """The library's or the contract's cases, in memory."""


class TestProjectionOnSqlite(OnSqlite, cases.AggregateEventCountersProjectionTestCase):
    """The library's or the contract's cases, on a file."""


class TestDecisionsOnMemory(OfTaggedDecisions, OnMemory, cases.TaggedDecisionCountersProjectionTestCase):
    """The library's or the contract's cases, in memory."""


class TestDecisionsOnSqlite(OfTaggedDecisions, OnSqlite, cases.TaggedDecisionCountersProjectionTestCase):
    """The library's or the contract's cases, on a file."""


class TestEventSourcedOnMemory(OnMemory, cases.EventSourcedProjectionTestCase):
    """The library's or the contract's cases, in memory."""


class TestEventSourcedOnSqlite(OnSqlite, cases.EventSourcedProjectionTestCase):
    """The library's or the contract's cases, on a file."""

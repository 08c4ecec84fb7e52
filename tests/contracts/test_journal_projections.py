"""The `eventsourcing` library's own projection test classes, unmodified, with their views kept in a journal."""

from uuid import NAMESPACE_URL, uuid5

from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.tests import projection as cases

from infra.journal import Append, JournalTrackingRecorder
from tests.support.journal_library import OnKafka, OnMemory, OnSqlite

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


class OfViews:
    """The application and its view each have a journal."""

    persistence_module = "infra.journal"
    view_class = JournalEventCounters

    def setUp(self) -> None:
        self.env = {"PERSISTENCE_MODULE": self.persistence_module}
        for prefix in ("", "EVENTCOUNTERS_", "COUNTERS_"):
            self.env |= {f"{prefix}{name}": value for name, value in self.journal_settings().items()}
        for prefix in ("EVENTCOUNTERS_", "COUNTERS_"):
            self.env[f"{prefix}PERSISTENCE_MODULE"] = "infra.journal"

    def construct_event_counters_view(self) -> JournalEventCounters:
        return self.new_factory().tracking_recorder(JournalEventCounters)


class OfTaggedDecisions:
    """The library has no such application on a journal; its own is followed by a view in one."""

    persistence_module = "eventsourcing.dcb.popo"

    def setUp(self) -> None:
        super().setUp()
        self.env["MAPPER_TOPIC"] = "eventsourcing.dcb.msgpack:MessagePackMapper"


class TestViewOnMemory(OfViews, OnMemory, cases.EventCountersViewTestCase):
    """The library's or the contract's cases, in memory."""


class TestViewOnSqlite(OfViews, OnSqlite, cases.EventCountersViewTestCase):
    """The library's or the contract's cases, on a file."""


class TestProjectionOnMemory(OfViews, OnMemory, cases.AggregateEventCountersProjectionTestCase):
    """The library's or the contract's cases, in memory."""


class TestProjectionOnSqlite(OfViews, OnSqlite, cases.AggregateEventCountersProjectionTestCase):
    """The library's or the contract's cases, on a file."""


class TestDecisionsOnMemory(OfTaggedDecisions, OfViews, OnMemory, cases.TaggedDecisionCountersProjectionTestCase):
    """The library's or the contract's cases, in memory."""


class TestDecisionsOnSqlite(OfTaggedDecisions, OfViews, OnSqlite, cases.TaggedDecisionCountersProjectionTestCase):
    """The library's or the contract's cases, on a file."""


class TestEventSourcedOnMemory(OfViews, OnMemory, cases.EventSourcedProjectionTestCase):
    """The library's or the contract's cases, in memory."""


class TestEventSourcedOnSqlite(OfViews, OnSqlite, cases.EventSourcedProjectionTestCase):
    """The library's or the contract's cases, on a file."""


class TestViewOnKafka(OfViews, OnKafka, cases.EventCountersViewTestCase):
    """The library's or the contract's cases, on a real broker."""


class TestProjectionOnKafka(OfViews, OnKafka, cases.AggregateEventCountersProjectionTestCase):
    """The library's or the contract's cases, on a real broker."""


class TestDecisionsOnKafka(OfTaggedDecisions, OfViews, OnKafka, cases.TaggedDecisionCountersProjectionTestCase):
    """The library's or the contract's cases, on a real broker."""


class TestEventSourcedOnKafka(OfViews, OnKafka, cases.EventSourcedProjectionTestCase):
    """The library's or the contract's cases, on a real broker."""

"""The `eventsourcing` library's own recorder, factory and application test classes, unmodified, on every log."""

import os
import shutil
import tempfile
from unittest import TestCase

from eventsourcing.persistence import AggregateRecorder
from eventsourcing.tests import application as application_cases
from eventsourcing.tests import persistence as cases
from eventsourcing.utils import Environment

from infra.journal import (
    JournalAggregateRecorder,
    JournalApplicationRecorder,
    JournalFactory,
    JournalProcessRecorder,
    JournalTrackingRecorder,
)


class OnMemory(TestCase):
    """A journal in memory for each test."""

    def journal_url(self) -> str:
        return "memory:"

    def new_factory(self) -> JournalFactory:
        factory = JournalFactory({"JOURNAL_URL": self.journal_url()})
        self.addCleanup(factory.close)
        return factory


class OnSqlite(OnMemory):
    """A journal file for each test."""

    def journal_url(self) -> str:
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        return f"sqlite:///{folder}/journal.db"


class OfStreams:
    """The recorder of streams only."""

    def create_recorder(self) -> AggregateRecorder:
        return self.new_factory().aggregate_recorder()


class OfSnapshots:
    """The local cache beside the log."""

    def create_recorder(self) -> AggregateRecorder:
        return self.new_factory().aggregate_recorder(purpose="snapshots")


class OfPositions:
    """The recorder of streams and positions."""

    def create_recorder(self) -> JournalApplicationRecorder:
        return self.new_factory().application_recorder()


class OfSubscriptions(OfPositions):
    """The same, with the library's test of subscriptions."""

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class OfTracking:
    """The recorder of tracking positions."""

    def create_recorder(self) -> JournalTrackingRecorder:
        return self.new_factory().tracking_recorder()


class OfEverything:
    """The recorder of events and tracking in one append."""

    def create_recorder(self) -> JournalProcessRecorder:
        return self.new_factory().process_recorder()


class TestStreamsOnMemory(OfStreams, OnMemory, cases.AggregateRecorderTestCase):
    """The library's or the contract's cases, in memory."""


class TestStreamsOnSqlite(OfStreams, OnSqlite, cases.AggregateRecorderTestCase):
    """The library's or the contract's cases, on a file."""


class TestSnapshotsOnMemory(OfSnapshots, OnMemory, cases.AggregateRecorderTestCase):
    """The library's or the contract's cases, in memory."""


class TestSnapshotsOnSqlite(OfSnapshots, OnSqlite, cases.AggregateRecorderTestCase):
    """The library's or the contract's cases, on a file."""


class TestPositionsOnMemory(OfSubscriptions, OnMemory, cases.ApplicationRecorderTestCase):
    """The library's or the contract's cases, in memory."""


class TestPositionsOnSqlite(OfSubscriptions, OnSqlite, cases.ApplicationRecorderTestCase):
    """The library's or the contract's cases, on a file."""


class TestDensePositionsOnMemory(OfPositions, OnMemory, cases.NonInterleavingNotificationIDsBaseCase):
    """The library's or the contract's cases."""


class TestDensePositionsOnSqlite(OfPositions, OnSqlite, cases.NonInterleavingNotificationIDsBaseCase):
    """The library's or the contract's cases."""


class TestTrackingOnMemory(OfTracking, OnMemory, cases.TrackingRecorderTestCase):
    """The library's or the contract's cases, in memory."""


class TestTrackingOnSqlite(OfTracking, OnSqlite, cases.TrackingRecorderTestCase):
    """The library's or the contract's cases, on a file."""


class TestProcessOnMemory(OfEverything, OnMemory, cases.ProcessRecorderTestCase):
    """The library's or the contract's cases, in memory."""


class TestProcessOnSqlite(OfEverything, OnSqlite, cases.ProcessRecorderTestCase):
    """The library's or the contract's cases, on a file."""


class NamedTrackingRecorder(JournalTrackingRecorder):
    """A subclass that the factory finds by its topic."""


class OfTheFactory:
    """What the library expects of a factory, and finds here."""

    def setUp(self) -> None:
        self.env = Environment(
            "TestFactory", {"PERSISTENCE_MODULE": "infra.journal", "JOURNAL_URL": self.journal_url()}
        )
        super().setUp()

    def expected_factory_class(self) -> type[JournalFactory]:
        return JournalFactory

    def expected_aggregate_recorder_class(self) -> type[JournalAggregateRecorder]:
        return JournalAggregateRecorder

    def expected_application_recorder_class(self) -> type[JournalApplicationRecorder]:
        return JournalApplicationRecorder

    def expected_tracking_recorder_class(self) -> type[JournalTrackingRecorder]:
        return JournalTrackingRecorder

    def tracking_recorder_subclass(self) -> type[JournalTrackingRecorder]:
        return NamedTrackingRecorder

    def expected_process_recorder_class(self) -> type[JournalProcessRecorder]:
        return JournalProcessRecorder


class TestFactoryOnMemory(OfTheFactory, OnMemory, cases.InfrastructureFactoryTestCase):
    """The library's or the contract's cases, in memory."""


class TestFactoryOnSqlite(OfTheFactory, OnSqlite, cases.InfrastructureFactoryTestCase):
    """The library's or the contract's cases, on a file."""


class OfTheExample:
    """The library's example finds the journal in the environment."""

    expected_factory_topic = "infra.journal.factory:JournalFactory"

    def setUp(self) -> None:
        super().setUp()
        before = dict(os.environ)
        self.addCleanup(os.environ.update, before)
        for key, value in (("PERSISTENCE_MODULE", "infra.journal"), ("JOURNAL_URL", self.journal_url())):
            self.addCleanup(os.environ.pop, key)
            os.environ[key] = value


class TestExampleOnMemory(OfTheExample, OnMemory, application_cases.ExampleApplicationTestCase):
    """The library's or the contract's cases, in memory."""


class TestExampleOnSqlite(OfTheExample, OnSqlite, application_cases.ExampleApplicationTestCase):
    """The library's or the contract's cases, on a file."""

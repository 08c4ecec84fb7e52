"""What the library's own test classes need to run on a journal: one on each log, and a recorder of each kind."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from unittest import TestCase
from uuid import uuid4

import pytest
from eventsourcing.persistence import AggregateRecorder
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

    def journal_settings(self) -> Mapping[str, str]:
        """The environment of a new journal."""
        return {"JOURNAL_URL": "memory:"}

    def new_factory(self) -> JournalFactory:
        factory = JournalFactory(dict(self.journal_settings()))
        self.addCleanup(factory.close)
        return factory


class OnSqlite(OnMemory):
    """A journal file for each test."""

    def journal_settings(self) -> Mapping[str, str]:
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        return {"JOURNAL_URL": f"sqlite:///{folder}/journal.db"}


class OnKafka(OnMemory):
    """A topic of a real broker for each test, with its index in a file."""

    @pytest.fixture(autouse=True)
    def _broker(self, kafka_broker: str) -> None:
        self.broker = kafka_broker

    def journal_settings(self) -> Mapping[str, str]:
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        return {
            "JOURNAL_URL": f"kafka://{self.broker}/library-{uuid4().hex}",
            "JOURNAL_INDEX": f"{folder}/index.db",
            "JOURNAL_DURABILITY": "single",
            "JOURNAL_CREATE": "yes",
        }


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


class NamedTrackingRecorder(JournalTrackingRecorder):
    """A subclass that the factory finds by its topic."""


class OfTheFactory:
    """What the library expects of a factory, and finds here."""

    def setUp(self) -> None:
        self.env = Environment("TestFactory", {"PERSISTENCE_MODULE": "infra.journal", **self.journal_settings()})
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


class OfTheExample:
    """The library's example finds the journal in the environment."""

    expected_factory_topic = "infra.journal.factory:JournalFactory"

    def setUp(self) -> None:
        super().setUp()
        before = dict(os.environ)
        self.addCleanup(os.environ.update, before)
        for key, value in {"PERSISTENCE_MODULE": "infra.journal", **self.journal_settings()}.items():
            self.addCleanup(os.environ.pop, key)
            os.environ[key] = value

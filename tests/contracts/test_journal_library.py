"""The `eventsourcing` library's own recorder, factory and application test classes, unmodified, on local logs."""

from eventsourcing.tests import application as application_cases
from eventsourcing.tests import persistence as cases

from tests.support.journal_library import (
    OfEverything,
    OfPositions,
    OfSnapshots,
    OfStreams,
    OfSubscriptions,
    OfTheExample,
    OfTheFactory,
    OfTracking,
    OnMemory,
    OnSqlite,
)


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


class TestFactoryOnMemory(OfTheFactory, OnMemory, cases.InfrastructureFactoryTestCase):
    """The library's or the contract's cases, in memory."""


class TestFactoryOnSqlite(OfTheFactory, OnSqlite, cases.InfrastructureFactoryTestCase):
    """The library's or the contract's cases, on a file."""


class TestExampleOnMemory(OfTheExample, OnMemory, application_cases.ExampleApplicationTestCase):
    """The library's or the contract's cases, in memory."""


class TestExampleOnSqlite(OfTheExample, OnSqlite, application_cases.ExampleApplicationTestCase):
    """The library's or the contract's cases, on a file."""

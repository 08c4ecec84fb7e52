"""The `eventsourcing` library's own recorder, factory and application test classes, unmodified, on real Kafka."""

from eventsourcing.tests import application as application_cases
from eventsourcing.tests import persistence as cases

from tests.support.journal_library import (
    OfEverything,
    OfPositions,
    OfStreams,
    OfSubscriptions,
    OfTheExample,
    OfTheFactory,
    OfTracking,
    OnKafka,
)


class TestStreamsOnKafka(OfStreams, OnKafka, cases.AggregateRecorderTestCase):
    """The library's or the contract's cases, on a real broker."""


class TestPositionsOnKafka(OfSubscriptions, OnKafka, cases.ApplicationRecorderTestCase):
    """The library's or the contract's cases, on a real broker."""


class TestDensePositionsOnKafka(OfPositions, OnKafka, cases.NonInterleavingNotificationIDsBaseCase):
    """The library's or the contract's cases, on a real broker."""


class TestTrackingOnKafka(OfTracking, OnKafka, cases.TrackingRecorderTestCase):
    """The library's or the contract's cases, on a real broker."""


class TestProcessOnKafka(OfEverything, OnKafka, cases.ProcessRecorderTestCase):
    """The library's or the contract's cases, on a real broker."""


class TestFactoryOnKafka(OfTheFactory, OnKafka, cases.InfrastructureFactoryTestCase):
    """The library's or the contract's cases, on a real broker."""


class TestExampleOnKafka(OfTheExample, OnKafka, application_cases.ExampleApplicationTestCase):
    """The library's or the contract's cases, on a real broker."""

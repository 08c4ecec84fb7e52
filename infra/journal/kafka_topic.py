"""The topic of a journal on Kafka: looked at, and made so that it passes the guard. Every question has a bound."""

from collections.abc import Mapping
from dataclasses import dataclass

from eventsourcing.persistence import InterfaceError

from infra.journal.kafka_guard import (
    EXACT,
    INSYNC,
    INSYNC_MIN,
    PARTITIONS,
    RECORD_BYTES,
    REPLICATION_MIN,
    SETTINGS,
    Durability,
    TopicFacts,
    guard,
    setting_faults,
    shape_faults,
)
from infra.kafka.admin import Admin, Described, administering
from infra.kafka.connection import Brokers
from infra.kafka.topics import Outcome, mended, settled


@dataclass(frozen=True, slots=True)
class Made:
    """What `create` did: the settings that it changed, with their values before, and the topic as it is now."""

    outcome: Outcome
    changed: Mapping[str, str]
    facts: TopicFacts


def look(brokers: Brokers, topic: str) -> TopicFacts:
    """The topic as it is. Raises `InterfaceError`: no broker reached, no such topic, or it may not be looked at."""
    with administering(brokers) as admin:
        found = admin.describe(topic, SETTINGS)
        if found is None:
            raise InterfaceError(
                f"there is no topic {topic} at {brokers}: `caseledger journal create` makes it, and so does opening "
                "the journal with JOURNAL_CREATE=true"
            )
        return _facts(admin, brokers, topic, found)


def create(brokers: Brokers, topic: str, durability: Durability, record_bytes: int) -> Made:
    """Make a topic that passes `guard`, or mend the settings of the one that is there; one that passes is left alone.

    Raises `InterfaceError` as `look`, and for a topic that no setting can mend: then nothing was changed.
    """
    replicated = durability is Durability.REPLICATED
    wanted = {
        **EXACT,
        INSYNC: str(INSYNC_MIN if replicated else 1),
        RECORD_BYTES: str(record_bytes),
    }
    with administering(brokers) as admin:
        made = False
        if admin.describe(topic, SETTINGS) is None:
            made = admin.make(topic, PARTITIONS, REPLICATION_MIN if replicated else 1, wanted)
        facts = _facts(admin, brokers, topic, settled(admin, topic, wanted, wanted if made else {}))
        if shape_faults(facts, durability):
            guard(facts, durability, record_bytes)
        faults = setting_faults(facts, durability, record_bytes)
        mend = {fault.setting: fault.value for fault in faults if fault.setting}
        if not mend:
            return Made(Outcome.MADE if made else Outcome.LEFT_ALONE, {}, facts)
        done = mended(admin, topic, mend, facts.config)
        return Made(done.outcome, done.changed, _facts(admin, brokers, topic, done.topic))


def _facts(admin: Admin, brokers: Brokers, topic: str, found: Described) -> TopicFacts:
    first, end = admin.offsets(topic)
    return TopicFacts(
        str(brokers),
        topic,
        found.cluster_id,
        found.topic_id,
        found.partitions,
        found.replication,
        found.config,
        first,
        end,
    )

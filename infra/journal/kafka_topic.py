"""The topic of a journal on Kafka: looked at, and made so that it passes the guard. Every question has a bound."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

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
from infra.kafka.admin import Admin, administering
from infra.kafka.connection import Brokers

SETTLE_S: Final = 10.0
"""How long every broker may take to know of a change that one of them accepted."""
SETTLE_POLL_S: Final = 0.05


class Outcome(StrEnum):
    """What `create` did."""

    MADE = "made"
    MENDED = "mended"
    LEFT_ALONE = "left alone"


@dataclass(frozen=True, slots=True)
class Made:
    """What `create` did: the settings that it changed, with their values before, and the topic as it is now."""

    outcome: Outcome
    changed: Mapping[str, str]
    facts: TopicFacts


def look(brokers: Brokers, topic: str) -> TopicFacts:
    """The topic as it is. Raises `InterfaceError`: no broker reached, no such topic, or it may not be looked at."""
    with administering(brokers) as admin:
        facts = _facts(admin, brokers, topic)
    if facts is None:
        raise InterfaceError(
            f"there is no topic {topic} at {brokers}: `caseledger journal create` makes it, and so does opening the "
            "journal with JOURNAL_CREATE=true"
        )
    return facts


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
        facts = _settled(admin, brokers, topic, wanted if made else {})
        if shape_faults(facts, durability):
            guard(facts, durability, record_bytes)
        faults = setting_faults(facts, durability, record_bytes)
        mend = {fault.setting: fault.value for fault in faults if fault.setting}
        if not mend:
            return Made(Outcome.MADE if made else Outcome.LEFT_ALONE, {}, facts)
        admin.configure(topic, mend)
        before = {name: facts.config.get(name, "") for name in mend}
        return Made(Outcome.MENDED, before, _settled(admin, brokers, topic, mend))


def _facts(admin: Admin, brokers: Brokers, topic: str) -> TopicFacts | None:
    found = admin.describe(topic, SETTINGS)
    if found is None:
        return None
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


def _settled(admin: Admin, brokers: Brokers, topic: str, config: Mapping[str, str]) -> TopicFacts:
    """The topic once a broker that is asked knows of it and of these settings."""
    until = time.monotonic() + SETTLE_S
    while True:
        seen = "it is not there"
        try:
            facts = _facts(admin, brokers, topic)
        except InterfaceError as error:
            facts, seen = None, str(error)
        if facts is not None and all(facts.config.get(name) == value for name, value in config.items()):
            return facts
        if time.monotonic() > until:
            raise InterfaceError(
                f"topic {topic} at {brokers} was changed, but after {SETTLE_S:g} s a broker says: "
                f"{seen if facts is None else dict(facts.config)}; try again"
            )
        time.sleep(SETTLE_POLL_S)

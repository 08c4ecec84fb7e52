"""Topics put right: made where there is none, their settings mended where they differ, or left alone."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from eventsourcing.persistence import InterfaceError

from infra.kafka.admin import Admin, Described

SETTLE_S: Final = 10.0
"""How long every broker may take to know of a change that one of them accepted."""
SETTLE_POLL_S: Final = 0.05
AT_LEAST: Final = frozenset({"min.insync.replicas", "max.message.bytes"})
"""Settings of which more is right as well."""


class Outcome(StrEnum):
    """What was done."""

    MADE = "made"
    MENDED = "mended"
    LEFT_ALONE = "left alone"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A topic as it should be; the number of partitions is for a new one only."""

    name: str
    partitions: int
    replication: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PutRight:
    """What was done, the settings that were changed with their values before, and the topic as it is now."""

    outcome: Outcome
    changed: Mapping[str, str]
    topic: Described


def put_right(admin: Admin, wanted: Wanted) -> PutRight:
    """Make the topic, or give it the settings that it should have.

    Raises `InterfaceError` for one with too few copies, which no setting mends; then nothing was changed.
    """
    made = False
    if admin.describe(wanted.name, wanted.config) is None:
        made = admin.make(wanted.name, wanted.partitions, wanted.replication, wanted.config)
    found = settled(admin, wanted.name, wanted.config, wanted.config if made else {})
    if found.replication < wanted.replication:
        raise InterfaceError(
            f"topic {wanted.name} has {found.replication} of {wanted.replication} copies: give it more with "
            "kafka-reassign-partitions.sh, or ask for durability `single` where one broker is enough"
        )
    wrong = {name: value for name, value in wanted.config.items() if not _is_right(name, found.config[name], value)}
    if not wrong:
        return PutRight(Outcome.MADE if made else Outcome.LEFT_ALONE, {}, found)
    return mended(admin, wanted.name, wrong, found.config)


def mended(admin: Admin, topic: str, config: Mapping[str, str], before: Mapping[str, str]) -> PutRight:
    """Give the topic these settings, and wait until they are seen; `before` are all of its settings that matter."""
    admin.configure(topic, config)
    changed = {name: before.get(name, "") for name in config}
    return PutRight(Outcome.MENDED, changed, settled(admin, topic, before, config))


def settled(admin: Admin, topic: str, settings: Mapping[str, str], config: Mapping[str, str]) -> Described:
    """The topic with these settings, once a broker that is asked knows of it, and of those in `config` as they are."""
    until = time.monotonic() + SETTLE_S
    while True:
        seen = "it is not there"
        try:
            found = admin.describe(topic, settings)
        except InterfaceError as error:
            found, seen = None, str(error)
        if found is not None and all(found.config.get(name) == value for name, value in config.items()):
            return found
        if time.monotonic() > until:
            raise InterfaceError(
                f"topic {topic} was changed, but after {SETTLE_S:g} s a broker says: "
                f"{seen if found is None else dict(found.config)}; try again"
            )
        time.sleep(SETTLE_POLL_S)


def _is_right(name: str, has: str, wanted: str) -> bool:
    if name in AT_LEAST:
        return int(has) >= int(wanted)
    return has == wanted

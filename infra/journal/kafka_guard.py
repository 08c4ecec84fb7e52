"""What a journal demands of its topic on Kafka, and what is wrong with one: functions of what brokers say."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from infra.journal.limits import BATCH_BYTES_MAX
from infra.journal.refusals import UnfitTopicError

PARTITIONS: Final = 1
REPLICATION_MIN: Final = 3
INSYNC_MIN: Final = 2
FOR_EVER: Final = "-1"
BATCH_OVERHEAD_BYTES: Final = 16_384
"""More than a batch adds to what is in it: 61 bytes, and about 80 for each of its records of some kilobytes."""
CLEANUP, RETENTION_MS, RETENTION_BYTES = "cleanup.policy", "retention.ms", "retention.bytes"
UNCLEAN, INSYNC, RECORD_BYTES = "unclean.leader.election.enable", "min.insync.replicas", "max.message.bytes"
SETTINGS: Final = (CLEANUP, RETENTION_MS, RETENTION_BYTES, UNCLEAN, INSYNC, RECORD_BYTES)
EXACT: Final = {CLEANUP: "delete", RETENTION_MS: FOR_EVER, RETENTION_BYTES: FOR_EVER, UNCLEAN: "false"}
"""The settings of a topic that promises anything, and those of them that allow one value only."""


class Durability(StrEnum):
    """What the journal demands: three copies, two of them in sync; or one broker, and what its disk holds."""

    REPLICATED = "replicated"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """A topic as its brokers describe it; `topic_id` is a UUID, which a topic made again does not have again."""

    brokers: str
    topic: str
    cluster_id: str
    topic_id: str
    partitions: int
    replication: int
    config: Mapping[str, str]
    first_offset: int
    end_offset: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it must be, and, where that is a setting, the value that mends it."""

    what: str
    setting: str | None = None
    value: str = ""


def guard(facts: TopicFacts, durability: Durability, record_bytes: int) -> None:
    """Raises `UnfitTopicError` unless the topic keeps all records for ever, in one order, and takes them that large.

    The error names all that is wrong, what it must be, and the commands that mend it.
    """
    faults = [*shape_faults(facts, durability), *setting_faults(facts, durability, record_bytes)]
    if faults:
        told = "; ".join(fault.what for fault in faults)
        raise UnfitTopicError(
            f"topic {facts.topic} at {facts.brokers} cannot hold a journal: {told}. {_remedy(facts, faults)}"
        )


def record_bytes_for(append_bytes_max: int) -> int:
    """`max.message.bytes` for a journal whose appends have at most so many bytes."""
    return max(append_bytes_max, BATCH_BYTES_MAX) + BATCH_OVERHEAD_BYTES


def setting_faults(facts: TopicFacts, durability: Durability, record_bytes: int) -> list[Fault]:
    """The settings that are not as they must be."""
    config = facts.config
    faults = [
        Fault(f"{name} is {config.get(name)}, must be {value}", name, value)
        for name, value in EXACT.items()
        if config.get(name) != value
    ]
    needed = INSYNC_MIN if durability is Durability.REPLICATED else 1
    insync = int(config.get(INSYNC, "0"))
    if insync < needed:
        faults.append(Fault(f"{INSYNC} is {insync}, must be {needed} or more", INSYNC, str(needed)))
    elif insync > facts.replication:
        told = f"{INSYNC} is {insync}, more than its {facts.replication} copies, so nothing could be written"
        faults.append(Fault(f"{told}; must be {needed}", INSYNC, str(needed)))
    bytes_max = int(config.get(RECORD_BYTES, "0"))
    if bytes_max < record_bytes:
        told = f"{RECORD_BYTES} is {bytes_max}, must be {record_bytes} or more for the appends that are allowed"
        faults.append(Fault(told, RECORD_BYTES, str(record_bytes)))
    return faults


def shape_faults(facts: TopicFacts, durability: Durability) -> list[Fault]:
    """What no setting mends."""
    faults = []
    if facts.partitions != PARTITIONS:
        faults.append(
            Fault(
                f"it has {facts.partitions} partitions, must have exactly one, which a topic cannot go back to: "
                "if it holds nothing that is needed, delete it and make it again"
            )
        )
    if durability is Durability.REPLICATED and facts.replication < REPLICATION_MIN:
        faults.append(
            Fault(
                f"it has {facts.replication} of at least {REPLICATION_MIN} copies: give it more with "
                "kafka-reassign-partitions.sh, or ask for durability `single` where one broker is enough"
            )
        )
    if facts.first_offset > 0:
        faults.append(
            Fault(
                f"its first record has offset {facts.first_offset}, must have 0: earlier ones were deleted, and "
                "without them nothing can be folded; restore the topic from a backup"
            )
        )
    return faults


def _remedy(facts: TopicFacts, faults: list[Fault]) -> str:
    settings = ",".join(f"{fault.setting}={fault.value}" for fault in faults if fault.setting)
    if not settings:
        return "Nothing was changed."
    by_hand = (
        f"kafka-configs.sh --bootstrap-server {facts.brokers} --alter --entity-type topics "
        f"--entity-name {facts.topic} --add-config {settings}"
    )
    if all(fault.setting for fault in faults):
        return f"`caseledger journal create` mends that, or: {by_hand}"
    return f"The settings are mended by: {by_hand}"

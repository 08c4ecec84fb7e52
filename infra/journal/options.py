"""What opening a journal on Kafka may be told, beyond its address."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from infra.journal.limits import APPEND_WAIT_S
from infra.kafka.connection import Security


class Durability(StrEnum):
    """What the brokers must promise: three copies with two in sync, or a single broker that is trusted."""

    REPLICATED = "replicated"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class KafkaOptions:
    """`index` is the file of this process's index, one in memory if None; `create` makes a topic that is not there.

    With `fresh_reads` every read begins with asking the log how far it goes, at the cost of a round trip; without it, a
    read shows what this process wrote and, within milliseconds, what others did.
    """

    index: Path | None = None
    durability: Durability = Durability.REPLICATED
    create: bool = False
    security: Security = field(default_factory=Security)
    fresh_reads: bool = False
    append_wait_s: float = APPEND_WAIT_S

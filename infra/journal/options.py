"""What opening a journal on Kafka may be told, beyond its address."""

from dataclasses import dataclass, field
from pathlib import Path

from infra.journal.kafka_guard import Durability
from infra.journal.limits import APPEND_WAIT_S
from infra.kafka.connection import Security


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

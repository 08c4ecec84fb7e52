"""Sets messages aside in a topic, each once, under a claim for each partition that they come from."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from eventsourcing.persistence import InterfaceError, OperationalError

from consumers.messages import Outgoing, SinkFailed, Superseded
from infra.journal.kafka_client import SupersededError
from infra.journal.log import AppendInDoubtError
from infra.kafka.claimed import ClaimedPartition, ClaimRefused
from infra.kafka.connection import Brokers
from infra.kafka.shares import shares

CLAIMS_MAX: Final = 32
"""Claims held at once, each with connections of its own; the one that was not used for longest goes."""

BATCH_MESSAGES_MAX: Final = 1_000
BATCH_BYTES_MAX: Final = 250_000
"""Messages of a batch, and what they may add up to unless one alone is larger."""

CONNECT_S_MAX: Final = 10.0
DELIVERY_S_MAX: Final = 60.0
"""How long a batch is sent for: longer than any fail-over."""


class KafkaAside:
    """Claims when it is told to. For one thread."""

    def __init__(self, brokers: Brokers, topic: str, name: str, *, connect_s_max: float = CONNECT_S_MAX) -> None:
        """Bind the brokers, the topic, what stands before a partition's number in the name of its claim, and how long
        brokers and topic are tried for.
        """
        self._brokers = brokers
        self._topic = topic
        self._name = name
        self._connect_s_max = connect_s_max
        self._claims: OrderedDict[int, ClaimedPartition] = OrderedDict()
        self._partitions = 1

    def claim(self, partition: int) -> bool:
        """As the port says. Messages of a partition always go to the same partition of the topic, in order."""
        if partition in self._claims:
            self._claims.move_to_end(partition)
            return False
        if len(self._claims) >= CLAIMS_MAX:
            self._let_go(next(iter(self._claims)))
        with self._in_our_words(partition):
            self._claims[partition] = self._connected(partition)
            return self._claims[partition].claim(f"{self._name}{partition}")

    def put(self, partition: int, messages: Sequence[Outgoing]) -> None:
        """As the port says."""
        claimed = self._claims[partition]
        with self._in_our_words(partition):
            for share in shares(messages, BATCH_BYTES_MAX, BATCH_MESSAGES_MAX):
                claimed.produce(claimed.batch(share), DELIVERY_S_MAX)

    def close(self) -> None:
        """Close the connections; what was put is acknowledged already."""
        for partition in tuple(self._claims):
            self._let_go(partition)

    def _connected(self, partition: int) -> ClaimedPartition:
        """To the partition of the topic where messages of that partition go, of as many as there are by now."""
        number = partition % self._partitions
        claimed = ClaimedPartition(self._brokers, self._topic, f"{self._name}{partition}", number)
        try:
            claimed.connect(self._connect_s_max)
        except BaseException:
            claimed.close()
            raise
        self._partitions = claimed.partitions
        if number == partition % self._partitions:
            return claimed
        claimed.close()
        return self._connected(partition)

    def _let_go(self, partition: int) -> None:
        claimed = self._claims.pop(partition, None)
        if claimed is not None:
            claimed.close()

    @contextmanager
    def _in_our_words(self, partition: int) -> Iterator[None]:
        try:
            yield
        except SupersededError as error:
            self._let_go(partition)
            raise Superseded(
                f"messages of partition {partition} are set aside by somebody else now: {error}"
            ) from error
        except (ClaimRefused, InterfaceError, OperationalError, AppendInDoubtError) as error:
            self._let_go(partition)
            raise SinkFailed(f"not set aside in {self._topic}: {error}") from error

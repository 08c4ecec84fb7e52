"""A topic as one member of a consumer group reads it: from behind what the ledger recorded, in steps of bounded size.

The group gives out the partitions and nothing else. Its committed offsets are for tools that show lag; where a
partition begins is asked of the ledger each time it is assigned.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

import structlog
from kafka import OffsetAndMetadata, TopicPartition
from kafka.consumer.subscription_state import ConsumerRebalanceListener
from kafka.errors import KafkaError, OffsetOutOfRangeError

from consumers.messages import Polled, SourceCut, SourceFailed, source_name
from infra.kafka import reading
from infra.kafka.connection import Brokers
from infra.kafka.reading import CONNECT_S_MAX, POLL_MESSAGES_MAX, REQUEST_S_MAX, message_of

CLOSE_S_MAX: Final = 3.0
JOIN_S_MAX: Final = 5.0
"""How long one poll waits for the group to be shared out; with the time to close, less than a process has to end."""

SESSION_S: Final = 10.0
"""A member that died is found out after so long, and its partitions are given to others."""

HEARTBEAT_S: Final = 1.0
"""How often a member asks whether the group is being shared out anew."""

TURN_S_MAX: Final = 300.0
"""A member that does not poll for so long loses its partitions; what it does afterwards collides."""

log = structlog.get_logger(__name__)

Recorded = Callable[[int], int | None]
"""The last offset of a partition that the ledger recorded; none when there is none."""


class KafkaSource:
    """Connects when it is first polled, and anew after a failure."""

    def __init__(
        self,
        brokers: Brokers,
        topic: str,
        group: str,
        recorded: Recorded,
        *,
        skip_lost: bool = False,
        connect_s_max: float = CONNECT_S_MAX,
    ) -> None:
        """Read this topic in this group. `skip_lost` goes on behind messages that the topic no longer holds;
        `connect_s_max` is how long brokers are tried for.
        """
        self._connect_s_max = connect_s_max
        self._brokers = brokers
        self._topic = topic
        self._group = group
        self._recorded = recorded
        self._skip_lost = skip_lost
        self._consumer: Any = None
        self._given = _Given()

    def poll(self, wait_s: float) -> Polled:
        """The next messages; none after so many seconds. Raises `SourceFailed` or `SourceCut`."""
        with self._in_our_words():
            consumer = self._connected()
            self._join(consumer)
            found = consumer.poll(timeout_ms=int(wait_s * 1_000), max_records=POLL_MESSAGES_MAX)
            placed = self._place(consumer)
        messages = [
            message_of(record) for partition, records in found.items() if partition.partition not in placed
            for record in records
        ]  # fmt: skip
        return Polled(messages, placed)

    def settle(self, taken: Mapping[int, int]) -> None:
        """Commit for tools that show lag. That it fails, as in a rebalance, does not matter."""
        if self._consumer is None:
            return
        offsets = {self._partition(each): OffsetAndMetadata(offset + 1, "", -1) for each, offset in taken.items()}
        try:
            self._consumer.commit_async(offsets)
        except KafkaError as error:
            log.debug("offsets_not_committed", topic=self._topic, reason=str(error))

    def rewind(self) -> None:
        """Forget what was read ahead, and begin again behind what was recorded; after a failure on a new connection."""
        if self._consumer is not None:
            self._given.take(self._consumer, self._consumer.assignment())

    def is_at_end(self) -> bool:
        """Whether the group gave out its partitions, and everything was read that those of this member had."""
        return (
            self._consumer is not None
            and not self._consumer._coordinator.need_rejoin()  # noqa: SLF001 - nothing else tells
            and self._given.is_placed()
            and all(left == 0 for left in self._left().values())
        )

    def lag(self) -> Mapping[int, int]:
        """How many messages of each assigned partition wait, as of the last answer of the broker."""
        return {partition: left for partition, left in self._left().items() if left is not None}

    def _left(self) -> Mapping[int, int | None]:
        """What waits in each assigned partition; none where the broker has not said it yet."""
        if self._consumer is None:
            return {}
        left: dict[int, int | None] = {}
        for partition in self._consumer.assignment():
            state = self._consumer._subscription.assignment.get(partition)  # noqa: SLF001 - `position` would ask the broker
            if state is not None:
                known = state.highwater is not None and state.position is not None
                left[partition.partition] = max(state.highwater - state.position.offset, 0) if known else None
        return left

    def close(self) -> None:
        """Leave the group, so that others need not wait to find out."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            try:
                consumer.close(autocommit=False, timeout_ms=int(CLOSE_S_MAX * 1_000))
            except KafkaError as error:
                log.warning("source_not_closed_well", topic=self._topic, reason=str(error))

    def _connected(self) -> Any:  # noqa: ANN401 - kafka-python has no types
        if self._consumer is None:
            consumer = reading.consumer(
                self._brokers,
                f"caseledger-{self._group}",
                self._connect_s_max,
                group_id=self._group,
                isolation_level="read_committed",
                session_timeout_ms=int(SESSION_S * 1_000),
                heartbeat_interval_ms=int(HEARTBEAT_S * 1_000),
                max_poll_interval_ms=int(TURN_S_MAX * 1_000),
            )
            self._consumer = consumer
            if not consumer.partitions_for_topic(self._topic):
                self.close()
                raise SourceFailed(
                    f"there is no topic {self._topic} at {self._brokers}; nothing was read. Make it, as "
                    "`caseledger journal create` does, or name other brokers in CASELEDGER_KAFKA"
                )
            self._given = _Given()
            consumer.subscribe([self._topic], listener=_Listener(consumer, self._given))
        return self._consumer

    def _join(self, consumer: Any) -> None:  # noqa: ANN401 - as above
        """Wait until the group has given out its partitions, if it is about to.

        A join that is answered while nobody waits for it is thrown away by the client and begun again: with short polls
        alone, a member on a busy machine might never get in. And a member that leads the group forgets a join which a
        change of the topic's metadata began, if its poll ends before the join does: it is reminded of it.
        """
        coordinator = consumer._coordinator  # noqa: SLF001 - `poll` would wait for messages as well
        if coordinator.rejoining and not coordinator.need_rejoin():
            coordinator.request_rejoin()
        if coordinator.need_rejoin():
            coordinator.poll(timeout_ms=int(JOIN_S_MAX * 1_000))

    def _place(self, consumer: Any) -> Collection[int]:  # noqa: ANN401 - as above
        """Have partitions that were assigned begin behind what was recorded; which ones they are."""
        fresh = self._given.pop()
        if not fresh:
            return ()
        try:
            self._seek(consumer, sorted(fresh & consumer.assignment()))
        except BaseException:
            self._given.put_back(fresh)
            raise
        return {partition.partition for partition in fresh}

    def _seek(self, consumer: Any, partitions: Sequence[Any]) -> None:  # noqa: ANN401 - as above
        timeout_ms = int(REQUEST_S_MAX * 1_000)
        begins = consumer.beginning_offsets(partitions, timeout_ms=timeout_ms) if partitions else {}
        ends = consumer.end_offsets(partitions, timeout_ms=timeout_ms) if partitions else {}
        for partition in partitions:
            start = self._start(partition.partition, begins[partition], ends[partition])
            try:
                consumer.seek(partition, start)
                consumer.resume(partition)
            except (ValueError, KeyError):
                log.info("partition_gone_again", topic=self._topic, partition=partition.partition)
            else:
                log.info("partition_assigned", topic=self._topic, partition=partition.partition, offset=start)

    def _start(self, partition: int, begin: int, end: int) -> int:
        recorded = self._recorded(partition)
        if recorded is None:
            return begin
        place = f"the ledger took in {source_name(self._topic, partition)} up to offset {recorded}"
        if recorded >= end:
            raise SourceCut(
                f"{place}, and the topic ends before {end}: it was cut short or made anew. Nothing was taken. "
                "Bring its messages back, or make it with offsets that go on from there"
            )
        if recorded + 1 < begin and not self._skip_lost:
            raise SourceCut(
                f"{place}, and the topic begins at {begin}: {begin - recorded - 1} messages were deleted before they "
                "were read. Nothing was taken. Go on with --skip-lost, and have them sent again"
            )
        return max(recorded + 1, begin)

    def _partition(self, number: int) -> Any:  # noqa: ANN401 - as above
        return TopicPartition(self._topic, number)

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        try:
            yield
        except OffsetOutOfRangeError as error:
            self.close()
            raise SourceFailed(f"{self._topic} no longer holds an offset that was asked for") from error
        except (KafkaError, OSError) as error:
            self.close()
            raise SourceFailed(f"{self._topic} cannot be read from {self._brokers}: {_told(error)}") from error
        except SourceCut:
            self.close()
            raise


class _Given:
    """What the group gave this member and does not stand where it begins yet. The listener has a thread of its own."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._fresh: set[Any] = set()
        self._told = False

    def take(self, consumer: Any, partitions: Collection[Any]) -> None:  # noqa: ANN401 - kafka-python has no types
        """Stop these partitions where they are until they are placed; nobody asks for a committed offset."""
        with self._lock:
            for partition in partitions:
                try:
                    consumer.pause(partition)
                    consumer.seek(partition, 0)
                except (ValueError, KeyError):
                    continue  # it was taken away meanwhile
                self._fresh.add(partition)
            self._told = True

    def drop(self, partitions: Collection[Any]) -> None:
        """They are somebody else's now."""
        with self._lock:
            self._fresh -= set(partitions)

    def pop(self) -> set[Any]:
        """Those that wait; one that is given again meanwhile waits again."""
        with self._lock:
            fresh, self._fresh = self._fresh, set()
            return fresh

    def put_back(self, partitions: Collection[Any]) -> None:
        """These wait still."""
        with self._lock:
            self._fresh |= set(partitions)

    def is_placed(self) -> bool:
        """Whether the group gave out anything, be it nothing, and nothing waits."""
        with self._lock:
            return self._told and not self._fresh


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc] # kafka-python has no types
    """Called by the client's own thread, which must not wait."""

    def __init__(self, consumer: Any, given: _Given) -> None:  # noqa: ANN401 - as above
        self._consumer = consumer
        self._given = given

    def on_partitions_revoked(self, revoked: Collection[Any]) -> None:
        """Taken away."""
        self._given.drop(revoked)

    def on_partitions_assigned(self, assigned: Collection[Any]) -> None:
        """Given, and still to be placed."""
        self._given.take(self._consumer, assigned)


def _told(error: Exception) -> str:
    return str(error) or type(error).__name__

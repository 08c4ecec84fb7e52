"""The topic of published events as it is: whether it keeps what it is given, and what it holds of the ledger."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from kafka import KafkaConsumer
from kafka.errors import KafkaError
from kafka.structs import TopicPartition

from infra.kafka.admin import administering, unreachable
from infra.kafka.clients import connected
from infra.kafka.connection import Brokers
from schemas.cloudevents import ID, POSITION
from schemas.topics import FOR_EVER

WINDOW_POSITIONS: Final = 1_000
"""Permanent: a publisher sends nothing further than this above what is acknowledged without a gap."""

TAIL_RECORDS: Final = 2 * WINDOW_POSITIONS
"""Records of each partition looked at for what is held: a window, and one that was sent again above it."""

READ_S_MAX: Final = 30.0
"""How long the ends of the topic may take to read."""

FETCH_BYTES_MAX: Final = 16_000_000

_EXACT: Final[Mapping[str, str]] = {"cleanup.policy": "delete", "retention.ms": FOR_EVER, "retention.bytes": FOR_EVER}
_RECORD_BYTES: Final = "max.message.bytes"
CONNECT_MS: Final = 10_000
_REQUEST_MS: Final = 5_000


class EventsTopicUnavailable(Exception):  # noqa: N818 - a fault is named as the sentence it says
    """The topic cannot be read or written for now. What it holds stays, and publishing goes on from there."""


class EventsTopicUnfit(Exception):  # noqa: N818 - the same
    """The topic cannot be published to until somebody mends it; the message says how. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What of the topic's make-up publishing depends on."""

    partitions: int
    record_bytes_max: int


@dataclass(frozen=True, slots=True)
class Held:
    """What the topic holds: all positions up to `complete`, those in `above`, and nothing else.

    `last` is the highest one, `last_id` its event's id. `next_offsets` are the ends of its partitions, `repeats` how
    many of the records looked at held an event again.
    """

    complete: int
    above: frozenset[int]
    last: int
    last_id: str
    next_offsets: Mapping[int, int]
    repeats: int


class EventsTopic:
    """One platform's topic of published events, looked at."""

    def __init__(self, brokers: Brokers, name: str) -> None:
        """Bind the name; nothing is asked yet."""
        self.brokers = brokers
        self.name = name

    def examine(self) -> Shape:
        """How the topic is made. Raises `EventsTopicUnfit` where it would not keep all events, `InterfaceError` where
        the brokers cannot be asked.
        """
        with administering(self.brokers) as admin:
            found = admin.describe(self.name, (*_EXACT, _RECORD_BYTES))
        if found is None:
            raise EventsTopicUnfit(
                f"there is no topic {self.name} at {self.brokers}; `caseledger journal create` makes it"
            )
        wrong = {name: value for name, value in _EXACT.items() if found.config.get(name) != value}
        if wrong:
            listed = ",".join(f"{name}={value}" for name, value in wrong.items())
            raise EventsTopicUnfit(
                f"topic {self.name} at {self.brokers} would lose events; mend it with: kafka-configs.sh --alter "
                f"--entity-type topics --entity-name {self.name} --add-config {listed}"
            )
        return Shape(found.partitions, int(found.config[_RECORD_BYTES]))

    def held(self, partitions: int) -> Held:
        """What the topic holds. Raises `EventsTopicUnfit` where others wrote to it, `EventsTopicUnavailable`."""
        places = [TopicPartition(self.name, number) for number in range(partitions)]
        try:
            with self._consumer() as consumer:
                first = consumer.beginning_offsets(places, timeout_ms=_REQUEST_MS)
                after = consumer.end_offsets(places, timeout_ms=_REQUEST_MS)
                tails = list(self._tails(consumer, first, after))
        except (KafkaError, OSError) as error:
            raise EventsTopicUnavailable(f"topic {self.name} at {self.brokers} cannot be read: {error}") from error
        ids = {position: event_id for tail in tails for position, event_id in tail}
        last = max(ids, default=0)
        if not ids and any(first.values()):
            raise EventsTopicUnfit(
                f"topic {self.name} at {self.brokers} held events and does not any more; how far it got is not known. "
                "Delete it and let `caseledger journal create` make it anew: all events are published again then"
            )
        complete = last if partitions == 1 else max(last - WINDOW_POSITIONS, 0)
        above = frozenset(position for position in ids if position > complete)
        ends = {place.partition: after[place] for place in places}
        repeats = sum(len(tail) - len({position for position, _ in tail}) for tail in tails)
        return Held(complete, above, last, ids.get(last, ""), ends, repeats)

    def _tails(
        self,
        consumer: KafkaConsumer,
        first: Mapping[TopicPartition, int],
        after: Mapping[TopicPartition, int],
    ) -> Iterator[Sequence[tuple[int, str]]]:
        """Position and id of the last records of each partition, in order."""
        deadline = monotonic() + READ_S_MAX
        for place, end in after.items():
            consumer.assign([place])
            offsets, tail = TAIL_RECORDS, list[tuple[int, str]]()
            while len(tail) < TAIL_RECORDS:  # the marks of those who took over have offsets as well
                start = max(first[place], end - offsets)
                tail = self._between(consumer, place, start, end, deadline)
                if start == first[place]:
                    break
                offsets *= 2
            yield tail

    def _between(
        self, consumer: KafkaConsumer, place: TopicPartition, start: int, end: int, deadline: float
    ) -> list[tuple[int, str]]:
        consumer.seek(place, start)
        found: list[tuple[int, str]] = []
        while (at := consumer.position(place, timeout_ms=_REQUEST_MS)) is None or at < end:
            records = consumer.poll(timeout_ms=_REQUEST_MS).get(place, ())
            found += [self._place(record) for record in records if record.offset < end]
            if monotonic() > deadline:
                raise EventsTopicUnavailable(
                    f"topic {self.name} at {self.brokers}: its end was not read in {READ_S_MAX:g} s"
                )
        return found

    def _place(self, record: Any) -> tuple[int, str]:  # noqa: ANN401 - the library has no types
        headers = dict(record.headers)
        position, event_id = headers.get(POSITION, b""), headers.get(ID, b"")
        if not position.isdigit() or not event_id:
            raise EventsTopicUnfit(
                f"topic {self.name} at {self.brokers} holds a record at partition {record.partition}, offset "
                f"{record.offset}, that is no published event: something else writes to it, and only "
                "`caseledger publish` may"
            )
        return int(position), event_id.decode()

    @contextmanager
    def _consumer(self) -> Iterator[KafkaConsumer]:
        options = self.brokers.options(f"events-{self.name}") | {
            "group_id": None,
            "enable_auto_commit": False,
            "auto_offset_reset": "none",
            "allow_auto_create_topics": False,
            "metrics_enabled": False,
            "bootstrap_timeout_ms": CONNECT_MS,
            "request_timeout_ms": _REQUEST_MS,
            "reconnect_backoff_max_ms": 200,
            "max_partition_fetch_bytes": FETCH_BYTES_MAX,
        }
        try:
            consumer = connected(KafkaConsumer, **options)
        except (KafkaError, OSError) as error:
            raise EventsTopicUnavailable(str(unreachable(self.brokers, {}, error))) from error
        try:
            yield consumer
        finally:
            consumer.close()

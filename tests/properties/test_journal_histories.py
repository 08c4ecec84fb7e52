"""Random histories of a journal: whatever writers, crashes and races do, the pure fold, every writer's index and a
plain second evaluation say the same, and no caller was told anything else.

A failure names its seed and history; `JOURNAL_SEED=seed JOURNAL_HISTORY=number` runs that history alone.
"""

import os
import random
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import Notification, OperationalError, StoredEvent, Tracking

from infra.journal.appends import Append, Failed, OutcomeUnknown, Unknown, Void, Written, key_of
from infra.journal.claims import Run
from infra.journal.database import Database
from infra.journal.fold import State, fold
from infra.journal.index import Index
from infra.journal.kafka_guard import Durability, record_bytes_for
from infra.journal.kafka_log import KafkaLog
from infra.journal.kafka_topic import create
from infra.journal.limits import Limits
from infra.journal.log import Log
from infra.journal.memory_log import MemoryLog
from infra.journal.opening import open_on
from infra.journal.reader import Reader
from infra.journal.records import appends_head, decode, encode_append, encode_cancel
from infra.journal.settler import Settler
from infra.kafka.connection import Brokers
from tests.support.journal_faults import FaultyLog, WriterCrashed
from tests.support.journal_plain import Plain, evaluate

HISTORIES = 20_000
HISTORIES_ON_KAFKA = 60
SHARDS = 4
WRITERS_MAX = 3
STEPS_MAX = 5
STREAMS = [UUID(int=1), UUID(int=2), "a", "b" * 16]
SOURCES = ["s", "t"]
TABLES = ("records", "appends", "streams", "ids", "tracking", "schemas")


@pytest.mark.parametrize("shard", range(SHARDS))
def test_fold_index_and_plain_evaluation_agree_whatever_happens(shard: int, capsys: pytest.CaptureFixture[str]) -> None:
    seed = int(os.environ.get("JOURNAL_SEED", random.SystemRandom().randrange(2**32)))
    only = os.environ.get("JOURNAL_HISTORY")
    with capsys.disabled():
        print(f"\njournal histories, shard {shard}: JOURNAL_SEED={seed}")  # noqa: T201 - a property test prints its seed
    with benches() as bench:
        for number in [int(only)] if only else range(shard, HISTORIES, SHARDS):
            try:
                History(random.Random(f"{seed}/{number}"), bench, MemoryLog()).run()  # noqa: S311 - replayable
            except BaseException as error:
                error.add_note(f"replay with JOURNAL_SEED={seed} JOURNAL_HISTORY={number}")
                raise


def test_they_agree_on_a_real_broker_too(kafka_broker: str, capsys: pytest.CaptureFixture[str]) -> None:
    seed = int(os.environ.get("JOURNAL_SEED", random.SystemRandom().randrange(2**32)))
    only = os.environ.get("JOURNAL_HISTORY")
    with capsys.disabled():
        print(f"\njournal histories on Kafka: JOURNAL_SEED={seed}")  # noqa: T201 - a property test prints its seed
    brokers = Brokers.parse(kafka_broker)
    with benches() as bench:
        for number in [int(only)] if only else range(HISTORIES_ON_KAFKA):
            topic = f"history-{uuid4().hex}"
            create(brokers, topic, Durability.SINGLE, record_bytes_for(Limits().append_bytes_max))
            with closing(KafkaLog(brokers, topic)) as log:
                log.connect()
                try:
                    History(random.Random(f"{seed}/{number}"), bench, log).run()  # noqa: S311 - replayable
                except BaseException as error:
                    error.add_note(f"replay with JOURNAL_SEED={seed} JOURNAL_HISTORY={number}")
                    raise


@contextmanager
def benches() -> Iterator[list[Database]]:
    """One index database a writer, emptied for each history, since making tables costs more than a history."""
    databases = []
    for _ in range(WRITERS_MAX):
        journal = open_on(MemoryLog())
        databases.append(journal.database)
    yield databases
    for database in databases:
        database.close()


class History:
    """Some writers of one log, each with an index that is as stale as it happens to be."""

    def __init__(self, dice: random.Random, databases: list[Database], shared: Log) -> None:
        self.dice = dice
        self.shared = shared
        self.ids: list[bytes] = []
        self.told: list[tuple[bytes, object]] = []
        self.databases = databases[: dice.randint(1, WRITERS_MAX)]
        self.logs = []
        self.settlers = []
        for database in self.databases:
            with database.writing() as writer:
                for table in TABLES:
                    writer.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
            log = FaultyLog(self.shared, dice, [self.stranger() for _ in range(dice.randint(0, 2))])
            self.logs.append(log)
            self.settlers.append(Settler(database, log, Index(database, log), lambda: 0))

    def run(self) -> None:
        for _ in range(self.dice.randint(1, STEPS_MAX)):
            self.step()
        for log in self.logs:
            log.arrive()
            log.quiet = True
        for settler in self.settlers:
            settler.refresh()
        records = [data for _, data in self.shared.read(0, 10_000)]
        plain = evaluate(records)
        check_fold(fold(decode(data) for data in records), plain)
        for database in self.databases:
            check_index(database, plain)
        for append_id, answer in self.told:
            check_answer(answer, plain.outcomes.get(append_id), once=self.ids.count(append_id) == 1)

    def step(self) -> None:
        settler, log = self.dice.choice(list(zip(self.settlers, self.logs, strict=True)))
        chance = self.dice.random()
        if chance < 0.1:
            settler.refresh()
        elif chance < 0.2:
            log.arrive()
        elif chance < 0.3 and self.ids:
            self.cancel(settler)
        else:
            self.settle(settler)

    def settle(self, settler: Settler) -> None:
        group = [self.append() for _ in range(self.dice.randint(1, 4))]
        try:
            answers = settler.settle(group, [encode_append(append) for append in group])
        except OutcomeUnknown:
            return
        except OperationalError:
            answers = [Failed("")] * len(group)
        except WriterCrashed:
            return
        self.told += zip((append.append_id for append in group), answers, strict=True)

    def cancel(self, settler: Settler) -> None:
        append_id = self.dice.choice(self.ids)
        try:
            self.told.append((append_id, settler.cancel([append_id])[append_id]))
        except (OperationalError, WriterCrashed):
            return
        except Exception as error:
            if "on the way" not in str(error) and "answer was lost" not in str(error):
                raise

    def append(self) -> Append:
        versions = {stream: self.dice.randint(-1, 4) for stream in STREAMS}
        events = []
        for _ in range(self.dice.choice((0, 1, 1, 2, 3))):
            stream = self.dice.choice(STREAMS)
            versions[stream] += self.dice.choice((1, 1, 1, 1, 2, 0))
            events.append(
                StoredEvent(stream, versions[stream], self.dice.choice("xy"), b"s" * self.dice.choice((0, 9, 70)))
            )
        tracking = []
        if self.dice.random() < 0.3:
            tracking = [
                Tracking(self.dice.choice(SOURCES), self.dice.randint(1, 6)) for _ in range(self.dice.randint(1, 2))
            ]
        append_id = self.dice.choice(self.ids) if self.ids and self.dice.random() < 0.1 else self.dice.randbytes(16)
        self.ids.append(append_id)
        return Append(events, tracking, append_id)

    def stranger(self) -> bytes:
        """What a writer of another program puts between."""
        if self.ids and self.dice.random() < 0.3:
            return encode_cancel([self.dice.choice(self.ids), self.dice.randbytes(16)])
        return appends_head(b"w" * 16, 7, 1) + encode_append(self.append()).data + b"\0"


def check_fold(state: State, plain: Plain) -> None:
    assert state.position == len(plain.events)
    assert {key: positions(fate) for key, fate in state.fates.items()} == plain.outcomes
    assert state.tracking == {source: plain.tracked(source) for source, _ in plain.tracking}
    taken = {(key, version) for key, runs in state.taken.items() for version in versions_of(runs)}
    assert taken == {(key_of(event.originator_id), event.originator_version) for event in plain.events}


def versions_of(runs: Sequence[Run]) -> list[int]:
    found = [version for run in runs for version in range(run.first_version, run.last_version + 1)]
    assert found == sorted(set(found))
    return found


def check_index(database: Database, plain: Plain) -> None:
    reader = Reader(database, lambda: None, Limits())
    found = reader.notifications(None, 10_000)
    assert [event.id for event in found] == list(range(1, len(plain.events) + 1))
    assert [unplaced(event) for event in found] == plain.events
    for stream in STREAMS:
        assert reader.events(stream) == plain.stream(stream)
    for source in SOURCES:
        assert reader.tracked(source) == plain.tracked(source)
    fates = Index(database, MemoryLog()).fates(list(plain.outcomes))
    assert {append_id: positions(fate) for append_id, fate in fates.items()} == plain.outcomes


def check_answer(answer: object, outcome: list[int] | None, *, once: bool) -> None:
    """An id that two appends share says nothing about the one that was refused."""
    if isinstance(answer, Written):
        assert list(answer.positions) == outcome
    elif once:
        assert isinstance(answer, Void | Failed)
        assert outcome is None


def positions(fate: object) -> list[int] | None:
    assert not isinstance(fate, Unknown)
    return list(fate.positions) if isinstance(fate, Written) else None


def unplaced(event: Notification) -> StoredEvent:
    return StoredEvent(event.originator_id, event.originator_version, event.topic, event.state)

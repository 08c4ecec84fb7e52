"""`caseledger send` and `consume` on real Kafka: topic to ledger, each message once, whatever comes between."""

import json
import logging
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Event

import pytest
import structlog
from kafka import KafkaAdminClient, KafkaConsumer, OffsetAndMetadata, TopicPartition

from caseledger.bootstrap import Caseledger
from caseledger.processes.consuming import consume
from caseledger.processes.lifecycle import Running
from caseledger.settings import Durability, Settings
from consumers.inbound import XARF_REPORT
from consumers.messages import Message, Outgoing, source_name
from domain.reports.events import ReportReceived
from infra.health import Health
from infra.kafka.connection import Brokers
from infra.kafka.intake import GROUP
from infra.kafka.sink import KafkaSink
from infra.kafka.tail import KafkaTail
from infra.metrics import Metrics
from tests.support.command_line import Ended, caseledger
from tests.support.example_pack import PACK
from tests.support.policy_packs import pack_text
from tests.support.processes import Service
from tests.support.source_contract import WAIT_S_MAX
from tests.support.taking_in import Counts, line

PARTITIONS = 6
POISON = b"{"
SAMPLES = Path(__file__).parents[1] / "vectors" / "xarf"


class Place:
    """A platform of its own on the run's broker, with every topic."""

    def __init__(self, brokers: str, folder: Path) -> None:
        self.platform = f"p{uuid.uuid4().hex[:12]}"
        self.topic = f"{self.platform}.reports"
        self.refused_topic = f"{self.platform}.reports.refused"
        self.folder = folder
        self.brokers = Brokers.parse(brokers)
        packs = folder / "packs" / self.platform
        packs.mkdir(parents=True)
        edits: dict[str, object] = {"platform": self.platform}
        (packs / "1.toml").write_text(pack_text(edits, PACK), encoding="utf-8")
        self.environment = {
            "CASELEDGER_KAFKA": brokers,
            "CASELEDGER_JOURNAL_DURABILITY": "single",
            "CASELEDGER_PLATFORM": self.platform,
            "CASELEDGER_POLICIES": str(folder / "packs"),
            "CASELEDGER_RETRY_S": "0.1",
        }

    def run(self, *arguments: str, given: bytes = b"", **environment: str) -> Ended:
        """A command, in this process."""
        return caseledger(*arguments, data=self.folder / "data", given=given, **(self.environment | environment))

    def consume(self, status: int = 0, **environment: str) -> dict[str, object]:
        """Take in what is there; the summary."""
        ended = self.run("consume", "--until-quiet", "0.5", "--json", **environment)
        assert ended.status == status, ended.err
        return json.loads(ended.out.splitlines()[-1])

    def put(self, *messages: Outgoing) -> None:
        """Messages on the topic."""
        with closing(KafkaSink(self.brokers, "test")) as sink:
            sink.put(messages)

    def put_values(self, values: Sequence[bytes], partition: int | None = None) -> None:
        """Values on the topic, in turn on all partitions or on one."""
        self.put(
            *(
                Outgoing(self.topic, b"k", value, (), at % PARTITIONS if partition is None else partition)
                for at, value in enumerate(values)
            )
        )

    def refused(self) -> list[Message]:
        """What was set aside."""
        return list(KafkaTail(self.brokers, self.refused_topic, "test").last(100_000)[0])

    def settings(self, data: str = "data") -> Settings:
        """Those of a process of its own."""
        return Settings(
            data=self.folder / data,
            kafka=str(self.brokers),
            journal_durability=Durability.SINGLE,
            policies=self.folder / "packs",
        )

    def received(self) -> Counter[str]:
        """The ids of the reports in the ledger."""
        with Caseledger(self.settings()) as opened:
            facts = opened.facts(self.platform, 0, 100_000)
        return Counter(fact.event.report for fact in facts if isinstance(fact.event, ReportReceived))

    def recorded(self) -> list[int | None]:
        """How far each partition was taken in."""
        with Caseledger(self.settings()) as opened:
            ledger = opened.ledger(self.platform)
            return [ledger.tracked(source_name(self.topic, each)) for each in range(PARTITIONS)]

    def delete_the_topic(self) -> None:
        """As an operator may."""
        with closing(KafkaAdminClient(**self.brokers.options("test"))) as admin:
            admin.delete_topics([self.topic])

    def move_the_group(self, offset: int) -> None:
        """Let the consumer group believe that it stands elsewhere."""
        consumer = KafkaConsumer(
            **self.brokers.options("test"), group_id=GROUP.format(platform=self.platform), enable_auto_commit=False
        )
        with closing(consumer):
            partitions = [TopicPartition(self.topic, each) for each in range(PARTITIONS)]
            consumer.assign(partitions)
            consumer.commit({each: OffsetAndMetadata(offset, "", -1) for each in partitions})


@pytest.fixture
def place(kafka_broker: str, tmp_path: Path) -> Place:
    """A platform whose topics are there."""
    made = Place(kafka_broker, tmp_path)
    created = made.run("journal", "create")
    assert created.status == 0, created.err
    quiet_logs()
    return made


def reports(first: int, count: int) -> list[bytes]:
    """So many different reports."""
    return [line(number) for number in range(first, first + count)]


def test_what_was_sent_is_taken_in_once_however_often_it_is_sent_and_read(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "reports.jsonl"
    file.write_bytes(b"\n".join([*reports(0, 4), b'{"at": 1}', line(9, place="elsewhere")]))
    sent = place.run("send", str(file), "--json")
    assert (sent.status, json.loads(sent.out)) == (3, {"sent": 5, "bad": 1})
    assert json.loads(sent.err)["line"] == 5
    summary = place.consume()
    assert summary == {"messages": 5, "admitted": 4, "refused": 1, "seen_before": 0, "poison": 0, "reasons": {}}
    facts = all_facts_of(place)
    place.move_the_group(0)
    assert place.consume()["messages"] == 0
    place.run("send", str(file), "--avro")
    assert place.consume() | {"reasons": 0} == summary | {"admitted": 0, "refused": 0, "seen_before": 5, "reasons": 0}
    assert all_facts_of(place) == facts


def test_where_the_group_says_it_is_further_nothing_is_passed_over(place: Place) -> None:
    place.put_values(reports(0, 12))
    place.move_the_group(2)
    assert place.consume()["admitted"] == 12


def test_xarf_and_poison_among_reports(place: Place) -> None:
    sample = (SAMPLES / "content-fraud.json").read_bytes()
    headers = (("content-type", XARF_REPORT.encode()),)
    poison = Outgoing(place.topic, b"key", POISON, (("trace", b"\x00"),), 3)
    place.put(Outgoing(place.topic, b"k", line(1), (), 3), poison, Outgoing(place.topic, b"x", sample, headers, 3))
    summary = place.consume()
    assert (summary["messages"], summary["poison"], summary["reasons"]) == (3, 1, {"invalid_json": 1})
    (refused,) = place.refused()
    assert (refused.key, refused.value, refused.header("trace")) == (b"key", POISON, b"\x00")
    assert refused.header("refused-offset") == b"1"
    assert place.recorded()[3] == 2
    assert place.received().keys() == {"r-1", json.loads(sample)["report_id"]}


def test_too_much_poison_stops_it_and_the_next_one_stands_where_it_stood(place: Place) -> None:
    place.put_values([line(1), POISON, line(2), *[POISON] * 4], partition=0)
    for _ in range(2):
        ended = place.run("consume", "--until-quiet", "0.5", CASELEDGER_CONSUME_POISON_ROW_MAX="3")
        assert ended.status == 3
        assert f"stopped before offset 3 of {place.topic}/0" in ended.err
        assert (len(place.refused()), place.recorded()[0]) == (1, 2)
    assert place.consume()["poison"] == 4
    assert place.recorded()[0] == 6


def test_without_brokers_rules_or_topic_it_says_what_to_do(place: Place) -> None:
    nowhere = place.run("consume", CASELEDGER_KAFKA="")
    assert (nowhere.status, "CASELEDGER_KAFKA" in nowhere.err) == (2, True)
    place.delete_the_topic()
    missing = place.run("consume", "--until-quiet", "0.5")
    assert (missing.status, f"no topic {place.topic} at {place.brokers}" in missing.err) == (4, True)
    unknown = place.run("consume", "--platform", "nobody", "--until-quiet", "0.5")
    assert (unknown.status, "no platform 'nobody'" in unknown.err) == (1, True)


def test_consumers_that_share_the_topic_and_come_and_go_take_each_message_once(place: Place) -> None:
    """Two at once; the first leaves in the middle without a word, as one that hangs does; a third one comes."""
    values = [value for number in range(300) for value in (line(number), POISON)]
    with ExitStack() as ends, ThreadPoolExecutor(3) as pool:
        one = ends.enter_context(consumer(place, pool, "one"))
        two = ends.enter_context(consumer(place, pool, "two"))
        place.put_values(values[:300])
        assert one.counts_reach(1) or two.counts_reach(1)
        place.put_values(values[300:])
        one.end()
        three = ends.enter_context(consumer(place, pool, "three"))
        place.put_values(reports(300, 60))
        assert until(lambda: place.recorded() == [109] * PARTITIONS)
        for each in (two, three):
            each.end()
    assert place.received() == Counter(f"r-{number}" for number in range(360))
    places = Counter((each.header("refused-partition"), each.header("refused-offset")) for each in place.refused())
    assert (len(places), set(places.values())) == (300, {1})


def test_a_killed_consumer_leaves_nothing_half_done(place: Place) -> None:
    place.put_values([value for number in range(400) for value in (line(number), POISON)])
    environment = place.environment | {"CASELEDGER_CONSUME_POISON_ROW_MAX": "1000000", "CASELEDGER_LOG_LEVEL": "info"}
    with Service("consume", data=place.folder / "killed", **environment) as service:
        assert until(lambda: place.refused() != [])
        service.process.kill()
    place.consume(CASELEDGER_CONSUME_POISON_ROW_MAX="1000000")
    assert place.received() == Counter(f"r-{number}" for number in range(400))
    places = Counter((each.header("refused-partition"), each.header("refused-offset")) for each in place.refused())
    assert (len(places), set(places.values())) == (400, {1})


class Consumer:
    """One that runs in a thread with everything of its own."""

    def __init__(self, counts: Counts, stop: Event, future: "Future[int]") -> None:
        self._counts = counts
        self._stop = stop
        self._future = future

    def counts_reach(self, count: int) -> bool:
        """Whether it takes so many, within a bound."""
        return until(lambda: self._counts.outcomes.total() >= count)

    def end(self) -> None:
        """Have it end, and see that it did in good order."""
        self._stop.set()
        self._future.result(WAIT_S_MAX)


@contextmanager
def consumer(place: Place, pool: ThreadPoolExecutor, name: str) -> Iterator[Consumer]:
    """Consume with an index and connections of its own."""
    counts, stop = Counts(), Event()
    settings = place.settings(name).model_copy(update={"consume_poison_row_max": 1_000_000})

    def work() -> int:
        with Caseledger(settings) as opened:
            running = Running(stop, Health(), Metrics().process("consume"))
            return consume([opened.topic_intake(place.platform, counts)], running)

    future = pool.submit(work)
    try:
        yield Consumer(counts, stop, future)
    finally:
        stop.set()
        future.result(WAIT_S_MAX)


def quiet_logs() -> None:
    """What runs in threads logs where no command looks."""
    structlog.reset_defaults()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def until(done: object) -> bool:
    """Wait until it is so, within a bound."""
    pause = Event()
    for _ in range(int(WAIT_S_MAX / 0.1)):
        if done():  # type: ignore[operator]
            return True
        pause.wait(0.1)
    return False


def all_facts_of(place: Place) -> Sequence[object]:
    """Everything in the ledger."""
    with Caseledger(place.settings()) as opened:
        return opened.facts(place.platform, 0, 100_000)

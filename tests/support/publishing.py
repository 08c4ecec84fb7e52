"""Publishing under test: a real ledger on SQLite, a topic of its own on a real broker, and the topic read back."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic
from uuid import UUID, uuid4, uuid5

from kafka import KafkaAdminClient, KafkaConsumer

from caseledger.event_codec import to_stored
from caseledger.processes.publishing import Publishing
from domain.catalogue import EVENT_TYPES, stream_kind
from domain.recorded import Recorded
from domain.streams import StreamId
from infra.journal import JournalProcessRecorder, open_journal
from infra.kafka.connection import Brokers
from infra.kafka.publisher import PublicTopic
from infra.kafka.wanted import wanted_topic
from infra.ledger import JournalLedger
from infra.ledgers import LIMITS
from schemas.cloudevents import CloudEvents, Frame, as_they_are
from schemas.publication import publication
from schemas.registry import published
from schemas.topics import TopicKind
from tests.support.canaries import with_canaries
from tests.support.event_samples import sample
from tests.support.faults.journals import read_topic

SOON_S = 30.0
STREAMS = 17
NAMESPACE = UUID("8f1f7f0e-4a57-5a3c-9f0e-52a1a6f4f0aa")


class Counted:
    """Counts what is told; the figures of a test."""

    def __init__(self) -> None:
        self.events = 0
        self.leads = False

    def published(self, events: int, position: int) -> None:
        self.events += events
        assert position >= self.events

    def behind(self, events: int, since: datetime | None) -> None:
        assert (since is None) == (events == 0)

    def active(self, *, active: bool) -> None:
        self.leads = active


@contextmanager
def ledger_at(path: Path) -> Iterator[JournalLedger]:
    """The ledger in a file, made if there is none."""
    with closing(open_journal(f"sqlite:///{path}", limits=LIMITS)) as journal:
        yield JournalLedger(JournalProcessRecorder(journal), lambda name: published().schema(name).text)


def fill(ledger: JournalLedger, count: int, salt: str = "") -> list[str]:
    """Append so many events of all types in turn, on a few streams; the personal words in them."""
    words: list[str] = []
    head = ledger.head()
    versions = {stream: len(ledger.read(stream)) for stream in {_stream(at, salt) for at in range(STREAMS)}}
    names = tuple(EVENT_TYPES)
    appends = []
    for at in range(head, head + count):
        stream, name = _stream(at, salt), names[at % len(names)]
        versions[stream] += 1
        event, personal = with_canaries(sample(name))
        words += personal
        recorded = Recorded(StreamId(stream_kind(name), stream), versions[stream], event)
        appends.append([to_stored(recorded)])
    ledger.append_many(appends)
    return words


def make_topic(bootstrap: str, partitions: int = 1, **config: str) -> str:
    """The platform whose topic of events was made, with these settings beside what it should have."""
    platform = f"p{uuid4().hex}"
    wanted = wanted_topic(platform, TopicKind.EVENTS, replicated=False)
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    settings = {**wanted.config, **{name.replace("_", "."): value for name, value in config.items()}}
    admin.create_topics({wanted.name: {"num_partitions": partitions, "replication_factor": 1, "configs": settings}})
    admin.wait_for_topics([wanted.name], timeout_ms=10_000)
    admin.close()
    return platform


def publishing(
    bootstrap: str, platform: str, ledger: JournalLedger, meter: Counted, frame: Frame = as_they_are
) -> Publishing:
    """A member of those who publish the platform."""
    topic = PublicTopic(Brokers.parse(bootstrap), platform)
    return Publishing(ledger, CloudEvents(platform, publication(), frame), topic, meter)


def publish_all(work: Publishing, ledger: JournalLedger, bootstrap: str, platform: str) -> list[object]:
    """Take turns until the topic holds everything; its records. Fails when that takes too long."""
    until = monotonic() + SOON_S
    while monotonic() < until:
        if work.turn() == 0 and work.settled and work.complete == ledger.head():
            return records(bootstrap, platform)
    raise AssertionError(f"published up to {work.complete} of {ledger.head()} in {SOON_S:g} s")


def records(bootstrap: str, platform: str) -> list[object]:
    """Every record of the platform's topic, partition after partition."""
    return read_topic(bootstrap, wanted_topic(platform, TopicKind.EVENTS, replicated=False).name)


def partitions(bootstrap: str, platform: str) -> set[int]:
    """The numbers of the topic's partitions."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap)
    try:
        return set(consumer.partitions_for_topic(wanted_topic(platform, TopicKind.EVENTS, replicated=False).name) or ())
    finally:
        consumer.close()


def wait_for_position(bootstrap: str, platform: str, position: int) -> list[int]:
    """The positions on the topic, once this one is there. Fails when that takes too long."""
    until = monotonic() + SOON_S
    while monotonic() < until:
        found = positions(records(bootstrap, platform))
        if position in found:
            return found
    raise AssertionError(f"position {position} was not published in {SOON_S:g} s")


def header(record: object, name: str) -> str:
    """The text of a header."""
    return dict(record.headers)[name].decode()


def positions(found: Sequence[object]) -> list[int]:
    """The ledger positions of records, in their order."""
    return [int(header(record, "ce_position")) for record in found]


def _stream(at: int, salt: str) -> UUID:
    return uuid5(NAMESPACE, f"{salt}{at * at % STREAMS}")

"""Makes the topics of a platform right, or the file of an embedded ledger."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from caseledger.bootstrap import Caseledger
from caseledger.cli.journal_files import one_platform
from caseledger.cli.output import print_json, show, table, words
from caseledger.cli.session import opened
from caseledger.settings import Durability
from infra.journal.kafka_guard import Durability as Promised
from infra.journal.kafka_topic import create as create_journal
from infra.kafka.admin import administering
from infra.kafka.connection import Brokers
from infra.kafka.topics import Outcome, put_right
from infra.kafka.wanted import wanted_topic
from infra.ledgers import FileLedgers
from schemas.topics import LEDGER_RECORD_BYTES_MAX, TopicKind, topic_name


@dataclass(frozen=True, slots=True)
class Line:
    """What was done about one topic; `changed` holds values before."""

    topic: str
    outcome: Outcome
    partitions: int
    replication: int
    changed: dict[str, str] = field(default_factory=dict)
    config: dict[str, str] = field(default_factory=dict)


def create(platform: str | None, *, only_ledger: bool, as_json: bool) -> None:
    """Make it."""
    with opened() as caseledger:
        name = one_platform(caseledger, platform)
        brokers = caseledger.brokers
        if brokers is None:
            _tell_file(name, *_file(caseledger, name), as_json=as_json)
            return
        durability = caseledger.settings.journal_durability
        lines = [_ledger(brokers, name, durability)]
        if not only_ledger:
            lines += _others(brokers, name, durability)
    _tell_topics(name, brokers, lines, as_json=as_json)


def _file(caseledger: Caseledger, platform: str) -> tuple[str, Outcome]:
    """The embedded ledger's file, made by opening it."""
    ledgers = caseledger.ledgers
    assert isinstance(ledgers, FileLedgers)  # noqa: S101 - no brokers, no topics
    there = ledgers.has(platform)
    caseledger.ledger(platform)
    return str(ledgers.file(platform)), Outcome.LEFT_ALONE if there else Outcome.MADE


def _ledger(brokers: Brokers, platform: str, durability: Durability) -> Line:
    topic = topic_name(platform, TopicKind.LEDGER)
    made = create_journal(brokers, topic, Promised(durability), LEDGER_RECORD_BYTES_MAX)
    facts = made.facts
    return Line(topic, made.outcome, facts.partitions, facts.replication, dict(made.changed), dict(facts.config))


def _others(brokers: Brokers, platform: str, durability: Durability) -> Iterator[Line]:
    replicated = durability is Durability.REPLICATED
    with administering(brokers) as admin:
        for kind in TopicKind:
            if kind is TopicKind.LEDGER:
                continue
            wanted = wanted_topic(platform, kind, replicated=replicated)
            done = put_right(admin, wanted)
            topic, changed = done.topic, dict(done.changed)
            yield Line(wanted.name, done.outcome, topic.partitions, topic.replication, changed, dict(topic.config))


def _tell_file(platform: str, file: str, outcome: Outcome, *, as_json: bool) -> None:
    if as_json:
        print_json({"platform": platform, "ledger": file, "outcome": outcome, "topics": []})
    else:
        show([f"{file}: {outcome}"])


def _tell_topics(platform: str, brokers: Brokers, lines: list[Line], *, as_json: bool) -> None:
    if as_json:
        ledger = f"kafka://{brokers}/{topic_name(platform, TopicKind.LEDGER)}"
        topics = [
            {
                "topic": line.topic,
                "outcome": line.outcome,
                "changed": line.changed,
                "partitions": line.partitions,
                "replication": line.replication,
            }
            for line in lines
        ]
        print_json({"platform": platform, "ledger": ledger, "topics": topics})
        return
    rows = [
        (
            line.topic,
            str(line.outcome),
            line.partitions,
            line.replication,
            words(f"{name} {before} → {line.config[name]}" for name, before in line.changed.items()),
        )
        for line in lines
    ]
    show([table(f"Topics at {brokers}", ("topic", "!outcome", "#partitions", "#copies", "changed"), rows)])

"""Copies a platform's journal into a file, and puts such a copy back onto a topic."""

from pathlib import Path

from caseledger.cli.failures import usage
from caseledger.cli.journal_files import address, readable
from caseledger.cli.output import print_json, show
from caseledger.cli.session import opened, platforms_asked, progress
from caseledger.settings import Durability
from infra.journal.copies import copy_to, kind_of, put_back
from infra.journal.kafka_guard import Durability as Promised
from infra.journal.kafka_guard import guard, record_bytes_for
from infra.journal.kafka_log import KafkaLog
from infra.journal.kafka_topic import look
from infra.journal.read_only import snapshot
from infra.kafka.connection import Brokers
from infra.ledgers import LIMITS
from schemas.topics import TopicKind, topic_name


def backup(file: Path, platform: str | None, *, as_json: bool) -> None:
    """Copy the journal as it is at this moment."""
    with opened() as caseledger:
        name = _one(platforms_asked(caseledger, platform))
        source, kind = readable(caseledger, name)
        records = copy_to(file, source, kind)
        ledger = address(caseledger, name)
    if as_json:
        print_json({"platform": name, "ledger": ledger, "file": str(file), "records": records})
    else:
        show([f"{ledger}: {records:,} records copied to {file}"])


def restore(file: Path, platform: str | None, *, as_json: bool) -> None:
    """Put a copy back onto the platform's topic, which is empty."""
    with opened() as caseledger:
        name = platform or caseledger.settings.platform
        if name is None:
            raise usage("which platform? Name it with --platform, or in CASELEDGER_PLATFORM")
        brokers = caseledger.brokers
        if brokers is None:
            raise usage(
                "a ledger in a file is restored by putting the copy in its place; for a topic, set CASELEDGER_KAFKA"
            )
        records = _onto_topic(file, brokers, name, caseledger.settings.journal_durability)
        ledger = address(caseledger, name)
    if as_json:
        print_json({"platform": name, "ledger": ledger, "file": str(file), "records": records})
    else:
        show([f"{file}: {records:,} records put back onto {ledger}; `caseledger journal verify` folds them"])


def _onto_topic(file: Path, brokers: Brokers, platform: str, durability: Durability) -> int:
    topic = topic_name(platform, TopicKind.LEDGER)
    facts = look(brokers, topic)
    guard(facts, Promised(durability), record_bytes_for(LIMITS.append_bytes_max))
    with snapshot(file, kind_of(file)) as connection:
        total: int = connection.execute("SELECT count(*) FROM records").fetchone()[0]
    log = KafkaLog(brokers, topic)
    try:
        log.connect()
        log.look(0)
        with progress(f"restoring {platform}", total) as advance:
            return put_back(file, log, log.end, advance)
    finally:
        log.close()


def _one(platforms: tuple[str, ...]) -> str:
    if len(platforms) > 1:
        raise usage(f"which of {', '.join(platforms)}? Name one with --platform")
    return platforms[0]

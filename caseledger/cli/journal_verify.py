"""Folds whole logs again and tells every difference to what is kept of them."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from eventsourcing.persistence import InterfaceError

from caseledger.bootstrap import Caseledger
from caseledger.cli.journal_files import address
from caseledger.cli.output import end_with, print_json, shown
from caseledger.cli.session import opened, platforms_asked, progress
from caseledger.cli.status import ExitStatus
from infra.journal.kafka_guard import Durability, guard, record_bytes_for
from infra.journal.kafka_reading import records_of
from infra.journal.kafka_topic import look
from infra.journal.read_only import snapshot
from infra.journal.verify import Finding
from infra.journal.verify import verify as verify_file
from infra.journal.verify_log import LogCheck
from infra.kafka.connection import Brokers, BrokersUnreachable
from infra.ledgers import INDEX_FOLDER, LIMITS, FileLedgers
from schemas.topics import TopicKind, topic_name

TOPIC = "topic"
"""The place of what is wrong with a topic's settings."""


@dataclass(slots=True)
class Told:
    """What was read, and what is wrong with it."""

    platform: str
    ledger: str
    records: int = 0
    positions: int = 0
    indexes: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def verify(platform: str | None, *, as_json: bool) -> None:
    """Each journal asked for."""
    with opened() as caseledger:
        told = [_verified(caseledger, name) for name in platforms_asked(caseledger, platform)]
    if as_json:
        print_json([_document(each) for each in told])
    else:
        sys.stdout.writelines(f"{shown(line).plain}\n" for each in told for line in _lines(each))
    places = {finding.place for each in told for finding in each.findings}
    if places:
        end_with(ExitStatus.REFUSED if places == {TOPIC} else ExitStatus.DAMAGED)


def _verified(caseledger: Caseledger, platform: str) -> Told:
    told = Told(platform, address(caseledger, platform))
    ledgers = caseledger.ledgers
    if isinstance(ledgers, FileLedgers):
        _verify_file(told, ledgers.file(platform))
    else:
        assert caseledger.brokers is not None  # noqa: S101 - ledgers are in files or at brokers
        indexes = sorted((caseledger.settings.data / "platforms" / platform / INDEX_FOLDER).glob("*.sqlite"))
        _verify_topic(told, caseledger.brokers, Durability(caseledger.settings.journal_durability), indexes)
    return told


def _verify_file(told: Told, file: Path) -> None:
    try:
        with snapshot(file) as connection:
            told.records = connection.execute("SELECT count(*) FROM records").fetchone()[0]
    except InterfaceError as error:
        told.findings = [Finding("file", str(error))]
        return
    with progress(f"folding {told.platform}", told.records) as advance:
        told.findings = verify_file(file, advance)
    if not told.findings:
        with snapshot(file) as connection:
            told.positions = connection.execute("SELECT max(position + count) - 1 FROM appends").fetchone()[0] or 0


def _verify_topic(told: Told, brokers: Brokers, durability: Durability, indexes: list[Path]) -> None:
    topic = topic_name(told.platform, TopicKind.LEDGER)
    facts = look(brokers, topic)
    try:
        guard(facts, durability, record_bytes_for(LIMITS.append_bytes_max))
    except InterfaceError as error:
        told.findings = [Finding(TOPIC, str(error))]
    check = LogCheck(facts, indexes)
    try:
        with progress(f"folding {told.platform}", facts.end_offset) as advance:
            told.findings += check.findings(records_of(brokers, topic), advance)
    except BrokersUnreachable:
        raise
    except InterfaceError as error:
        told.findings.append(Finding("log", str(error)))
    told.records, told.positions = check.records, check.positions
    told.indexes = {str(path): folded for path, folded in check.indexed.items()}


def _document(told: Told) -> dict[str, object]:
    return {
        "platform": told.platform,
        "ledger": told.ledger,
        "records": told.records,
        "positions": told.positions,
        "indexes": [{"file": file, "records": folded} for file, folded in told.indexes.items()],
        "findings": [{"place": finding.place, "what": finding.what} for finding in told.findings],
    }


def _lines(told: Told) -> Iterator[str]:
    yield f"{told.platform}: {told.ledger}"
    yield f"  {told.records:,} records folded, {told.positions:,} positions"
    for file, folded in told.indexes.items():
        behind = told.records - folded
        yield f"  index {file}: {folded:,} records{f', {behind:,} behind' if behind > 0 else ''}"
    for finding in told.findings:
        yield f"  {finding.place}: {finding.what}"
    yield "  every record and every index is what was written" if not told.findings else "  nothing was changed"

"""Copies a journal into a file, and puts the records of one into a new journal."""

import sys
from pathlib import Path

from eventsourcing.persistence import OperationalError

from caseledger.cli.failures import Failure
from caseledger.cli.journal_files import address, one_platform, readable
from caseledger.cli.output import print_json, shown
from caseledger.cli.session import opened, platforms_asked, progress
from caseledger.cli.status import ExitStatus
from infra.journal.backups import back_up, differences, restore_into_file, restore_into_log
from infra.journal.kafka_guard import Durability, guard, record_bytes_for
from infra.journal.kafka_reading import connected, records_in
from infra.journal.kafka_topic import look
from infra.journal.read_only import kind_of, snapshot
from infra.kafka.connection import Brokers
from infra.ledgers import LIMITS, FileLedgers, make_folder
from schemas.topics import TopicKind, topic_name


def backup(file: Path, platform: str | None, *, as_json: bool) -> None:
    """Copy it."""
    with opened() as caseledger:
        (name,) = platforms_asked(caseledger, one_platform(caseledger, platform))
        source, kind = readable(caseledger, name)
        records = back_up(source, kind, file)
        _tell(name, address(caseledger, name), file, records, as_json=as_json, done="copied to")


def restore(file: Path, platform: str | None, *, as_json: bool) -> None:
    """Put its records where they are missing, and make sure that the same comes of them."""
    with snapshot(file, kind_of(file)) as source:
        (total,) = source.execute("SELECT count(*) FROM records").fetchone()
    with opened() as caseledger:
        name = one_platform(caseledger, platform)
        if isinstance(caseledger.ledgers, FileLedgers):
            target = caseledger.ledgers.file(name)
            make_folder(target.parent)
            with progress(f"restoring {name}", total) as advance:
                records = restore_into_file(file, target, advance)
        else:
            assert caseledger.brokers is not None  # noqa: S101 - ledgers are in files or at brokers
            durability = Durability(caseledger.settings.journal_durability)
            records = _into_topic(file, caseledger.brokers, name, durability, total)
        _tell(name, address(caseledger, name), file, records, as_json=as_json, done="restored from")


def _into_topic(file: Path, brokers: Brokers, platform: str, durability: Durability, total: int) -> int:
    topic = topic_name(platform, TopicKind.LEDGER)
    guard(look(brokers, topic), durability, record_bytes_for(LIMITS.append_bytes_max))
    with connected(brokers, topic) as log:
        with progress(f"restoring {platform}", total) as advance:
            try:
                records = restore_into_log(file, log, records_in(log), advance)
            except OperationalError as error:
                reason = f"{error}; what was written stays: give the same command again"
                raise Failure(ExitStatus.UNAVAILABLE, "restore_interrupted", reason) from error
        with progress(f"folding {platform}", total) as advance:
            different = differences(file, records_in(log), advance)
    if different:
        raise Failure(
            ExitStatus.DAMAGED,
            "restored_differs",
            f"topic {topic} does not amount to what {file} does: {'; '.join(different)}. Another process wrote to it "
            "meanwhile: delete the topic, make it again, and restore while nothing else uses it",
        )
    return records


def _tell(platform: str, ledger: str, file: Path, records: int, *, as_json: bool, done: str) -> None:
    if as_json:
        print_json({"platform": platform, "ledger": ledger, "file": str(file), "records": records})
    else:
        sys.stdout.write(f"{shown(f'{ledger}: {records:,} records {done} {file}').plain}\n")

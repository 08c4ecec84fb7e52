"""A journal copied into a file and given back, on a file and on a real broker: every position is as it was."""

import json
import shutil
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent
from typer.testing import Result

from infra.journal import Append, Durability, KafkaOptions, open_journal
from infra.journal.kafka_reading import connected
from infra.kafka.connection import Brokers
from infra.ledgers import LIMITS
from tests.support.cli_folder import KR, error, filled, run, text

DIGESTS = ("digest", "--json")


@pytest.fixture
def platform() -> str:
    """A platform of its own on the run's broker."""
    return f"p{uuid.uuid4().hex[:12]}"


def _on_kafka(brokers: str, data: Path, platform: str, *arguments: str) -> Result:
    settings = {"CASELEDGER_KAFKA": brokers, "CASELEDGER_JOURNAL_DURABILITY": "single"}
    return run(data, *arguments, CASELEDGER_PLATFORM=platform, **settings)


def _backup(tmp_path: Path) -> Path:
    file = tmp_path / "backup.sqlite"
    text(filled(), "journal", "backup", str(file), "--platform", KR)
    return file


def _listed(result: Result) -> object:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)[0]["records"]


LIST = ("journal", "inspect", "--from", "0", "--limit", "1000", "--json")


def test_a_ledger_in_a_file_is_given_back_as_it_was(tmp_path: Path) -> None:
    file = _backup(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    data = tmp_path / "data"
    told = json.loads(text(data, "journal", "restore", str(file), "--platform", KR, "--json"))
    assert told["records"] == json.loads(text(filled(), "journal", "verify", "--platform", KR, "--json"))[0]["records"]
    assert text(data, "journal", "verify", "--platform", KR).endswith("is what was written\n")
    assert _listed(run(data, *LIST, "--platform", KR)) == _listed(run(filled(), *LIST, "--platform", KR))


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    file = _backup(tmp_path)
    before = file.read_bytes()
    assert error(filled(), "journal", "backup", str(file), "--platform", KR)[:2] == (1, "not_empty")
    assert error(filled(), "journal", "restore", str(file), "--platform", KR)[:2] == (1, "not_empty")
    assert file.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.sqlite"]


def test_a_backup_that_was_changed_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    file = _backup(tmp_path)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE records SET record = x'00' WHERE offset = 5")
    data = tmp_path / "data"
    status, code, reason = error(data, "journal", "restore", str(file), "--platform", KR)
    assert (status, code) == (5, "ledger_damaged")
    assert "record 5 is not what was written" in reason
    assert [path for path in data.rglob("*") if path.is_file()] == []


def test_a_ledger_moves_onto_kafka_and_back(kafka_broker: str, platform: str, tmp_path: Path) -> None:
    file = _backup(tmp_path)
    data = tmp_path / "data"
    assert _on_kafka(kafka_broker, data, platform, "journal", "create", "--only-ledger").exit_code == 0
    assert _on_kafka(kafka_broker, data, platform, "journal", "restore", str(file)).exit_code == 0
    assert _listed(_on_kafka(kafka_broker, data, platform, *LIST)) == _listed(run(filled(), *LIST, "--platform", KR))
    copy = tmp_path / "of-the-topic.sqlite"
    assert _on_kafka(kafka_broker, data, platform, "journal", "backup", str(copy)).exit_code == 0
    put = tmp_path / "put" / "platforms" / KR / "journal.sqlite"
    put.parent.mkdir(parents=True)
    shutil.copy(copy, put)
    assert text(tmp_path / "put", "journal", "verify").endswith("is what was written\n")
    assert text(tmp_path / "put", *DIGESTS) == text(filled(), *DIGESTS, "--platform", KR)
    back = tmp_path / "back"
    text(back, "journal", "restore", str(copy), "--platform", KR)
    assert text(back, *DIGESTS, "--platform", KR) == text(filled(), *DIGESTS, "--platform", KR)


def test_an_interrupted_restore_goes_on_where_it_ended(kafka_broker: str, platform: str, tmp_path: Path) -> None:
    file = _backup(tmp_path)
    assert _on_kafka(kafka_broker, tmp_path, platform, "journal", "create", "--only-ledger").exit_code == 0
    with closing(sqlite3.connect(file)) as connection:
        first = [record for (record,) in connection.execute("SELECT record FROM records WHERE offset < 5")]
    with connected(Brokers.parse(kafka_broker), f"{platform}.ledger") as log:
        log.append(first)
    for _ in range(2):
        assert _on_kafka(kafka_broker, tmp_path, platform, "journal", "restore", str(file)).exit_code == 0
    assert _listed(_on_kafka(kafka_broker, tmp_path, platform, *LIST)) == _listed(
        run(filled(), *LIST, "--platform", KR)
    )


def test_a_topic_that_holds_something_else_is_refused(kafka_broker: str, platform: str, tmp_path: Path) -> None:
    file = _backup(tmp_path)
    options = KafkaOptions(None, Durability.SINGLE, create=True)
    with closing(open_journal(f"kafka://{kafka_broker}/{platform}.ledger", limits=LIMITS, kafka=options)) as journal:
        journal.append(Append([StoredEvent(uuid.uuid4(), 1, "case.opened.v1", b"")]))
    result = _on_kafka(kafka_broker, tmp_path, platform, "journal", "restore", str(file))
    assert result.exit_code == 1
    assert "not_empty" in result.stderr
    assert len(_listed(_on_kafka(kafka_broker, tmp_path, platform, *LIST))) == 4

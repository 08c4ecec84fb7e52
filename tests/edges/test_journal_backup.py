"""A journal is copied while it is in use, and put back onto a topic that was made again: same facts, same places."""

import json
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import InterfaceError, StoredEvent
from kafka import KafkaAdminClient

from caseledger.bootstrap import Caseledger
from caseledger.cli.status import ExitStatus
from caseledger.settings import Durability, Settings
from infra.journal import Append, verify
from infra.journal.copies import put_back
from infra.journal.kafka_log import KafkaLog
from infra.kafka.connection import Brokers
from tests.support.broker import kafka_broker
from tests.support.cli_folder import run

__all__ = ["kafka_broker"]

APPENDS = 30


class Place:
    """A platform of its own on the run's broker, with some appends in its ledger."""

    def __init__(self, brokers: str, folder: Path) -> None:
        self.brokers = brokers
        self.platform = f"p{uuid.uuid4().hex[:12]}"
        self.topic = f"{self.platform}.ledger"
        self.data = folder / "data"
        self.copy = folder / "copy.sqlite"
        self.streams = [uuid.uuid4() for _ in range(APPENDS)]

    def command(self, *arguments: str, status: int = 0, data: Path | None = None) -> Any:  # noqa: ANN401 - as JSON is
        result = run(
            data or self.data,
            *arguments,
            "--platform",
            self.platform,
            "--json",
            CASELEDGER_KAFKA=self.brokers,
            CASELEDGER_JOURNAL_DURABILITY="single",
        )
        assert result.exit_code == status, result.output
        return json.loads(result.stdout if status == 0 else result.stderr)

    def opened(self, data: Path) -> Caseledger:
        return Caseledger(Settings(data=data, kafka=self.brokers, journal_durability=Durability.SINGLE))

    def write(self) -> None:
        appends = [Append([StoredEvent(stream, 1, "happened.v1", b"x" * 900)]) for stream in self.streams]
        with self.opened(self.data) as caseledger:
            caseledger.journal(self.platform).append_many(appends)

    def events(self, data: Path) -> list[object]:
        with self.opened(data) as caseledger:
            return [*caseledger.ledger(self.platform).since(0, 10_000)]

    def make_again(self) -> None:
        """Delete the topic, as if the cluster were lost, and make it again."""
        admin = KafkaAdminClient(bootstrap_servers=self.brokers)
        admin.delete_topics([self.topic])
        admin.close()
        self.command("journal", "create", "--only-ledger")

    def log(self) -> KafkaLog:
        log = KafkaLog(Brokers.parse(self.brokers), self.topic)
        log.connect()
        log.look(0)
        return log


@pytest.fixture
def place(kafka_broker: str, tmp_path: Path) -> Place:
    made = Place(kafka_broker, tmp_path)
    made.command("journal", "create", "--only-ledger")
    made.write()
    return made


def test_what_was_lost_is_put_back_at_the_same_places(place: Place, tmp_path: Path) -> None:
    before = place.events(place.data)
    told = place.command("journal", "backup", str(place.copy))
    assert len(before) == APPENDS
    place.make_again()
    refused = place.command("journal", "inspect", status=ExitStatus.DAMAGED)
    assert "deleted and made again" in refused["error"]["reason"], "an index of the lost topic is never mixed with it"
    assert place.command("journal", "restore", str(place.copy))["records"] == told["records"]
    assert place.command("journal", "restore", str(place.copy))["records"] == 0, "again, nothing is left to do"
    assert place.events(tmp_path / "new") == before
    verified = place.command("journal", "verify", data=tmp_path / "new")[0]
    assert (verified["positions"], verified["findings"]) == (APPENDS, [])


def test_an_index_of_the_lost_topic_is_as_good_as_a_copy(place: Place, tmp_path: Path) -> None:
    before = place.events(place.data)
    index = place.data / "platforms" / place.platform / "index" / "1.sqlite"
    place.make_again()
    place.command("journal", "restore", str(index))
    assert place.events(tmp_path / "new") == before


def test_a_copy_is_a_ledger_in_a_file(place: Place, tmp_path: Path) -> None:
    place.command("journal", "backup", str(place.copy))
    assert place.copy.stat().st_mode & 0o777 == 0o600
    assert verify(place.copy) == []
    embedded = tmp_path / "embedded" / "platforms" / place.platform
    embedded.mkdir(parents=True)
    place.copy.rename(embedded / "journal.sqlite")
    with Caseledger(Settings(data=tmp_path / "embedded")) as caseledger:
        events = [*caseledger.ledger(place.platform).since(0, 10_000)]
    assert events == place.events(place.data)


def test_an_interrupted_restore_goes_on_where_it_stopped(place: Place, tmp_path: Path) -> None:
    before = place.events(place.data)
    records = place.command("journal", "backup", str(place.copy))["records"]
    place.make_again()
    with closing(sqlite3.connect(place.copy)) as copy, closing(place.log()) as log:
        log.append([record for (record,) in copy.execute("SELECT record FROM records ORDER BY offset LIMIT 2")])
    assert place.command("journal", "restore", str(place.copy))["records"] == records - 2
    assert place.events(tmp_path / "new") == before


def test_nothing_is_written_over_and_nothing_onto_another_log(place: Place) -> None:
    place.command("journal", "backup", str(place.copy))
    again = place.command("journal", "backup", str(place.copy), status=ExitStatus.UNAVAILABLE)
    assert "is there already" in again["error"]["reason"]
    place.make_again()
    with closing(place.log()) as log:
        log.append([b"another's"])
        with pytest.raises(InterfaceError, match="record 0 of the log is not that of"):
            put_back(place.copy, log, log.end)
        assert log.end == 1


def test_a_damaged_copy_is_named_before_its_damage_reaches_the_log(place: Place) -> None:
    place.command("journal", "backup", str(place.copy))
    with closing(sqlite3.connect(place.copy)) as copy:
        copy.execute("UPDATE records SET record = record || x'00' WHERE offset = 3")
        copy.commit()
    place.make_again()
    with closing(place.log()) as log:
        with pytest.raises(InterfaceError, match="record 3 is not what was written"):
            put_back(place.copy, log, log.end)
        log.look(0)
        assert log.end == 0

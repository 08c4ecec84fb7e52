"""The service on Kafka and PostgreSQL: how fast `consume` takes reports in, and how soon `project` follows."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

import psycopg
import psycopg.errors
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from psycopg.rows import TupleRow

from benchmarks.brokers import Cluster, running_brokers
from benchmarks.ingest_bench import PLATFORM, lines
from benchmarks.kafka_sides import ACK_TIMEOUT_S
from benchmarks.kafka_table import Table
from benchmarks.measuring import Load, Measured, Processes
from benchmarks.postgres_server import Postgres
from infra.journal import JournalFactory
from projections.catalogue import read_models
from schemas.topics import TopicKind, topic_name

REPORTS: Final = 10_000
REPORT_BYTES: Final = 1_024
PACED_PER_S: Final = 250
PACED_S: Final = 8
QUIET_S: Final = 3
SERVICE: Final = "caseledger"
_WAIT_S: Final = 120.0
_LOOK_S: Final = 0.02
_LEDGER: Final = TopicPartition(topic_name(PLATFORM, TopicKind.LEDGER), 0)
_SUBJECTS: Final = topic_name(PLATFORM, TopicKind.REPORTS)


@dataclass(frozen=True, slots=True)
class Service:
    """One platform's processes: where they find everything, and the folder of this round."""

    cluster: Cluster
    database: str
    environment: dict[str, str]
    folder: Path

    @contextmanager
    def running(self, *words: str) -> Iterator["subprocess.Popen[str]"]:
        """A process of the service, ended as an operator would end it."""
        command = (sys.executable, "-c", "from caseledger.cli import main; main()", *words)
        with subprocess.Popen(  # noqa: S603 - our own command
            command, env=self.environment, stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                yield process
            finally:
                process.send_signal(signal.SIGTERM)

    def run(self, *words: str) -> str:
        """A command of the service, to its end."""
        command = (sys.executable, "-c", "from caseledger.cli import main; main()", *words)
        done = subprocess.run(  # noqa: S603 - our own command
            command, env=self.environment, check=True, stdout=subprocess.PIPE, text=True, timeout=_WAIT_S
        )
        return done.stdout


def intake(table: Table, postgres: Postgres, *, rounds: int, reports: int = REPORTS) -> None:
    """Fill the table. Every round has a broker and a database of its own, since a platform has one ledger."""
    for _ in range(rounds):
        with running_service(postgres) as service:
            table.add(SERVICE, _taken_in(service, reports, table, postgres))
            table.add(SERVICE, _followed(service, table, postgres))


def padded_reports(count: int) -> Iterator[tuple[bytes, bytes]]:
    """Reports of 1 KiB, with their keys."""
    for line in lines(count):
        report = json.loads(line)
        missing = REPORT_BYTES - len(line.encode())
        report["snapshot"] += "x" * max(0, missing)
        yield report["subject"]["id"].encode(), json.dumps(report, ensure_ascii=False).encode()


def _taken_in(service: Service, reports: int, table: Table, postgres: Postgres) -> list[Measured]:
    """All reports are on the topic before the process starts; from the first append of theirs to the last one."""
    send(service, list(padded_reports(reports)))
    before = ledger_end(service)
    started = time.perf_counter()
    with service.running("consume", "--platform", PLATFORM, "--until-quiet", str(QUIET_S), "--json") as process:
        watched = Processes({"brokers": service.cluster.pids, "postgres": [postgres.pid]})
        loads: list[Load] = table.loads.setdefault("consume (as client), its start and quiet end included", [])
        with watched.watched(loads, lambda: reports):
            told = json.loads(process.communicate(timeout=_WAIT_S)[0])
    whole_s = time.perf_counter() - started - QUIET_S
    if told["admitted"] + told["refused"] != reports:
        raise RuntimeError(f"not every report was taken in: {told}")
    first_ms, last_ms = appended_ms(service, before)
    return [
        Measured("intake, first append to last", "reports/s", reports / (last_ms - first_ms) * 1e3),
        Measured("intake, start of the process included", "reports/s", reports / whole_s),
    ]


def _followed(service: Service, table: Table, postgres: Postgres) -> list[Measured]:
    """Reports come at a steady pace while everything runs; then the topic is quiet."""
    count = PACED_PER_S * PACED_S
    messages = [(key, value.replace(b'"r-', b'"paced-')) for key, value in padded_reports(count)]
    with service.running("consume", "--platform", PLATFORM) as consume, service.running("project") as project:
        _wait_until_current(service)
        watched = Processes(
            {
                "consume": [consume.pid],
                "project": [project.pid],
                "brokers": service.cluster.pids,
                "postgres": [postgres.pid],
            }
        )
        loads: list[Load] = table.loads.setdefault(f"consume and project at {PACED_PER_S} reports/s", [])
        with watched.watched(loads, lambda: count):
            send(service, messages, PACED_PER_S)
            quiet = time.perf_counter()
        took = max(0.0, _wait_until_current(service) - quiet)
    return [Measured(f"topic quiet after {PACED_PER_S}/s -> every read model current", "s", took)]


@contextmanager
def running_service(postgres: Postgres) -> Iterator[Service]:
    """An empty ledger of one platform on a broker and in a database of its own."""
    name = f"intake{uuid4().hex[:8]}"
    with (
        TemporaryDirectory(prefix="caseledger-bench-") as folder,
        running_brokers(1) as cluster,
        psycopg.connect(postgres.url, autocommit=True) as connection,
    ):
        connection.execute(f"CREATE DATABASE {name}")
        environment = {
            **os.environ,
            "CASELEDGER_DATA": folder,
            "CASELEDGER_KAFKA": cluster.bootstrap,
            "CASELEDGER_JOURNAL_DURABILITY": "single",
            "CASELEDGER_JOURNAL_CREATE": "true",
            "CASELEDGER_READ_MODELS_URL": f"postgresql+psycopg://postgres@/{name}?host={postgres.folder}",
        }
        service = Service(cluster, f"postgresql://postgres@/{name}?host={postgres.folder}", environment, Path(folder))
        service.run("journal", "create", "--platform", PLATFORM)
        yield service


def send(service: Service, messages: list[tuple[bytes, bytes]], per_s: int = 0) -> None:
    """Put the messages onto the topic, as fast as it goes or at a steady pace, and wait until they are kept."""
    with closing(
        KafkaProducer(bootstrap_servers=service.cluster.bootstrap, acks="all", linger_ms=5, metrics_enabled=False)
    ) as producer:
        started = time.perf_counter()
        for number, (key, value) in enumerate(messages):
            if per_s:
                time.sleep(max(0.0, started + number / per_s - time.perf_counter()))
            producer.send(_SUBJECTS, key=key, value=value, headers=[("content-type", b"application/json")])
        producer.flush(ACK_TIMEOUT_S)


def checkpoints(connection: psycopg.Connection[TupleRow]) -> tuple[int, int]:
    """How many read models there are, and the position of the last of them."""
    try:
        found = connection.execute("SELECT count(*), coalesce(min(position), 0) FROM read_model_checkpoints").fetchone()
    except psycopg.errors.UndefinedTable:
        return 0, 0
    return found or (0, 0)


def ledger_end(service: Service) -> int:
    """The offset behind the last record of the ledger's topic."""
    with closing(KafkaConsumer(bootstrap_servers=service.cluster.bootstrap)) as consumer:
        return int(consumer.end_offsets([_LEDGER])[_LEDGER])


def appended_ms(service: Service, start: int) -> tuple[int, int]:
    """When the first record from this offset was written, and the last one."""
    with closing(KafkaConsumer(bootstrap_servers=service.cluster.bootstrap, enable_auto_commit=False)) as consumer:
        consumer.assign([_LEDGER])
        end = consumer.end_offsets([_LEDGER])[_LEDGER]
        consumer.seek(_LEDGER, start)
        times: list[int] = []
        while consumer.position(_LEDGER) < end:
            times += [record.timestamp for records in consumer.poll(1_000).values() for record in records]
        return times[0], times[-1]


def _wait_until_current(service: Service) -> float:
    """Until nothing new comes and every read model holds everything; the moment from which on they did."""
    url = f"kafka://{service.cluster.bootstrap}/{_LEDGER.topic}"
    deadline = time.perf_counter() + _WAIT_S
    with (
        closing(JournalFactory({"JOURNAL_URL": url, "JOURNAL_DURABILITY": "single"})) as factory,
        psycopg.connect(service.database, autocommit=True) as connection,
    ):
        recorder = factory.application_recorder()
        position, current_at = -1, time.perf_counter()
        while time.perf_counter() < deadline:
            found = checkpoints(connection)
            now, last = time.perf_counter(), recorder.max_notification_id() or 0
            if last != position or found != (len(read_models()), last):
                position, current_at = last, now
            elif now - current_at > QUIET_S:
                return current_at
            time.sleep(_LOOK_S)
    raise RuntimeError(f"the read models were not current within {_WAIT_S:.0f} s: {found}, the ledger is at {last}")

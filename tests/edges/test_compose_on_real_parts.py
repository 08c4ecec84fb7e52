"""What docker-compose.yml says, run without an engine: its settings on real brokers, and its processes on those and on
a real PostgreSQL, each a process of its own, probed as its health check does.
"""

import json
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource
from ruamel.yaml import YAML

from caseledger.processes.ending import STOP_S_MAX
from infra.local_kafka.waiting import wait_for
from schemas.topics import TopicKind, topic_name
from tests.support.broker import FaultyCluster, faulty_cluster
from tests.support.postgres import postgres_server, postgres_url  # noqa: F401 - fixtures
from tests.support.processes import OUTCOME_S_MAX, Service, command

ROOT = Path(__file__).parents[2]
PROCESSES = ("consume", "project", "publish", "keep-time")
OF_THE_PLACE = ("process.roles", "heap.opts", "log.dirs", "node.id", "quorum", "listener")
"""Parts of names of settings that say where a broker is."""

PLATFORM = "36kr-jiangsu"
REPORT = {
    "at": "2021-03-10T12:00:00+08:00",
    "report": "r-1",
    "source": "user",
    "place": "weibo",
    "subject": {"type": "news_item", "id": "n-1"},
    "codes": ["4.2.1"],
}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    services: dict[str, Any] = loaded["services"]
    return services


@pytest.fixture(scope="module")
def broker_settings(services: dict[str, Any]) -> dict[str, str]:
    """The settings of the first broker under their own names, but for those that say where it is."""
    environment = {name: value for name, value in services["kafka-1"]["environment"].items() if "KAFKA_" in name}
    named = {name.removeprefix("KAFKA_").lower().replace("_", "."): value for name, value in environment.items()}
    return {name: value for name, value in named.items() if not any(part in name for part in OF_THE_PLACE)}


@pytest.fixture(scope="module")
def cluster(broker_settings: dict[str, str]) -> Iterator[FaultyCluster]:
    with faulty_cluster(3, settings=broker_settings) as brokers:
        yield brokers


@pytest.fixture
def environment(services: dict[str, Any], cluster: FaultyCluster, request: pytest.FixtureRequest) -> dict[str, str]:
    """What every process is told, but for where its brokers and its database are."""
    told: dict[str, str] = dict(services["consume"]["environment"])
    assert told["CASELEDGER_PLATFORM"] == f"${{CASELEDGER_PLATFORM:-{PLATFORM}}}"
    return told | {
        "CASELEDGER_PLATFORM": PLATFORM,
        "CASELEDGER_KAFKA": cluster.bootstrap,
        "CASELEDGER_READ_MODELS_URL": request.getfixturevalue("postgres_url"),
        "CASELEDGER_METRICS_ADDRESS": "127.0.0.1:0",
    }


def test_real_brokers_know_every_setting(cluster: FaultyCluster, broker_settings: dict[str, str]) -> None:
    assert {"min.insync.replicas", "unclean.leader.election.enable", "message.max.bytes"} <= set(broker_settings)
    admin = KafkaAdminClient(bootstrap_servers=cluster.bootstrap.split(","))
    described = admin.describe_configs([ConfigResource("BROKER", "1")], config_filter="all")["broker"]["1"]
    admin.close()
    assert {name: described[name]["value"] for name in broker_settings} == broker_settings


def test_a_report_on_the_topic_becomes_a_row_and_published_events_and_all_processes_end_in_good_order(
    cluster: FaultyCluster, services: dict[str, Any], environment: dict[str, str], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    made = command(*services["journal-create"]["command"], data=data, **environment)
    assert made.status == 0, made.err
    with ExitStack() as stack:
        running = [
            stack.enter_context(Service(*services[name]["command"], data=data, **environment)) for name in PROCESSES
        ]
        for service in running:
            service.wait_ready()
        _send(cluster)
        _wait_for_a_row(environment["CASELEDGER_READ_MODELS_URL"], running)
        assert _published(cluster, 3) == ["policy.published.v1", "report.received.v1", "report.admitted.v1"]
        for service in running:
            service.process.send_signal(signal.SIGTERM)
        assert [service.process.wait(STOP_S_MAX * 2) for service in running] == [0] * len(PROCESSES)


def _send(cluster: FaultyCluster) -> None:
    producer = KafkaProducer(bootstrap_servers=cluster.bootstrap.split(","), acks="all")
    topic = topic_name(PLATFORM, TopicKind.REPORTS)
    headers = [("content-type", b"application/json")]
    producer.send(topic, json.dumps(REPORT).encode(), b"n-1", headers=headers).get(timeout=OUTCOME_S_MAX)
    producer.close()


def _wait_for_a_row(url: str, running: list[Service]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:

        def is_there() -> bool:
            return connection.execute("SELECT count(*) FROM queue WHERE is_open").fetchone() == (1,)

        assert wait_for(is_there, OUTCOME_S_MAX), [service.err for service in running]


def _published(cluster: FaultyCluster, count: int) -> list[str]:
    """The types of the first events that were published."""
    consumer = KafkaConsumer(bootstrap_servers=cluster.bootstrap.split(","), auto_offset_reset="earliest")
    partition = TopicPartition(topic_name(PLATFORM, TopicKind.EVENTS), 0)
    consumer.assign([partition])
    types: list[str] = []

    def has_come() -> bool:
        records = consumer.poll(timeout_ms=100).get(partition, [])
        types.extend(dict(record.headers)["ce_type"].decode() for record in records)
        return len(types) >= count

    assert wait_for(has_come, OUTCOME_S_MAX)
    consumer.close()
    return types[:count]

"""`caseledger kafka`: a real Apache Kafka goes up and down, keeps what it holds, and refuses by name what cannot be."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic

from caseledger.cli.status import ExitStatus
from infra.local_kafka.broker import Broker, end
from infra.local_kafka.clients import seen_by
from infra.local_kafka.cluster import Cluster, ready
from infra.local_kafka.jars import class_path, locked
from infra.local_kafka.local import LocalKafka, State, Wanted
from infra.local_kafka.plan import BrokerPlan
from infra.local_kafka.prepared import new_id
from infra.local_kafka.waiting import wait_for
from tests.support.broker import CACHE
from tests.support.command_line import caseledger
from tests.support.local_kafka import document, give_archive
from tests.support.ports import port_slot

COMMAND = (sys.executable, "-c", "from caseledger.cli import main; main()")
SOON_S = 60.0


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder that finds the archive of classes already made."""
    folder = tmp_path / "data"
    give_archive(folder)
    yield folder
    LocalKafka(folder / "kafka").down()


@pytest.fixture
def port() -> Iterator[str]:
    """The first of free ports in a row."""
    with port_slot() as ports:
        yield str(ports[0])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with one broker up; tests leave it up."""
    folder = tmp_path_factory.mktemp("cluster") / "data"
    give_archive(folder)
    with port_slot() as ports:
        document(folder, "up", "--port", str(ports[0]), "--fast-failover")
        yield folder
        LocalKafka(folder / "kafka").down()


def refused(data: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
    ended = caseledger("kafka", *arguments, "--json", data=data, **environment)
    assert ended.out == ""
    error = json.loads(ended.err)["error"]
    return ended.status, error["code"], error["reason"]


def made_but_not_started(data: Path, port: str) -> None:
    """A cluster as the first `up` leaves it on disk."""
    state = State(new_id(), 1, int(port), fast_failover=False)
    Cluster(state.plan, data / "kafka").make(ready(CACHE).checkpoint)
    (data / "kafka" / "cluster.json").write_text(json.dumps({"format": 1, **asdict(state)}))


def running(data: Path) -> list[tuple[int, str]]:
    brokers = document(data, "status")["brokers"]
    assert isinstance(brokers, list)
    return [(broker["pid"], broker["address"]) for broker in brokers]


def test_nothing_runs_where_nothing_was_started(tmp_path: Path) -> None:
    assert document(tmp_path, "status") == {"bootstrap": None, "brokers": []}
    assert document(tmp_path, "down") == {"stopped": []}
    assert caseledger("kafka", "status", data=tmp_path).out.startswith("no broker runs")
    assert list(tmp_path.iterdir()) == []


def test_status_shows_the_process_and_the_address_of_each_broker(cluster: Path) -> None:
    told = document(cluster, "status")
    ((pid, address),) = running(cluster)
    assert told == {"bootstrap": address, "brokers": [{"id": 1, "pid": pid, "address": address}]}
    assert b"kafka.Kafka" in Path(f"/proc/{pid}/cmdline").read_bytes()
    seen = seen_by(address)
    assert seen is not None
    assert seen.brokers == {1}
    lines = caseledger("kafka", "status", data=cluster).out.splitlines()
    assert lines[-1].split() == ["1", address, str(pid)]


def test_a_second_up_changes_nothing_and_prints_the_address_again(cluster: Path) -> None:
    before = running(cluster)
    assert document(cluster, "up") == document(cluster, "up", "--brokers", "1") == {"bootstrap": before[0][1]}
    assert running(cluster) == before
    lines = caseledger("kafka", "up", data=cluster).out.splitlines()
    assert lines == [
        f"Kafka 4.2.0 runs already: {before[0][1]}",
        f"export CASELEDGER_KAFKA={before[0][1]}",
        "export CASELEDGER_JOURNAL_DURABILITY=single",
    ]


def test_another_number_of_brokers_is_refused_with_what_to_do(cluster: Path) -> None:
    before = running(cluster)
    status, code, reason = refused(cluster, "up", "--brokers", "3")
    assert (status, code) == (ExitStatus.REFUSED, "kafka_other_cluster")
    assert "holds a cluster of 1, and 3 were asked for; nothing was changed. Go on with --brokers 1" in reason
    assert running(cluster) == before


def test_other_ports_are_refused_while_it_runs(cluster: Path) -> None:
    status, code, reason = refused(cluster, "up", "--port", "9092", "--default-failover")
    assert (status, code) == (ExitStatus.REFUSED, "kafka_other_cluster")
    assert "`caseledger kafka down` first: its data is kept" in reason


def test_a_number_that_is_neither_one_nor_three_is_wrong_usage(tmp_path: Path) -> None:
    assert refused(tmp_path, "up", "--brokers", "2")[:2] == (ExitStatus.USAGE, "usage")


def test_what_was_written_is_there_after_down_and_up_and_after_kill_9(cluster: Path) -> None:
    ((pid, address),) = running(cluster)
    before = seen_by(address)
    _write(address, b"kept over down and up")
    assert document(cluster, "down") == {"stopped": [1]}
    assert document(cluster, "status") == {"bootstrap": None, "brokers": []}
    assert seen_by(address) is None
    assert document(cluster, "up") == {"bootstrap": address}
    assert seen_by(address) == before
    ((second_pid, _),) = running(cluster)
    assert second_pid != pid
    os.kill(second_pid, signal.SIGKILL)
    assert wait_for(lambda: running(cluster) == [], SOON_S)
    assert document(cluster, "up") == {"bootstrap": address}
    assert _read(address) == b"kept over down and up"


def test_only_its_owner_can_look_into_the_folder_and_doctor_says_so(cluster: Path) -> None:
    everything = [cluster, *cluster.rglob("*")]
    modes = {(entry.is_dir(), stat.S_IMODE(entry.stat().st_mode)) for entry in everything if entry.exists()}
    assert modes == {(True, 0o700), (False, 0o600)}
    checked = caseledger("doctor", data=cluster)
    assert checked.status == 0, checked.out


def test_a_broker_takes_less_than_340_mb(cluster: Path) -> None:
    ((pid, _),) = running(cluster)
    (resident,) = (line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if "VmRSS" in line)
    assert int(resident.split()[1]) < 340_000


def test_two_ups_at_once_start_one_cluster(data: Path, port: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        ups = [pool.submit(LocalKafka(data / "kafka").up, Wanted(port=int(port))) for _ in range(2)]
    told = [up.result() for up in ups]
    assert {each.bootstrap for each in told} == {f"127.0.0.1:{port}"}
    assert sorted(each.started for each in told) == [(), (1,)]
    assert len(running(data)) == 1


def test_ctrl_c_ends_what_was_started(data: Path, port: str) -> None:
    environment = {**os.environ, "CASELEDGER_DATA": str(data)}
    command = (*COMMAND, "kafka", "up", "--port", port)
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        started = Broker(BrokerPlan(1, 0, 0), data / "kafka" / "broker-1")
        assert wait_for(lambda: started.pid is not None, SOON_S)
        process.send_signal(signal.SIGINT)
        assert process.wait(SOON_S) == ExitStatus.INTERRUPTED
    assert document(data, "status") == {"bootstrap": None, "brokers": []}


def test_a_port_that_is_taken_is_named_and_nothing_is_made(data: Path, port: str) -> None:
    with socket.create_server(("127.0.0.1", int(port))):
        status, code, reason = refused(data, "up", "--port", port)
    assert (status, code) == (ExitStatus.UNAVAILABLE, "kafka_port_taken")
    assert f"broker 1 needs 127.0.0.1:{port}" in reason
    assert not (data / "kafka" / "cluster.json").exists()


def test_a_broker_that_ends_at_its_start_shows_the_end_of_its_log(data: Path, port: str) -> None:
    made_but_not_started(data, port)
    identity = data / "kafka" / "broker-1" / "data" / "meta.properties"
    identity.write_text(identity.read_text().replace("node.id=1", "node.id=7"))
    status, code, reason = refused(data, "up")
    assert (status, code) == (ExitStatus.UNAVAILABLE, "kafka_broker_ended")
    assert "broker 1 ended while it started; its data was kept" in reason
    assert "Stored node id 7 doesn't match previous node id 1" in reason


def test_down_leaves_alone_a_process_that_now_has_the_number_of_a_broker(data: Path, port: str) -> None:
    made_but_not_started(data, port)
    with subprocess.Popen(["/bin/sleep", "600"]) as other:
        (data / "kafka" / "broker-1" / "process").write_text(f"{other.pid} 0123456789abcdef")
        assert document(data, "status")["brokers"] == []
        assert document(data, "down") == {"stopped": []}
        assert other.poll() is None
        other.kill()


def test_down_kills_a_broker_that_does_not_end_within_the_bound(tmp_path: Path) -> None:
    broker = Broker(BrokerPlan(1, 0, 0), tmp_path)
    deaf = 'trap "" TERM; echo deaf; while :; do /bin/sleep 0.1; done'
    command = ["/bin/sh", "-c", deaf, "-Dcaseledger.broker=0123456789abcdef"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"deaf\n"
        (tmp_path / "process").write_text(f"{process.pid} 0123456789abcdef")
        assert broker.pid == process.pid
        assert end([broker], grace_s=0.3) == [1]
        assert process.wait(SOON_S) == -signal.SIGKILL


def test_a_jar_that_was_changed_is_refused_by_name(data: Path, tmp_path: Path, port: str) -> None:
    repository = tmp_path / "repository"
    for jar, file in zip(locked(), class_path(), strict=True):
        target = repository / jar.path
        target.parent.mkdir(parents=True)
        if jar.artifact == "kafka-raft":
            target.write_bytes(file.read_bytes() + b"\0")
        else:
            target.symlink_to(file)
    status, code, reason = refused(data, "up", "--port", port, M2_REPO=str(repository))
    assert (status, code) == (ExitStatus.DAMAGED, "kafka_jar_changed")
    assert reason.startswith("org.apache.kafka:kafka-raft:4.2.0 is not the jar that was locked")
    assert not (data / "kafka" / "cluster.json").exists()


def _write(address: str, text: bytes) -> None:
    admin = KafkaAdminClient(bootstrap_servers=address)
    admin.create_topics([NewTopic(name="kept", num_partitions=1, replication_factor=1)])
    admin.close()
    producer = KafkaProducer(bootstrap_servers=address, acks="all")
    producer.send("kept", text).get(timeout=SOON_S)
    producer.close()


def _read(address: str) -> bytes:
    consumer = KafkaConsumer(bootstrap_servers=address, auto_offset_reset="earliest", group_id=None)
    partition = TopicPartition("kept", 0)
    consumer.assign([partition])
    found: list[bytes] = []

    def poll() -> bool:
        found.extend(record.value for record in consumer.poll(timeout_ms=100).get(partition, []))
        return bool(found)

    assert wait_for(poll, SOON_S)
    consumer.close()
    return found[0]

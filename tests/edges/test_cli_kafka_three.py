"""`caseledger kafka up --brokers 3`: three brokers, and beside them one controller that is no broker."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.kafka.admin import administering
from infra.kafka.connection import Brokers
from infra.local_kafka.broker import command_line
from infra.local_kafka.clients import seen_by
from infra.local_kafka.local import LocalKafka, State
from infra.local_kafka.waiting import wait_for
from tests.support.command_line import caseledger
from tests.support.local_kafka import document, give_archive
from tests.support.ports import port_slot

GONE_S_MAX = 30.0
ROWS = 4
QUESTIONS = 6


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with three brokers up; the last test that uses it takes them down."""
    folder = tmp_path_factory.mktemp("three") / "data"
    give_archive(folder)
    with port_slot() as ports:
        document(folder, "up", "--brokers", "3", "--port", str(ports[0]), "--fast-failover")
        yield folder
        LocalKafka(folder / "kafka").down()


def shown(data: Path) -> dict[str, tuple[str, str]]:
    """The address and the process of each, by number or by name, as people are told."""
    lines = caseledger("kafka", "status", data=data).out.splitlines()[2 : 2 + ROWS]
    return {name: (address, pid) for name, address, pid in (line.split(maxsplit=2) for line in lines)}


def kill(pid: str) -> None:
    os.kill(int(pid), signal.SIGKILL)
    assert wait_for(lambda: command_line(int(pid)) == [], GONE_S_MAX)


def test_the_controller_is_a_process_beside_the_brokers_and_none_of_them(data: Path) -> None:
    told = document(data, "status")
    by_name = shown(data)
    address, pid = by_name.pop("controller")
    assert told["brokers"] == [
        {"id": int(name), "pid": int(each[1]), "address": each[0]} for name, each in by_name.items()
    ]
    assert told["bootstrap"] == ",".join(each for each, _ in by_name.values())
    assert pid not in {each for _, each in by_name.values()}
    seen = [seen_by(each) for each, _ in by_name.values()]
    assert [each and each.brokers for each in seen] == [{1, 2, 3}] * 3
    assert seen_by(address) is None, "the controller serves clients as if it were a broker"


def test_topics_are_told_of_while_a_broker_that_was_killed_still_counts_as_there(data: Path) -> None:
    brokers = Brokers.parse(document(data, "status")["bootstrap"])
    with administering(brokers) as admin:
        admin.make("told", 1, 3, {})
    kill(shown(data)["3"][1])
    for _ in range(QUESTIONS):  # each asks some brokers, of which one is gone, and all the others take it for alive
        with administering(brokers) as admin:
            found = admin.describe("told", ["min.insync.replicas"])
            assert found is not None
            assert (found.replication, found.config, "told" in admin.topics()) == (
                3,
                {"min.insync.replicas": "2"},
                True,
            )
    document(data, "up")


def test_up_starts_what_was_killed_and_leaves_the_others_and_down_ends_all(data: Path) -> None:
    before = shown(data)
    for killed in ("controller", "2"):
        kill(before[killed][1])
    document(data, "up")
    after = shown(data)
    assert {name for name in before if after[name] != before[name]} == {"controller", "2"}
    document(data, "up")
    assert shown(data) == after
    assert document(data, "down") == {"stopped": [1, 2, 3]}
    assert [command_line(int(pid)) for _, pid in after.values()] == [[]] * ROWS


def test_a_controller_that_alone_is_left_is_shown_and_ended(tmp_path: Path) -> None:
    state = {"format": 1, "cluster_id": "c", "brokers": 3, "port": 9092, "fast_failover": False, "controller": True}
    place = tmp_path / "kafka" / "controller"
    place.mkdir(parents=True)
    (place.parent / "cluster.json").write_text(json.dumps(state))
    command = ["/bin/sh", "-c", "while :; do /bin/sleep 0.1; done", "-Dcaseledger.broker=0123456789abcdef"]
    with subprocess.Popen(command) as process:
        (place / "process").write_text(f"{process.pid} 0123456789abcdef")
        assert document(tmp_path, "status") == {"bootstrap": None, "brokers": []}
        assert shown(tmp_path)["controller"] == ("127.0.0.1:9102", str(process.pid))
        assert caseledger("kafka", "down", data=tmp_path).out == "stopped: the controller; what was written is kept\n"
        assert process.wait(GONE_S_MAX) == -signal.SIGTERM


def test_three_brokers_that_were_made_with_controllers_in_them_go_on_so(tmp_path: Path) -> None:
    made_before = {"format": 1, "cluster_id": "c", "brokers": 3, "port": 9092, "fast_failover": False}
    (tmp_path / "cluster.json").write_text(json.dumps(made_before))
    status = LocalKafka(tmp_path).status()
    assert status is not None
    assert ([each.id for each in status.brokers], status.controller) == ([1, 2, 3], None)
    plan = State("c", 3, 9092, fast_failover=False).plan
    voters = "controller.quorum.voters=1@127.0.0.1:9102,2@127.0.0.1:9103,3@127.0.0.1:9104"
    for node in plan.nodes:
        assert {voters, "process.roles=broker,controller"} <= set(plan.properties(node, "data").splitlines())

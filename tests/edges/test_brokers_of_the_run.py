"""The brokers that tests use: real, shared by the run, able to be hurt, and gone with the run however it ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local_kafka.broker import command_line
from infra.local_kafka.clients import seen_by
from infra.local_kafka.waiting import wait_for
from tests.support.broker import faulty_cluster

ROOT = Path(__file__).parents[2]
GONE_S_MAX = 30.0

HOLD = """
import sys
from tests.support.broker import _shared
with _shared("one", 1) as bootstrap:
    print(bootstrap, flush=True)
    sys.stdin.read()
"""


def test_one_broker_serves(kafka_broker: str) -> None:
    seen = seen_by(kafka_broker)
    assert seen is not None
    assert seen.brokers == {1}


def test_each_of_three_brokers_sees_three(kafka_cluster: str) -> None:
    told = [seen_by(address) for address in kafka_cluster.split(",")]
    assert [each and each.brokers for each in told] == [{1, 2, 3}] * 3
    assert len({each.cluster_id for each in told if each}) == 1


@pytest.mark.parametrize("ending", ["end", "kill"])
def test_processes_of_a_run_share_a_broker_which_is_gone_when_the_last_of_them_is(ending: str) -> None:
    first, second = _holder(ending), _holder(ending)
    assert first.stdout is not None
    assert second.stdout is not None
    address = first.stdout.readline().strip()
    assert second.stdout.readline().strip() == address
    _let_go(first, ending)
    assert seen_by(address) is not None
    _let_go(second, ending)
    assert wait_for(lambda: seen_by(address) is None, GONE_S_MAX)


def test_a_broker_can_be_killed_started_paused_resumed_and_stopped() -> None:
    with faulty_cluster(1, fast_failover=True) as cluster:
        (broker,) = cluster.brokers
        killed = broker.pid
        assert killed is not None
        broker.kill()
        assert (broker.pid, command_line(killed), seen_by(broker.address)) == (None, [], None)
        broker.start()
        cluster.wait_until_up()
        started = broker.pid
        assert started not in (killed, None)
        broker.pause()
        assert seen_by(broker.address) is None
        assert broker.pid == started
        broker.resume()
        cluster.wait_until_up()
        broker.stop()
        assert broker.pid is None
        folder = cluster.folder
    assert wait_for(lambda: not folder.exists(), GONE_S_MAX)


def test_a_cluster_that_is_left_is_gone_with_its_folder() -> None:
    with faulty_cluster(1) as cluster:
        folder, address = cluster.folder, cluster.bootstrap
        assert seen_by(address) is not None
    assert wait_for(lambda: not folder.exists(), GONE_S_MAX)
    assert seen_by(address) is None


def _holder(ending: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, "PYTEST_XDIST_TESTRUNUID": f"{ending}{os.getpid():012}", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", HOLD]
    return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _let_go(holder: "subprocess.Popen[str]", ending: str) -> None:
    if ending == "kill":
        holder.send_signal(signal.SIGKILL)
    holder.communicate(timeout=GONE_S_MAX)

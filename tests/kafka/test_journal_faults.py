"""One journal, several writers, and three brokers to which happens what happens in production: whatever was answered is
true, in every process and for ever.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from infra.journal.kafka_client import Partition, UnreachableError
from infra.kafka.connection import Brokers
from tests.support.broker import FaultyCluster, faulty_cluster
from tests.support.faults.brokers import BrokerFaults, longest_wait_s, make_journal_topic
from tests.support.faults.fleet import assert_sound, fleet
from tests.support.faults.network import between
from tests.support.history.calls import Answer
from tests.support.history.checking import History

SESSION_MS = 4_000
"""How long brokers wait for one of them: longer than the journal waits for one answer, so that a paused leader is asked
twice, and short enough for a test.
"""
STEP_S_MAX = 15.0
"""One fail-over of brokers and of their controller, on a busy machine."""
WAIT_S_MAX = 2.0
"""Shorter than any timeout that a dead writer could have left for others to wait for."""
BEYOND = 1_000_000
"""An offset that the old leader does not have."""
HASTY_S = 0.25
"""A writer that does not wait for a fail-over has appends in doubt."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[FaultyCluster]:
    """Three brokers that are there to be hurt."""
    session = {"broker.session.timeout.ms": str(SESSION_MS), "broker.heartbeat.interval.ms": "500"}
    with faulty_cluster(3, settings=session, proxied=True) as brokers:
        yield brokers


def test_nothing_is_lost_doubled_or_answered_wrongly_whatever_happens_to_the_brokers(
    cluster: FaultyCluster, tmp_path: Path, dice: random.Random
) -> None:
    url = make_journal_topic(cluster, "brokers")
    with fleet(url, tmp_path) as clients:
        clients.start("patient", "hasty", "reader", append_wait_s={"hasty": HASTY_S}, threads={"reader": 0})
        faults = BrokerFaults(cluster, "brokers", clients, dice)
        steps = [
            faults.kill_leader,
            lambda: faults.pause_leader(SESSION_MS / 1000 + dice.uniform(1, 2)),
            lambda: faults.pause_leader(SESSION_MS / 1000 - dice.uniform(0.5, 1.5)),
            lambda: faults.pause_all(dice.uniform(2, 4)),
            faults.restart_one_by_one,
        ]
        for step in dice.sample(steps, len(steps)):
            clients.until_acknowledged(dice.randint(20, 300), within=30)
            assert step() < STEP_S_MAX
        history = clients.at_rest()
    assert_sound(history)
    assert answers(history)[Answer.UNKNOWN] > 0, "no append was ever in doubt: the faults did not reach the writers"


def test_a_killed_writer_holds_nobody_up_and_another_takes_over(
    cluster: FaultyCluster, tmp_path: Path, dice: random.Random
) -> None:
    waits = []
    with fleet(make_journal_topic(cluster, "writers"), tmp_path) as clients:
        for together in (("first", "second"), ("third", "fourth")):
            clients.start(*together)
            clients.until_acknowledged(dice.randint(50, 200), within=30)
            killed = dice.choice(clients.running)
            at = killed.kill()
            clients.until_acknowledged(100, within=30, since=at)
            waits.append(longest_wait_s(clients.acknowledged(at), at))
            clients.start(f"after-{killed.name}", index=killed.index)
        history = clients.at_rest()
    assert_sound(history)
    assert max(waits) < WAIT_S_MAX, f"the others waited {waits} s"
    assert answers(history)[Answer.CONFLICT] > 0, "nobody ever lost a race for the hot stream"


def test_an_old_leader_that_is_cut_off_from_the_others_is_not_believed(
    cluster: FaultyCluster, tmp_path: Path, dice: random.Random
) -> None:
    url = make_journal_topic(cluster, "old")
    with fleet(url, tmp_path) as clients:
        clients.start("client")
        with (
            BrokerFaults(cluster, "old", clients, dice).only_an_old_leader() as old,
            closing(Partition(Brokers.parse(old.address), "old", "asks-an-old-leader")) as partition,
        ):
            partition.connect()
            with pytest.raises(UnreachableError, match="OffsetOutOfRange"):
                partition.fetch(BEYOND, 0)
        clients.until_acknowledged(20, within=30)
        history = clients.at_rest()
    assert_sound(history)


def test_whatever_a_network_does_to_requests_and_answers_no_append_is_answered_wrongly(
    cluster: FaultyCluster, tmp_path: Path, dice: random.Random
) -> None:
    url = make_journal_topic(cluster, "network")
    with between(cluster, dice) as network, fleet(url, tmp_path) as clients:
        clients.start("near")
        far = clients.start("far", "hasty", url=network.url("network"), append_wait_s={"hasty": HASTY_S})
        for fault in network.each_once(seconds_max=2.5):
            at = time.monotonic_ns()
            for client in far:
                clients.until_acknowledged(20, within=20, since=at, by=client, after=fault)
        history = clients.at_rest()
    assert_sound(history)
    assert answers(history)[Answer.UNKNOWN] > 0, "no append was ever in doubt: the faults did not reach the writers"


def answers(history: History) -> Counter[Answer]:
    return Counter(call.answer for call in history.calls)

"""One journal, several writers, and three brokers to which happens what happens in production: whatever was answered is
true, in every process and for ever.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from threading import Event

import pytest

from infra.journal import kafka_client
from infra.journal.kafka_client import Partition, UnreachableError
from infra.journal.kafka_frames import record_batch
from infra.journal.limits import REQUEST_WAIT_MS, TAIL_WAIT_MS
from infra.kafka.connection import Brokers
from tests.support.broker import FaultyCluster, faulty_cluster
from tests.support.faults.brokers import (
    BrokerFaults,
    leader_of,
    longest_wait_s,
    make_journal_topic,
    wait_until_whole,
)
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
NOW_MS = 1_700_000_000_000
FOR_EVER_S = 600
SILENT_S = 0.8
"""Longer than a leader is waited for before others are asked, and shorter than a request may take."""
LARGE = b"x" * 8_000_000
"""More than a connection takes whose other end does not read."""
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
            faults.kill_controller_and_leader,
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


def test_a_silent_leader_is_waited_for_only_as_long_as_it_leads(
    cluster: FaultyCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka_client, "REQUEST_WAIT_MS", 1_000 * FOR_EVER_S)
    make_journal_topic(cluster, "silent")
    with closing(connected(cluster, "silent")) as writing, closing(connected(cluster, "silent")) as reading:
        first = writing.produce(record_batch([b"before"], NOW_MS), STEP_S_MAX)
        leader = leader_of(cluster, "silent")
        leader.pause()
        with ThreadPoolExecutor(1) as pool:
            seen = pool.submit(fetched, reading, first + 1)
            second = writing.produce(record_batch([b"while it is paused"], NOW_MS), STEP_S_MAX)
            assert seen.result() == (second, b"while it is paused")
        leader.resume()
    wait_until_whole(cluster, "silent")


def test_the_answer_of_a_leader_that_was_silent_for_a_while_is_taken(cluster: FaultyCluster) -> None:
    make_journal_topic(cluster, "late")
    with closing(connected(cluster, "late")) as partition, ThreadPoolExecutor(1) as pool:
        first = partition.produce(record_batch([b"before"], NOW_MS), STEP_S_MAX)
        leader = leader_of(cluster, "late")
        leader.pause()
        late = pool.submit(partition.produce, record_batch([b"late"], NOW_MS), STEP_S_MAX)
        Event().wait(SILENT_S)
        assert not late.done()
        leader.resume()
        assert late.result() == first + 1
        records = [record for _, record in partition.fetch(first, 0).records]
    assert records == [b"before", b"late"], "it was sent twice: nobody waited for the answer"


def test_what_a_silent_leader_did_not_even_take_is_sent_again(cluster: FaultyCluster) -> None:
    make_journal_topic(cluster, "large")
    with closing(connected(cluster, "large")) as partition, ThreadPoolExecutor(1) as pool:
        first = partition.produce(record_batch([b"before"], NOW_MS), STEP_S_MAX)
        leader = leader_of(cluster, "large")
        leader.pause()
        large = pool.submit(partition.produce, record_batch([LARGE], NOW_MS), STEP_S_MAX)
        Event().wait(REQUEST_WAIT_MS / 1000 + SILENT_S)
        leader.resume()
        assert large.result() > first
        assert fetched(partition, large.result()) == (large.result(), LARGE)


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


def connected(cluster: FaultyCluster, topic: str) -> Partition:
    partition = Partition(Brokers.parse(cluster.bootstrap), topic, "silent")
    partition.connect()
    return partition


def fetched(partition: Partition, offset: int) -> tuple[int, bytes]:
    """The record at this offset, as soon as somebody has it."""
    until = time.monotonic() + STEP_S_MAX
    while time.monotonic() < until:
        with suppress(UnreachableError):
            for found in partition.fetch(offset, TAIL_WAIT_MS).records:
                return found
    raise AssertionError(f"nobody gave offset {offset} within {STEP_S_MAX} s")


def answers(history: History) -> Counter[Answer]:
    return Counter(call.answer for call in history.calls)

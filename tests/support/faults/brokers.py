"""What is done to the brokers under a fleet's load, and how long it held the callers up."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import pairwise
from threading import Event
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import NewTopic

from schemas.topics import SETTINGS, TopicKind
from tests.support.broker import FaultyBroker, FaultyCluster
from tests.support.faults.fleet import Fleet, until

ENOUGH = 150
"""Acknowledged appends after a fault that show that all goes on; more than can have been on their way before."""
RESUMED_S_MAX = 40.0
IN_SYNC_S_MAX = 60.0
SECOND_NS = 1_000_000_000


def make_journal_topic(cluster: FaultyCluster, topic: str) -> str:
    """A topic for a journal on these brokers; the journal's address."""
    copies = len(cluster.brokers)
    config = {**SETTINGS[TopicKind.LEDGER].config, "min.insync.replicas": str(max(copies - 1, 1))}
    with closing(KafkaAdminClient(bootstrap_servers=cluster.bootstrap.split(","))) as admin:
        admin.create_topics([NewTopic(topic, 1, copies, topic_configs=config)], wait_for_metadata=True)
    return f"kafka://{cluster.bootstrap}/{topic}"


class BrokerFaults:
    """Faults for the brokers of one topic, chosen by the dice. Each returns how long nothing was acknowledged, in s."""

    def __init__(self, cluster: FaultyCluster, topic: str, fleet: Fleet, dice: random.Random) -> None:
        self.cluster = cluster
        self.topic = topic
        self.fleet = fleet
        self.dice = dice

    def kill_leader(self) -> float:
        """Kill -9, and back once the others have gone on without it."""
        return self._without(leader_of(self.cluster, self.topic), FaultyBroker.kill)

    def kill_controller_and_leader(self) -> float:
        """Kill -9 for the controller, which nobody misses, and then for the leader: until the controller is back,
        nobody decides who leads.
        """
        self.cluster.controller.kill()
        self.fleet.until_acknowledged(ENOUGH, RESUMED_S_MAX, time.monotonic_ns())

        def kill(broker: FaultyBroker) -> None:
            broker.kill()
            self.cluster.controller.start()

        return self._without(leader_of(self.cluster, self.topic), kill)

    def stop_leader(self) -> float:
        """In good order, as for an upgrade."""
        return self._without(leader_of(self.cluster, self.topic), FaultyBroker.stop)

    def kill_follower(self) -> float:
        """Kill -9 for one that does not lead."""
        leader = leader_of(self.cluster, self.topic)
        follower = self.dice.choice([broker for broker in self.cluster.brokers if broker is not leader])
        return self._without(follower, FaultyBroker.kill)

    def pause_leader(self, seconds: float) -> float:
        """SIGSTOP for so long: it wakes up not knowing what went on meanwhile."""
        return self._pause([leader_of(self.cluster, self.topic)], seconds)

    def pause_all(self, seconds: float) -> float:
        """Nobody answers anybody for so long."""
        return self._pause(self.cluster.brokers, seconds)

    def restart_one_by_one(self) -> float:
        """The longest stop of a rolling restart."""
        brokers = self.dice.sample(self.cluster.brokers, len(self.cluster.brokers))
        return max(self._without(broker, FaultyBroker.stop) for broker in brokers)

    @contextmanager
    def only_an_old_leader(self) -> Iterator[FaultyBroker]:
        """A leader that was replaced while paused goes on, and nobody else: it cannot learn that it lost its lead."""
        old = leader_of(self.cluster, self.topic)
        others = [self.cluster.controller, *(broker for broker in self.cluster.brokers if broker is not old)]
        at = time.monotonic_ns()
        old.pause()
        self.fleet.until_acknowledged(ENOUGH, RESUMED_S_MAX, at)
        for other in others:
            other.pause()
        old.resume()
        try:
            yield old
        finally:
            for other in others:
                other.resume()
        wait_until_whole(self.cluster, self.topic)

    def _without(self, broker: FaultyBroker, goes: Callable[[FaultyBroker], None]) -> float:
        at = time.monotonic_ns()
        goes(broker)
        self.fleet.until_acknowledged(ENOUGH, RESUMED_S_MAX, at)
        held_up = held_up_s(self.fleet.acknowledged(at), at)
        broker.start()
        wait_until_whole(self.cluster, self.topic)
        return held_up

    def _pause(self, brokers: Sequence[FaultyBroker], seconds: float) -> float:
        at = time.monotonic_ns()
        for broker in brokers:
            broker.pause()
        Event().wait(seconds)
        for broker in brokers:
            broker.resume()
        self.fleet.until_acknowledged(ENOUGH, RESUMED_S_MAX, at)
        held_up = held_up_s(self.fleet.acknowledged(at), at)
        wait_until_whole(self.cluster, self.topic)
        return held_up


def leader_of(cluster: FaultyCluster, topic: str) -> FaultyBroker:
    """The broker that leads the topic's only partition."""
    return cluster.broker(_partition(cluster, topic)["leader_id"])


def wait_until_whole(cluster: FaultyCluster, topic: str) -> None:
    """Wait until every broker has every record again."""
    cluster.wait_until_up()
    copies = len(cluster.brokers)
    until(lambda: len(_partition(cluster, topic)["isr_nodes"]) == copies, IN_SYNC_S_MAX, f"{copies} copies in sync")


def longest_wait_s(acknowledged: Sequence[int], since: int) -> float:
    """The longest time without an acknowledgement."""
    return max(after - before for before, after in pairwise([since, *acknowledged])) / SECOND_NS


def held_up_s(acknowledged: Sequence[int], since: int) -> float:
    """From the fault to the acknowledgement that ended the longest time without one."""
    moments = [since, *acknowledged]
    _, ended = max((after - before, after) for before, after in pairwise(moments))
    return (ended - since) / SECOND_NS


def _partition(cluster: FaultyCluster, topic: str) -> dict[str, Any]:
    with closing(KafkaAdminClient(bootstrap_servers=cluster.bootstrap.split(","))) as admin:
        partition: dict[str, Any] = admin.describe_topics([topic])[0]["partitions"][0]
    return partition

"""Real Apache Kafka for the tests: one broker and three brokers shared by the whole run, and clusters for fault tests.

What runs is ended and deleted as soon as the last test process that uses it is gone, also when that was killed.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from infra.local_kafka.broker import Broker, end
from infra.local_kafka.cluster import Cluster, Ready, ready
from infra.local_kafka.plan import FAST_FAILOVER, BrokerPlan, ClusterPlan, ControllerPlan, Proxied
from infra.local_kafka.prepared import new_id
from infra.local_kafka.waiting import wait_for
from tests.support.ports import port_slot

CACHE = Path(sys.prefix) / "kafka-cache"
"""Beside the Java that it was made with, kept from run to run: the archive of classes makes every start fast."""

SUPERVISOR = Path(__file__).with_name("broker_supervisor.py")
GONE_S_MAX = 20.0


@pytest.fixture(scope="session")
def kafka_broker() -> Iterator[str]:
    """The address of one broker, shared by all tests of the run: use topics and groups with names of your own."""
    with _shared("one", 1) as bootstrap:
        yield bootstrap


@pytest.fixture(scope="session")
def kafka_cluster() -> Iterator[str]:
    """The addresses of three brokers, shared likewise. Stop nothing here: faults need a `faulty_cluster`."""
    with _shared("three", 3) as bootstrap:
        yield bootstrap


class FaultyNode:
    """One process of a cluster that is there to be hurt: a broker, or its controller."""

    def __init__(self, broker: Broker, made: Ready) -> None:
        """Bind both."""
        self._broker = broker
        self._made = made

    @property
    def pid(self) -> int | None:
        """Its process, if it runs."""
        return self._broker.pid

    @property
    def log(self) -> str:
        """The last lines it wrote."""
        return self._broker.log_tail()

    def kill(self) -> None:
        """As `kill -9`; it is gone afterwards."""
        self._broker.signal(signal.SIGKILL)
        assert wait_for(lambda: self.pid is None, GONE_S_MAX)

    def stop(self) -> None:
        """In good order; it is gone afterwards."""
        end([self._broker], GONE_S_MAX)

    def pause(self) -> None:
        """It keeps its connections and does nothing; every thread of it stands still afterwards."""
        pid = self.pid
        self._broker.signal(signal.SIGSTOP)
        assert pid is not None
        assert wait_for(lambda: _stands_still(pid), GONE_S_MAX)

    def resume(self) -> None:
        """It goes on where it was paused."""
        self._broker.signal(signal.SIGCONT)

    def start(self) -> None:
        """Start it again with what it has on disk; not ready for clients yet: see `wait_until_up` of the cluster."""
        self._broker.start(self._made.runtime)


class FaultyBroker(FaultyNode):
    """One broker."""

    def __init__(self, broker: Broker, plan: BrokerPlan, made: Ready) -> None:
        """Bind all."""
        super().__init__(broker, made)
        self.id = plan.id
        self.address = plan.address
        self.proxied = plan.proxied


class FaultyCluster:
    """A cluster that is there to be hurt; brokers are numbered from 1, and `brokers[0]` is number 1."""

    def __init__(self, cluster: Cluster, made: Ready) -> None:
        """Bind both."""
        self._cluster = cluster
        self.folder = cluster.folder
        self.cluster_id = cluster.plan.cluster_id
        self.bootstrap = cluster.bootstrap
        self.bootstrap_proxied = cluster.plan.bootstrap_proxied
        pairs = zip(cluster.brokers, cluster.plan.brokers, strict=True)
        self.brokers = [FaultyBroker(broker, plan, made) for broker, plan in pairs]
        self._controller = None if cluster.controller is None else FaultyNode(cluster.controller, made)

    def broker(self, number: int) -> FaultyBroker:
        """The broker of this number, as Kafka names leaders."""
        return self.brokers[number - 1]

    @property
    def controller(self) -> FaultyNode:
        """The one process that is no broker and decides who leads; a cluster of one broker has none."""
        assert self._controller is not None
        return self._controller

    def wait_until_up(self) -> None:
        """Until every broker runs and sees all others ready."""
        self._cluster.wait_until_up()


@contextmanager
def faulty_cluster(
    count: int = 3, *, fast_failover: bool = False, proxied: bool = False, settings: Mapping[str, str] | None = None
) -> Iterator[FaultyCluster]:
    """A new cluster, up. `proxied`: each broker has a listener more, which sends clients to the port of a proxy."""
    told = {**(FAST_FAILOVER if fast_failover else {}), **(settings or {})}
    with port_slot() as ports, planned_cluster(_plan(ports, count, told, proxied=proxied)) as cluster:
        yield cluster


@contextmanager
def planned_cluster(plan: ClusterPlan) -> Iterator[FaultyCluster]:
    """A new cluster by this plan, up."""
    folder = Path(tempfile.gettempdir()) / f"caseledger-kafka-{uuid.uuid4().hex[:16]}"
    with _held(folder):
        made = ready(CACHE)
        cluster = Cluster(plan, folder)
        cluster.make(made.checkpoint)
        cluster.start(made.runtime)
        yield FaultyCluster(cluster, made)


def _stands_still(pid: int) -> bool:
    """Whether every thread was stopped, where the system tells."""
    threads = Path(f"/proc/{pid}/task")
    if not Path("/proc/self").exists():
        return True
    try:
        states = [(each / "stat").read_text().rpartition(")")[2].split()[0] for each in threads.iterdir()]
    except OSError:
        return False  # a thread ended meanwhile
    return set(states) == {"T"}


@contextmanager
def _shared(name: str, count: int) -> Iterator[str]:
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir()) / f"caseledger-kafka-{run[:16]}-{name}"
    with _held(folder) as lock, ExitStack() as stack:
        told = folder / "shared.json"
        if not told.exists():
            made = ready(CACHE)
            ports = stack.enter_context(port_slot())
            cluster = Cluster(_plan(ports, count, {}), folder)
            cluster.make(made.checkpoint)
            cluster.start(made.runtime)
            told.write_text(json.dumps(cluster.bootstrap))
        fcntl.flock(lock, fcntl.LOCK_UN)
        yield json.loads(told.read_text())


@contextmanager
def _held(folder: Path) -> Iterator[int]:
    """Hold the folder, which is made with its supervisor if there is none; gives the lock, which is held."""
    lock = os.open(folder.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_new = not (folder / "alive").exists()
        if is_new:
            folder.mkdir(mode=0o700)
            os.mkfifo(folder / "alive", 0o600)
        alive = os.open(folder / "alive", os.O_RDWR)
        try:
            if is_new:
                _supervise(folder)
            yield lock
        finally:
            os.close(alive)
    finally:
        os.close(lock)


def _supervise(folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(SUPERVISOR), str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    process.returncode = 0


def _plan(slot: range, count: int, settings: Mapping[str, str], *, proxied: bool = False) -> ClusterPlan:
    ports = iter(slot)
    decides = next(ports)
    alone = count == 1
    brokers = tuple(
        BrokerPlan(
            number,
            next(ports),
            decides if alone else None,
            Proxied(next(ports), next(ports)) if proxied else None,
        )
        for number in range(1, count + 1)
    )
    return ClusterPlan(new_id(), brokers, settings, None if alone else ControllerPlan(decides))

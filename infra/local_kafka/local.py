"""The local Kafka of a data folder: up, down, and what runs; what it holds outlives the brokers."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from infra.local_kafka import private
from infra.local_kafka.alone import alone
from infra.local_kafka.broker import Broker
from infra.local_kafka.cluster import Cluster, ready
from infra.local_kafka.errors import OtherCluster, StateDamaged
from infra.local_kafka.plan import (
    CONTROLLER_ID,
    CONTROLLER_PORTS_AFTER,
    FAST_FAILOVER,
    ClusterPlan,
    ControllerPlan,
    brokers,
)
from infra.local_kafka.ports import is_free
from infra.local_kafka.prepared import new_id
from infra.local_kafka.telling import Tell, silent

COUNTS: Final = (1, 3)
"""One broker, or three: two would be no more durable than one."""

PORT_DEFAULT: Final = 9_092
PORT_STEP: Final = 100
PORT_LAST: Final = 32_700
"""Where no port is asked for and the default one is taken, others are tried, so far apart."""

SHARED_CACHE: Final = "kafka-cache"

COUNT_DEFAULT: Final = 1
BUSY_S_MAX: Final = 300.0
"""How long another command on the same folder is waited for: a first start fetches jars and makes an archive."""

FORMAT: Final = 1
"""Of the state file; permanent with the meaning of its fields."""

STATE: Final = "cluster.json"

_KINDS: Final = [str, int, int, bool, bool]
"""Of the fields of the state, in their order."""


@dataclass(frozen=True, slots=True)
class State:
    """What was chosen when the cluster was made, or changed since while it was down."""

    cluster_id: str
    brokers: int
    port: int
    fast_failover: bool
    controller: bool = False
    """Whether the controller is a process of its own. Clusters from before there was that go on without."""

    @property
    def plan(self) -> ClusterPlan:
        """What all are told. Brokers follow each other from the port on, and so do controllers."""
        ports = range(self.port, self.port + self.brokers)
        controllers = [port + CONTROLLER_PORTS_AFTER for port in ports]
        settings = FAST_FAILOVER if self.fast_failover else {}
        if self.controller:
            return ClusterPlan(self.cluster_id, brokers(ports), settings, ControllerPlan(controllers[0]))
        return ClusterPlan(self.cluster_id, brokers(ports, controllers), settings)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of `up`; None keeps what there is, or takes the default."""

    brokers: int | None = None
    port: int | None = None
    fast_failover: bool | None = None

    def of(self, state: State) -> State:
        """The state as wanted."""
        given = {name: value for name, value in asdict(self).items() if value is not None}
        return replace(state, **given)


@dataclass(frozen=True, slots=True)
class Up:
    """The cluster is up; `started` are the numbers of the processes that did not run before."""

    bootstrap: str
    brokers: int
    started: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stopped:
    """What ran: the numbers of brokers, and whether a controller of its own did."""

    brokers: tuple[int, ...] = ()
    controller: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """A broker or controller and its process; None if it does not run."""

    id: int
    pid: int | None
    address: str


@dataclass(frozen=True, slots=True)
class Status:
    """Where clients find the cluster, its brokers, and its controller where that is a process of its own."""

    bootstrap: str
    brokers: tuple[Running, ...]
    controller: Running | None


class LocalKafka:
    """The local Kafka in one folder."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder; nothing is made."""
        self.folder = folder

    def up(self, wanted: Wanted, tell: Tell = silent) -> Up:
        """Start what does not run, and wait until every broker is ready for clients.

        Raises one of `errors.LocalKafkaRefused`; what was started by then is ended again, and data is kept.
        """
        self.folder.parent.mkdir(parents=True, exist_ok=True, mode=private.FOLDER_MODE)
        private.make_folder(self.folder)
        with self._alone():
            there = self._state()
            state = _new(wanted) if there is None else wanted.of(there)
            if there is not None:
                self._check_same(there, state)
            made = ready(_cache(self.folder), tell)
            cluster = Cluster(state.plan, self.folder)
            if all(node.pid is not None for node in cluster.nodes):
                cluster.wait_until_up()
                return Up(cluster.bootstrap, state.brokers, ())
            cluster.check_ports()
            self._write(state)
            cluster.make(made.checkpoint)
            controller = " and their controller" if state.controller else ""
            tell(f"starting {state.brokers} broker{'s' if state.brokers > 1 else ''} of Apache Kafka{controller}")
            return Up(cluster.bootstrap, state.brokers, tuple(cluster.start(made.runtime)))

    def down(self) -> Stopped:
        """End what `up` started here and nothing else; gives what ran."""
        if self._state() is None:
            return Stopped()
        with self._alone():
            state = self._state()
            if state is None:
                return Stopped()
            ended = Cluster(state.plan, self.folder).stop()
            return Stopped(tuple(each for each in ended if each != CONTROLLER_ID), CONTROLLER_ID in ended)

    def status(self) -> Status | None:
        """The cluster; None if none was ever made here."""
        state = self._state()
        if state is None:
            return None
        cluster = Cluster(state.plan, self.folder)
        controller = None if cluster.controller is None else _running(cluster.controller)
        return Status(cluster.bootstrap, tuple(_running(broker) for broker in cluster.brokers), controller)

    def _check_same(self, there: State, wanted: State) -> None:
        if wanted.brokers != there.brokers:
            raise OtherCluster(
                f"{self.folder} holds a cluster of {there.brokers}, and {wanted.brokers} were asked for; nothing was "
                f"changed. Go on with --brokers {there.brokers}; or give another folder in CASELEDGER_DATA; or, to "
                f"lose what it holds, `caseledger kafka down` and delete {self.folder}"
            )
        runs = any(node.pid is not None for node in Cluster(there.plan, self.folder).nodes)
        if runs and wanted != there:
            raise OtherCluster(
                f"the cluster runs on port {there.port} {'with' if there.fast_failover else 'without'} fast fail-over; "
                "nothing was changed. `caseledger kafka down` first: its data is kept"
            )

    def _state(self) -> State | None:
        file = self.folder / STATE
        try:
            told = json.loads(file.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise self._damaged(str(error)) from error
        if not isinstance(told, Mapping) or told.get("format") != FORMAT:
            raise self._damaged(f"it is not of format {FORMAT}")
        try:
            state = State(**{name: value for name, value in told.items() if name != "format"})
        except TypeError as error:
            raise self._damaged("it has other fields than it should") from error
        if [type(value) for value in asdict(state).values()] != _KINDS or state.brokers not in COUNTS:
            raise self._damaged("it has other values than it should")
        return state

    def _damaged(self, why: str) -> StateDamaged:
        return StateDamaged(
            f"{self.folder / STATE} cannot be used: {why}; nothing was changed. Restore it, or delete {self.folder} "
            "and what it holds"
        )

    def _write(self, state: State) -> None:
        told = {"format": FORMAT, **asdict(state)}
        if not state.controller:
            del told["controller"]  # as before there was one, so that what was made before is what it was
        private.write(self.folder / STATE, json.dumps(told, indent=2).encode("ascii"))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with alone(self.folder / "lock", BUSY_S_MAX):
            yield


def _new(wanted: Wanted) -> State:
    """What a new cluster is: three brokers have a controller beside them, and one is its own."""
    state = wanted.of(State(new_id(), COUNT_DEFAULT, PORT_DEFAULT, fast_failover=False))
    state = replace(state, controller=state.brokers > 1)
    return state if wanted.port is not None else replace(state, port=_free_port(state))


def _free_port(state: State) -> int:
    """The first port from which on all are free that the cluster needs; the usual one where none is found."""
    for port in range(PORT_DEFAULT, PORT_LAST, PORT_STEP):
        plan = replace(state, port=port).plan
        if all(is_free(each) for node in plan.nodes for each in node.ports):
            return port
    return PORT_DEFAULT


def _cache(folder: Path) -> Path:
    """Where what a start needs is kept: beside the Java of a virtual environment, for all data folders that use it; in
    the folder itself where there is none that we may write to.
    """
    own = folder / "cache"
    ours = sys.prefix != sys.base_prefix and os.access(sys.prefix, os.W_OK)
    return own if own.is_dir() or not ours else Path(sys.prefix) / SHARED_CACHE


def _running(node: Broker) -> Running:
    return Running(node.id, node.pid, node.address)

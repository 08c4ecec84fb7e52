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
from infra.local_kafka.plan import CONTROLLER_PORTS_AFTER, FAST_FAILOVER, ClusterPlan, brokers
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


@dataclass(frozen=True, slots=True)
class State:
    """What was chosen when the cluster was made, or changed since while it was down."""

    cluster_id: str
    brokers: int
    port: int
    fast_failover: bool

    @property
    def plan(self) -> ClusterPlan:
        """What the brokers are told. Brokers follow each other from the port on, and so do controllers."""
        ports = range(self.port, self.port + self.brokers)
        controllers = [port + CONTROLLER_PORTS_AFTER for port in ports]
        return ClusterPlan(self.cluster_id, brokers(ports, controllers), FAST_FAILOVER if self.fast_failover else {})


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
    """The cluster is up; `started` are the brokers that did not run before."""

    bootstrap: str
    brokers: int
    started: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Running:
    """A broker and its process; None if it does not run."""

    id: int
    pid: int | None
    address: str


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
            state = wanted.of(there or State(new_id(), COUNT_DEFAULT, PORT_DEFAULT, fast_failover=False))
            if there is None and wanted.port is None:
                state = replace(state, port=_free_port(state))
            if there is not None:
                self._check_same(there, state)
            made = ready(_cache(self.folder), tell)
            cluster = Cluster(state.plan, self.folder)
            if all(broker.pid is not None for broker in cluster.brokers):
                cluster.wait_until_up()
                return Up(cluster.bootstrap, state.brokers, ())
            cluster.check_ports()
            self._write(state)
            cluster.make(made.checkpoint)
            tell(f"starting {state.brokers} broker{'s' if state.brokers > 1 else ''} of Apache Kafka")
            return Up(cluster.bootstrap, state.brokers, tuple(cluster.start(made.runtime)))

    def down(self) -> tuple[int, ...]:
        """End what `up` started here and nothing else; gives the numbers of the brokers that ran."""
        if self._state() is None:
            return ()
        with self._alone():
            state = self._state()
            return () if state is None else tuple(Cluster(state.plan, self.folder).stop())

    def status(self) -> tuple[str | None, tuple[Running, ...]]:
        """The bootstrap addresses and every broker of the cluster; None if no cluster was ever made here."""
        state = self._state()
        if state is None:
            return None, ()
        cluster = Cluster(state.plan, self.folder)
        return cluster.bootstrap, tuple(_running(broker) for broker in cluster.brokers)

    def _check_same(self, there: State, wanted: State) -> None:
        if wanted.brokers != there.brokers:
            raise OtherCluster(
                f"{self.folder} holds a cluster of {there.brokers}, and {wanted.brokers} were asked for; nothing was "
                f"changed. Go on with --brokers {there.brokers}; or give another folder in CASELEDGER_DATA; or, to "
                f"lose what it holds, `caseledger kafka down` and delete {self.folder}"
            )
        runs = any(broker.pid is not None for broker in Cluster(there.plan, self.folder).brokers)
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
        kinds = (type(state.cluster_id), type(state.brokers), type(state.port), type(state.fast_failover))
        if kinds != (str, int, int, bool) or state.brokers not in COUNTS:
            raise self._damaged("it has other values than it should")
        return state

    def _damaged(self, why: str) -> StateDamaged:
        return StateDamaged(
            f"{self.folder / STATE} cannot be used: {why}; nothing was changed. Restore it, or delete {self.folder} "
            "and what it holds"
        )

    def _write(self, state: State) -> None:
        told = json.dumps({"format": FORMAT, **asdict(state)}, indent=2)
        private.write(self.folder / STATE, told.encode("ascii"))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with alone(self.folder / "lock", BUSY_S_MAX):
            yield


def _free_port(state: State) -> int:
    """The first port from which on all are free that the brokers need; the usual one where none is found."""
    for port in range(PORT_DEFAULT, PORT_LAST, PORT_STEP):
        needed = range(port, port + state.brokers)
        if all(is_free(each) and is_free(each + CONTROLLER_PORTS_AFTER) for each in needed):
            return port
    return PORT_DEFAULT


def _cache(folder: Path) -> Path:
    """Where what a start needs is kept: beside the Java of a virtual environment, for all data folders that use it; in
    the folder itself where there is none that we may write to.
    """
    own = folder / "cache"
    ours = sys.prefix != sys.base_prefix and os.access(sys.prefix, os.W_OK)
    return own if own.is_dir() or not ours else Path(sys.prefix) / SHARED_CACHE


def _running(broker: Broker) -> Running:
    return Running(broker.id, broker.pid, broker.address)

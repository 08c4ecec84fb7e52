"""What each broker of a local cluster is told, and its controller: ports, copies, limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

HOST: Final = "127.0.0.1"

CONTROLLER_PORTS_AFTER: Final = 10
"""Controllers listen this far after the brokers."""

CONTROLLER_ID: Final = 100
"""Of a controller that is no broker. Permanent: it stands in its storage, and in what the brokers are told."""

COPIES_MAX: Final = 3

FAST_FAILOVER: Final = {
    "broker.heartbeat.interval.ms": "500",
    "broker.session.timeout.ms": "2000",
    "replica.fetch.backoff.ms": "100",
    "controller.quorum.fetch.timeout.ms": "1000",
    "controller.quorum.election.timeout.ms": "500",
    "controller.quorum.election.backoff.max.ms": "200",
}
"""A broker that is gone is noticed after 2 s instead of 9 s, a controller after 1 s instead of 2 s. Apache's own
sessions stand unless these are asked for.
"""

SMALL: Final = {
    "num.network.threads": "2",
    "num.io.threads": "4",
    "num.recovery.threads.per.data.dir": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.num.partitions": "1",
    "log.cleaner.dedupe.buffer.size": str(8 << 20),
    "group.initial.rebalance.delay.ms": "0",
    "auto.create.topics.enable": "false",
    "replica.fetch.backoff.ms": "100",
}
"""What a broker with few topics and clients can do without, and topics only where they were made on purpose. A copy
that asks a new leader too early, before that knows that it leads, asks again after a tenth of a second, not after one.
"""


@dataclass(frozen=True, slots=True)
class Proxied:
    """A second listener: the port it has, and the port that clients are told instead, where a proxy listens."""

    port: int
    advertised: int


@dataclass(frozen=True, slots=True)
class BrokerPlan:
    """One broker; `controller_port` is None where it is no controller as well."""

    id: int
    port: int
    controller_port: int | None = None
    proxied: Proxied | None = None
    java: tuple[str, ...] = ()
    """Options more than every process has."""

    @property
    def name(self) -> str:
        """As people are told."""
        return f"broker {self.id}"

    @property
    def address(self) -> str:
        """Where clients find it."""
        return f"{HOST}:{self.port}"

    @property
    def ports(self) -> tuple[int, ...]:
        """Every port it needs."""
        controller = () if self.controller_port is None else (self.controller_port,)
        return (self.port, *controller, *(() if self.proxied is None else (self.proxied.port,)))


@dataclass(frozen=True, slots=True)
class ControllerPlan:
    """A controller that is no broker, beside all brokers of its cluster."""

    port: int
    id: int = CONTROLLER_ID
    java: tuple[str, ...] = ("-Xmx96m",)
    name: str = "controller"

    @property
    def address(self) -> str:
        """Where brokers find it."""
        return f"{HOST}:{self.port}"

    @property
    def ports(self) -> tuple[int, ...]:
        """Every port it needs."""
        return (self.port,)


NodePlan = BrokerPlan | ControllerPlan
"""One process of a cluster."""


@dataclass(frozen=True, slots=True)
class ClusterPlan:
    """All brokers of a cluster, settings that are not the usual ones, and its controller if no broker is one."""

    cluster_id: str
    brokers: tuple[BrokerPlan, ...]
    settings: Mapping[str, str] = field(default_factory=dict)
    controller: ControllerPlan | None = None

    @property
    def bootstrap(self) -> str:
        """`host:port` of each, with commas."""
        return ",".join(broker.address for broker in self.brokers)

    @property
    def bootstrap_proxied(self) -> str:
        """The addresses of the proxies, for clients behind them."""
        return ",".join(f"{HOST}:{each.proxied.advertised}" for each in self.brokers if each.proxied is not None)

    @property
    def nodes(self) -> tuple[NodePlan, ...]:
        """Every process, a controller of its own first."""
        return self.brokers if self.controller is None else (self.controller, *self.brokers)

    def properties(self, node: NodePlan, data: str) -> str:
        """The text of a process's configuration file, with its log in the folder `data` of where it runs."""
        roles = self._of_controller(node) if isinstance(node, ControllerPlan) else self._of_broker(node)
        everywhere = {
            "node.id": str(node.id),
            "controller.quorum.voters": ",".join(self._voters()),
            "controller.listener.names": "CONTROLLER",
            "log.dirs": data,
        }
        told = {**roles, **everywhere, **SMALL, **self._copies(), **self.settings}
        return "".join(f"{name}={value}\n" for name, value in told.items())

    def _of_broker(self, broker: BrokerPlan) -> dict[str, str]:
        listeners = {"PLAINTEXT": (broker.port, broker.port)}
        if broker.proxied is not None:
            listeners["PROXIED"] = (broker.proxied.port, broker.proxied.advertised)
        listening = [f"{name}://{HOST}:{port}" for name, (port, _) in listeners.items()]
        if broker.controller_port is not None:
            listening.append(f"CONTROLLER://{HOST}:{broker.controller_port}")
        return {
            "process.roles": "broker" if broker.controller_port is None else "broker,controller",
            "inter.broker.listener.name": "PLAINTEXT",
            "listeners": ",".join(listening),
            "advertised.listeners": ",".join(f"{name}://{HOST}:{port}" for name, (_, port) in listeners.items()),
            "listener.security.protocol.map": ",".join(f"{name}:PLAINTEXT" for name in (*listeners, "CONTROLLER")),
        }

    @staticmethod
    def _of_controller(controller: ControllerPlan) -> dict[str, str]:
        return {
            "process.roles": "controller",
            "listeners": f"CONTROLLER://{controller.address}",
            "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        }

    def _voters(self) -> list[str]:
        if self.controller is not None:
            return [f"{self.controller.id}@{self.controller.address}"]
        return [f"{each.id}@{HOST}:{each.controller_port}" for each in self.brokers]

    def _copies(self) -> dict[str, str]:
        copies = min(len(self.brokers), COPIES_MAX)
        in_sync = max(copies - 1, 1)
        return {
            "default.replication.factor": str(copies),
            "min.insync.replicas": str(in_sync),
            "offsets.topic.replication.factor": str(copies),
            "transaction.state.log.replication.factor": str(copies),
            "transaction.state.log.min.isr": str(in_sync),
            "share.coordinator.state.topic.replication.factor": str(copies),
            "share.coordinator.state.topic.min.isr": str(in_sync),
        }


def brokers(ports: Sequence[int], controller_ports: Sequence[int] | None = None) -> tuple[BrokerPlan, ...]:
    """Brokers numbered from 1 on these ports; each a controller as well where ports for that are given."""
    nowhere: list[None] = [None] * len(ports)
    pairs = zip(ports, controller_ports or nowhere, strict=True)
    return tuple(BrokerPlan(number, port, controller) for number, (port, controller) in enumerate(pairs, start=1))

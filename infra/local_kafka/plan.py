"""What each broker of a local cluster is told: ports, copies, limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

HOST: Final = "127.0.0.1"

CONTROLLER_PORTS_AFTER: Final = 10
"""Controllers listen this far after the brokers."""

COPIES_MAX: Final = 3

FAST_FAILOVER: Final = {
    "broker.heartbeat.interval.ms": "500",
    "broker.session.timeout.ms": "2000",
    "controller.quorum.fetch.timeout.ms": "1000",
    "controller.quorum.election.timeout.ms": "500",
    "controller.quorum.election.backoff.max.ms": "200",
}
"""A broker that is gone is noticed after 2 s instead of 9 s, a controller after 1 s instead of 2 s. Apache's defaults
stand unless these are asked for.
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
}
"""What a broker with few topics and clients can do without, and topics only where they were made on purpose."""


@dataclass(frozen=True, slots=True)
class Proxied:
    """A second listener: the port it has, and the port that clients are told instead, where a proxy listens."""

    port: int
    advertised: int


@dataclass(frozen=True, slots=True)
class BrokerPlan:
    """One broker."""

    id: int
    port: int
    controller_port: int
    proxied: Proxied | None = None

    @property
    def address(self) -> str:
        """Where clients find it."""
        return f"{HOST}:{self.port}"

    @property
    def ports(self) -> tuple[int, ...]:
        """Every port it needs."""
        return (self.port, self.controller_port, *(() if self.proxied is None else (self.proxied.port,)))


@dataclass(frozen=True, slots=True)
class ClusterPlan:
    """All brokers of a cluster, and settings that are not the usual ones."""

    cluster_id: str
    brokers: tuple[BrokerPlan, ...]
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def bootstrap(self) -> str:
        """`host:port` of each, with commas."""
        return ",".join(broker.address for broker in self.brokers)

    @property
    def bootstrap_proxied(self) -> str:
        """The addresses of the proxies, for clients behind them."""
        return ",".join(f"{HOST}:{each.proxied.advertised}" for each in self.brokers if each.proxied is not None)

    def properties(self, broker: BrokerPlan, data: str) -> str:
        """The text of a broker's configuration file, with its log in the folder `data` of where it runs."""
        told = {**self._place(broker, data), **SMALL, **self._copies(), **self.settings}
        return "".join(f"{name}={value}\n" for name, value in told.items())

    def _place(self, broker: BrokerPlan, data: str) -> dict[str, str]:
        listeners = {"PLAINTEXT": (broker.port, broker.port)}
        if broker.proxied is not None:
            listeners["PROXIED"] = (broker.proxied.port, broker.proxied.advertised)
        voters = (f"{each.id}@{HOST}:{each.controller_port}" for each in self.brokers)
        listening = (f"{name}://{HOST}:{port}" for name, (port, _) in listeners.items())
        return {
            "process.roles": "broker,controller",
            "node.id": str(broker.id),
            "controller.quorum.voters": ",".join(voters),
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "listeners": ",".join((*listening, f"CONTROLLER://{HOST}:{broker.controller_port}")),
            "advertised.listeners": ",".join(f"{name}://{HOST}:{port}" for name, (_, port) in listeners.items()),
            "listener.security.protocol.map": ",".join(f"{name}:PLAINTEXT" for name in (*listeners, "CONTROLLER")),
            "log.dirs": data,
        }

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


def brokers(ports: Sequence[int], controller_ports: Sequence[int]) -> tuple[BrokerPlan, ...]:
    """Brokers numbered from 1 on these ports."""
    pairs = zip(ports, controller_ports, strict=True)
    return tuple(BrokerPlan(number, port, controller) for number, (port, controller) in enumerate(pairs, start=1))

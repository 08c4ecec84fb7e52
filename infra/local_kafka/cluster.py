"""Brokers and controller of one cluster in one folder: made once, started and stopped as a whole or one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.local_kafka import private
from infra.local_kafka.broker import CONFIGURATION, DATA, Broker, end
from infra.local_kafka.clients import wait_until_up
from infra.local_kafka.plan import BrokerPlan, ClusterPlan
from infra.local_kafka.prepared import format_storage, prepared
from infra.local_kafka.runtime import Runtime, installed
from infra.local_kafka.telling import Tell, silent

READY_S_MAX: Final = 120.0
"""How long all brokers may take until each sees all; a loaded machine needs many times the usual few seconds."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What a start needs: the runtime with its archive, and the folder that holds a formatted storage's checkpoint."""

    runtime: Runtime
    checkpoint: Path


def ready(cache: Path, tell: Tell = silent) -> Ready:
    """What a start needs, its jars checked; the first one of a version takes some seconds and fills the cache."""
    runtime, checkpoint = prepared(installed(tell), cache, tell)
    return Ready(runtime, checkpoint)


class Cluster:
    """The brokers of a plan, each in the folder `broker-N`, and its controller in `controller` if no broker is one."""

    def __init__(self, plan: ClusterPlan, folder: Path) -> None:
        """Keep both; nothing is made."""
        self.plan = plan
        self.folder = folder
        self.nodes = [Broker(each, folder / each.name.replace(" ", "-")) for each in plan.nodes]
        self.brokers = [node for node in self.nodes if isinstance(node.plan, BrokerPlan)]
        self.controller = next((node for node in self.nodes if node not in self.brokers), None)

    @property
    def bootstrap(self) -> str:
        """Where clients find it: `host:port` of each broker, with commas."""
        return self.plan.bootstrap

    def make(self, checkpoint: Path) -> None:
        """Folders, configuration and formatted storage; what is there already stays, but for the configuration."""
        private.make_folder(self.folder)
        for node in self.nodes:
            private.make_folder(node.folder)
            config = self.plan.properties(node.plan, DATA)
            private.write(node.folder / CONFIGURATION, config.encode("ascii"))
            if not (node.data / "meta.properties").exists():
                format_storage(node, self.plan.cluster_id, checkpoint)

    def check_ports(self) -> None:
        """Raise `PortTaken` if something else listens where a process that does not run would."""
        for node in self.nodes:
            if node.pid is None:
                node.check_ports()

    def start(self, runtime: Runtime) -> list[int]:
        """Start those that do not run; gives the numbers of those started. Those are ended again if one cannot be."""
        down = [node for node in self.nodes if node.pid is None]
        try:
            for node in down:
                node.start(runtime)
            self.wait_until_up()
        except BaseException:
            _end(down)
            raise
        return [node.id for node in down]

    def wait_until_up(self, seconds_max: float = READY_S_MAX) -> None:
        """Wait until each broker says that all are ready, and the controller that it is."""
        wait_until_up(self.brokers, seconds_max, self.controller)

    def stop(self) -> list[int]:
        """End those that run; gives their numbers."""
        return _end(self.nodes)


def _end(nodes: Sequence[Broker]) -> list[int]:
    """Brokers before the controller: each of them hands over what it leads, and leaves, with its help."""
    brokers = [node for node in nodes if isinstance(node.plan, BrokerPlan)]
    return end(brokers) + end([node for node in nodes if node not in brokers])

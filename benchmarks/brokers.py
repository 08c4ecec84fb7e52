"""Brokers for a benchmark, as `caseledger kafka up` starts them, in a data folder of their own; gone afterwards."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from infra.local_kafka.ports import free_ports, is_free

_COMMAND: Final = (sys.executable, "-c", "from caseledger.cli import main; main()", "kafka")
_TIMEOUT_S: Final = 120
_PORTS: Final = 14
_TRIES_MAX: Final = 20


class Cluster(NamedTuple):
    """Running brokers: where clients start from, their main processes, how many they are."""

    bootstrap: str
    pids: list[int]

    @property
    def replicas(self) -> int:
        """How many copies a topic can have."""
        return len(self.pids)


@contextmanager
def running_brokers(count: int, place: Path | None = None) -> Iterator[Cluster]:
    """So many new brokers. Raises `subprocess.CalledProcessError` when they do not start; they say why."""
    with TemporaryDirectory(prefix="caseledger-bench-kafka-", dir=place) as folder:
        environment = {**os.environ, "CASELEDGER_DATA": folder}
        try:
            up = _kafka(environment, "up", "--brokers", str(count), "--port", str(_free_port()), "--json")
            bootstrap = json.loads(up)["bootstrap"]
            told = json.loads(_kafka(environment, "status", "--json"))
            yield Cluster(bootstrap, [broker["pid"] for broker in told["brokers"]])
        finally:
            _kafka(environment, "down")


def _free_port() -> int:
    """A port with those free that follow it, and those ten further for a controller."""
    for first in free_ports(_TRIES_MAX):
        if all(is_free(first + more) for more in range(_PORTS)):
            return first
    raise RuntimeError("no free ports were found for brokers")


def _kafka(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own command
        (*_COMMAND, *words), env=environment, check=True, stdout=subprocess.PIPE, text=True, timeout=_TIMEOUT_S
    )
    return done.stdout

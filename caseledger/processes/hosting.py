"""A long-running process as it is started by a command: settings, signals, metrics, health, and its work in tries."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from caseledger.bootstrap import Caseledger, start
from caseledger.processes.ending import told_by_signals
from caseledger.processes.lifecycle import Patience, Running, supervised
from caseledger.processes.passing import why_passing
from caseledger.settings import Settings
from infra.health import Health, HealthServer
from infra.journal.observer import Observer
from infra.metrics import Metrics

SILENT_S_MAX: Final = 5.0
"""How long a log may be silent until the process counts as not ready: its tail is answered twice a second."""

HostedWork = Callable[[Caseledger, Running, Metrics], None]
"""Works until told to end. What it opens beside the caseledger it closes itself."""


def hosted(name: str, work: HostedWork, *, terminal: bool, say: Callable[[str], None]) -> None:
    """Run a process by the environment's settings until it is told to end. `say` tells people where it can be probed.

    Each try has a caseledger of its own, opened afresh. Raises as `supervised` does; `AddressUnusable`.
    """
    settings = Settings()
    health, metrics = Health(), Metrics()
    tried: list[Caseledger] = []

    def observer_of(platform: str) -> Observer:
        journal = metrics.journal(platform)
        journal.opened()
        return journal

    def once(running: Running) -> None:
        with start(settings, terminal=terminal, observer_of=observer_of) as caseledger:
            tried[:] = [caseledger]
            work(caseledger, running, metrics)

    def is_idle() -> bool:
        return not any(caseledger.has_opened for caseledger in tried)

    with (
        told_by_signals(name, is_idle=is_idle) as stop,
        _served(settings.metrics_address, health, metrics, say),
    ):
        health.check("ledger", lambda: _silence(metrics))
        health.check("process", lambda: "is ending" if stop.is_set() else None)
        told = metrics.process(name)
        told.ready_when(lambda: health.ready().good)
        running = Running(stop, health, told)
        supervised(name, once, running, why_passing, Patience(unavailable_s_max=settings.retry_s))


def _silence(metrics: Metrics) -> str | None:
    silent = metrics.silent_logs(SILENT_S_MAX)
    return f"no answer from the log of {', '.join(silent)} for {SILENT_S_MAX:.0f} s" if silent else None


@contextmanager
def _served(address: str | None, health: Health, metrics: Metrics, say: Callable[[str], None]) -> Iterator[None]:
    if address is None:
        yield
        return
    with HealthServer(address, health, metrics.registry) as server:
        say(f"metrics and health at {server.url}")
        yield

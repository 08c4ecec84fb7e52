"""Keeps the read models current while ledgers are written to, here or in a process of its own."""

import multiprocessing
import signal
from multiprocessing.synchronize import Event as ProcessEvent
from typing import Final, Protocol

import structlog

from caseledger.bootstrap import Caseledger, start
from caseledger.settings import Settings
from caseledger.throughput import collect_seldom
from projections.catch_up import CatchUp

IDLE_S: Final = 0.05
"""How long to wait when there is nothing new."""

END_S_MAX: Final = 3_600
"""How long the last catching up may take before the caller goes on by itself."""

log = structlog.get_logger(__name__)


class Stop(Protocol):
    """Tells a loop when to end."""

    def is_set(self) -> bool:
        """Whether to end."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set, so many seconds at most."""


def follow(caseledger: Caseledger, stop: Stop) -> None:
    """Bring all read models of all platforms up to date again and again; when told to stop, to the end once more."""
    works: dict[str, CatchUp] = {}
    while True:
        last = stop.is_set()
        applied = 0
        for platform in caseledger.platforms():
            work = works.get(platform) or works.setdefault(platform, caseledger.catch_up(platform))
            if events := work.step():
                applied += events
                log.info("read_models_caught_up", platform=platform, events=events, position=work.position())
        if last and not applied:
            return
        if not applied:
            stop.wait(IDLE_S)


class Follower:
    """A process that follows the ledgers until it is told to stop, and then to their ends."""

    def __init__(self, settings: Settings) -> None:
        """Start it."""
        context = multiprocessing.get_context("spawn")
        self._stop = context.Event()
        self._process = context.Process(target=_run, args=(settings, self._stop), name="follower", daemon=True)
        self._process.start()

    def finish(self) -> bool:
        """Let it catch up and end; whether it did so in good order."""
        self._stop.set()
        self._process.join(END_S_MAX)
        if self._process.exitcode is None:
            self._process.terminate()
        return self._process.exitcode == 0


def _run(settings: Settings, stop: ProcessEvent) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the writer is interrupted, and then says when to stop
    collect_seldom()
    with start(settings) as caseledger:
        follow(caseledger, stop)

"""Keeps the read models current in a process of its own while another one writes."""

import multiprocessing
import signal
from multiprocessing.synchronize import Event as StopEvent
from typing import Final

from caseledger.bootstrap import start
from caseledger.settings import Settings

IDLE_S: Final = 0.05
"""How long to wait when there is nothing new."""

END_S_MAX: Final = 3_600
"""How long the last catching up may take before the caller goes on by itself."""


class Follower:
    """A process that follows the ledgers until it is told to stop, and then to their ends."""

    def __init__(self, settings: Settings) -> None:
        """Start it."""
        context = multiprocessing.get_context("spawn")
        self._stop = context.Event()
        self._process = context.Process(target=_follow, args=(settings, self._stop), name="follower", daemon=True)
        self._process.start()

    def finish(self) -> bool:
        """Let it catch up and end; whether it did so in good order."""
        self._stop.set()
        self._process.join(END_S_MAX)
        if self._process.exitcode is None:
            self._process.terminate()
        return self._process.exitcode == 0


def _follow(settings: Settings, stop: StopEvent) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the writer is interrupted, and then says when to stop
    with start(settings) as caseledger:
        while True:
            last = stop.is_set()
            applied = sum(caseledger.catch_up(platform).step() for platform in caseledger.platforms())
            if last and not applied:
                return
            if not applied:
                stop.wait(IDLE_S)

"""The whole service in one process: the read models are kept current, and time is kept, in turns."""

import time
from typing import Final

from caseledger.bootstrap import Caseledger
from caseledger.processes.keeping_time import counted
from caseledger.processes.lifecycle import Running
from caseledger.processes.measured import Measured
from caseledger.processes.meters import Meters
from caseledger.processes.projecting import IDLE_S, Projecting
from caseledger.timekeeping import Tell, Turns, Watch
from projections.catalogue import read_models

LAST_S_MAX: Final = 5.0
"""How long the read models are still brought up once the process is told to end; the next start goes on from there."""


def run_everything(caseledger: Caseledger, running: Running, meters: Meters, tell: Tell, *, keep_time: bool) -> bool:
    """Work in turns until told to end; whether every read model was then at its ledger's end.

    Read models are projected as `caseledger project` does: what another process projects, this one stands by for.
    """
    turns = Turns(Watch(caseledger, caseledger.platforms, running, counted(tell, running, meters)), running)
    meter = Measured(caseledger.clock, running, meters)
    projecting = Projecting(caseledger, caseledger.platforms, read_models(), meter)
    try:
        while not running.is_set():
            applied = projecting.turn(running)
            running.turned()
            given = _time(caseledger, meters, turns) if keep_time else 0
            if not applied and not given:
                running.wait(IDLE_S)
        return _brought_up(caseledger, projecting)
    finally:
        projecting.let_go()


def _time(caseledger: Caseledger, meters: Meters, turns: Turns) -> int:
    for platform in caseledger.platforms():
        meters.time(platform)  # counts from 0 on
    return turns.take()


def _brought_up(caseledger: Caseledger, projecting: Projecting) -> bool:
    """Bring the read models to the ends of their ledgers, in time; whether they got there."""
    last = _Deadline(LAST_S_MAX)
    while not (at_end := _is_at_end(caseledger)) and not last.is_set():
        if not projecting.turn(last):
            last.wait(IDLE_S)
    return at_end


def _is_at_end(caseledger: Caseledger) -> bool:
    for platform in caseledger.platforms():
        head, positions = caseledger.ledger(platform).head(), caseledger.read_models.positions(platform)
        if any(positions.get(model.name, 0) < head for model in read_models()):
            return False
    return True


class _Deadline:
    """A `Stop` that is set after so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._at_s = time.monotonic() + seconds

    def is_set(self) -> bool:
        return time.monotonic() >= self._at_s

    def wait(self, timeout: float | None = None) -> bool:
        left_s = max(self._at_s - time.monotonic(), 0.0)
        time.sleep(left_s if timeout is None else min(timeout, left_s))
        return self.is_set()

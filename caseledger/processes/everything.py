"""The whole service in one process: the read models are kept current, and time is kept, in turns."""

from typing import Final

from caseledger.bootstrap import Caseledger
from caseledger.following import follow
from caseledger.processes.keeping_time import counted
from caseledger.processes.lag import Lag
from caseledger.processes.lifecycle import Running
from caseledger.processes.meters import Meters
from caseledger.timekeeping import Tell, Turns, Watch

LAST_S_MAX: Final = 5.0
"""How long the read models are still brought up once the process is told to end; the next start goes on from there."""


def run_everything(caseledger: Caseledger, running: Running, meters: Meters, tell: Tell, *, keep_time: bool) -> bool:
    """Work in turns until told to end; whether every read model was then at its ledger's end."""
    watch = Watch(caseledger, caseledger.platforms, running, counted(tell, running, meters))
    turns = Turns(watch, running)
    lag = Lag(caseledger, meters)

    def between() -> int:
        running.turned()
        lag.look()
        return turns.take() if keep_time else 0

    return follow(caseledger, running, between, LAST_S_MAX)

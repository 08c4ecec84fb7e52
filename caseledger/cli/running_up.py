"""The run behind `caseledger up`: what it says when it is up, and when it has ended."""

from typing import Final

from caseledger.bootstrap import Caseledger
from caseledger.cli.processes import host, say
from caseledger.cli.timekeeping import Told
from caseledger.processes.everything import run_everything
from caseledger.processes.lifecycle import Running
from infra.metrics import Metrics

PROCESS: Final = "up"


def run_up(*, keep_time: bool) -> None:
    """Run the service until told to end."""
    at_end = False

    def work(caseledger: Caseledger, running: Running, metrics: Metrics) -> None:
        nonlocal at_end
        _ = caseledger.read_models
        platforms = ", ".join(caseledger.platforms()) or "none yet"
        say(f"caseledger is up on {caseledger.settings.data}; platforms: {platforms}; Ctrl-C ends it")
        at_end = run_everything(caseledger, running, metrics, Told(as_json=False).tell, keep_time=keep_time)

    host(PROCESS, work)
    say("ended; every read model is at its ledger's end" if at_end else "ended; read models go on at the next start")

"""The run behind `caseledger project`: a line whenever this process takes read models over or stands by for them."""

from collections.abc import Sequence
from typing import Final

from caseledger.bootstrap import Caseledger
from caseledger.cli.processes import host, platforms_followed, say
from caseledger.cli.rebuilding import models_named
from caseledger.processes.lifecycle import Running
from caseledger.processes.measured import Measured
from caseledger.processes.projecting import run
from caseledger.throughput import collect_seldom
from infra.metrics import Metrics

PROCESS: Final = "project"


def project(platforms: Sequence[str], names: Sequence[str]) -> None:
    """Project until told to stop."""
    models = models_named(names)
    collect_seldom()

    def work(caseledger: Caseledger, running: Running, metrics: Metrics) -> None:
        run(
            caseledger,
            platforms_followed(caseledger, platforms),
            models,
            running,
            Told(caseledger.clock, running, metrics),
        )

    host(PROCESS, work)
    say("ended")


class Told(Measured):
    """Says which read models this process projects, and hands everything on to what is measured."""

    def active(self, platform: str, projected: Sequence[str], standing_by: Sequence[str]) -> None:
        """One line."""
        parts = [("projects", projected), ("stands by for", standing_by)]
        say(f"{platform}: " + "; ".join(f"{word} {', '.join(names)}" for word, names in parts if names))
        super().active(platform, projected, standing_by)

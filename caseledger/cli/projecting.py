"""The run behind `caseledger project`: a line whenever this process takes read models over or stands by for them."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from caseledger.bootstrap import Caseledger
from caseledger.cli.processes import host
from caseledger.cli.rebuilding import models_named
from caseledger.cli.session import platforms_asked
from caseledger.processes.lifecycle import Running
from caseledger.processes.projecting import Platforms, run
from caseledger.throughput import collect_seldom
from infra.metrics import Metrics

PROCESS: Final = "project"


def project(platforms: Sequence[str], names: Sequence[str]) -> None:
    """Project until told to stop."""
    models = models_named(names)
    collect_seldom()

    def work(caseledger: Caseledger, running: Running, metrics: Metrics) -> None:
        run(caseledger, _platforms(caseledger, platforms), models, running, Told(caseledger, running, metrics))

    host(PROCESS, work)
    _say("ended")


class Told:
    """Says which read models this process projects, and hands everything on to what is measured."""

    def __init__(self, caseledger: Caseledger, running: Running, metrics: Metrics) -> None:
        """Bind them."""
        self._clock = caseledger.clock
        self._running = running
        self._metrics = metrics

    def active(self, platform: str, projected: Sequence[str], standing_by: Sequence[str]) -> None:
        """One line."""
        parts = [("projects", projected), ("stands by for", standing_by)]
        _say(f"{platform}: " + "; ".join(f"{word} {', '.join(names)}" for word, names in parts if names))
        self._metrics.projecting(platform).active(projected, standing_by)

    def lag(self, platform: str, read_model: str, positions: int, seconds: float) -> None:
        """Measured from then on."""
        since = self._clock.now() - timedelta(seconds=seconds) if positions else None
        self._metrics.projecting(platform).behind(read_model, positions, since)

    def applied(self, platform: str, events: int, seconds: float) -> None:
        """Counted."""
        self._metrics.projecting(platform).applied(events, seconds)

    def turned(self) -> None:
        """It works."""
        self._running.turned()


def _platforms(caseledger: Caseledger, named: Sequence[str]) -> Platforms:
    """The platforms named, which have to be there, or all that there are; the first one may come later."""
    chosen = tuple(dict.fromkeys(named)) or ((caseledger.settings.platform,) if caseledger.settings.platform else ())
    asked = tuple(found for name in chosen for found in platforms_asked(caseledger, name))
    return (lambda: asked) if asked else caseledger.platforms


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()

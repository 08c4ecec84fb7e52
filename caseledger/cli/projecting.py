"""The run behind `caseledger project`: a line whenever this process takes read models over or stands by for them."""

import sys
from collections.abc import Sequence

from caseledger.bootstrap import Caseledger
from caseledger.cli.rebuilding import models_named
from caseledger.cli.session import opened, platforms_asked
from caseledger.cli.timekeeping import stopping
from caseledger.processes.projecting import Platforms, Silent, run
from caseledger.throughput import collect_seldom


def project(platforms: Sequence[str], names: Sequence[str]) -> None:
    """Project until told to stop."""
    models = models_named(names)
    stop = stopping()
    collect_seldom()
    with opened() as caseledger:
        run(caseledger, _platforms(caseledger, platforms), models, stop, Told())
    _say("ended")


class Told(Silent):
    """Says which read models this process projects; the rest of what a meter is told is for others."""

    def active(self, platform: str, projected: Sequence[str], standing_by: Sequence[str]) -> None:
        """One line."""
        parts = [("projects", projected), ("stands by for", standing_by)]
        _say(f"{platform}: " + "; ".join(f"{word} {', '.join(names)}" for word, names in parts if names))


def _platforms(caseledger: Caseledger, named: Sequence[str]) -> Platforms:
    """The platforms named, which have to be there, or all that there are; the first one may come later."""
    chosen = tuple(dict.fromkeys(named)) or ((caseledger.settings.platform,) if caseledger.settings.platform else ())
    asked = tuple(found for name in chosen for found in platforms_asked(caseledger, name))
    return (lambda: asked) if asked else caseledger.platforms


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()

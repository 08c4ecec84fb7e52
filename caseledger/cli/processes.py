"""What the commands of long-running processes share: they are run, told which platforms, and say how it goes."""

import sys
from collections.abc import Callable, Sequence

from caseledger.bootstrap import Caseledger
from caseledger.cli.failures import usage
from caseledger.cli.session import platforms_asked
from caseledger.processes.consuming import QUIET_S_MAX, QUIET_S_MIN
from caseledger.processes.hosting import HostedWork, hosted


def host(name: str, work: HostedWork) -> None:
    """Run it by the environment's settings until it is told to end. Raises as `hosted` does.

    People are told on standard error where it can be probed.
    """
    hosted(name, work, terminal=sys.stderr.isatty(), say=_tell)


def say(line: str) -> None:
    """A line on standard output, out at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def check_quiet(until_quiet_s: float | None) -> None:
    """Refuse a quiet that may not be waited for."""
    if until_quiet_s is not None and not QUIET_S_MIN <= until_quiet_s <= QUIET_S_MAX:
        raise usage(f"--until-quiet {until_quiet_s} is not from {QUIET_S_MIN} to {QUIET_S_MAX:.0f} seconds")


def platforms_followed(caseledger: Caseledger, named: Sequence[str]) -> Callable[[], tuple[str, ...]]:
    """The platforms named, or the environment's, which have to be there; else all that there are, now or later: who
    waits for the first one may begin before it.
    """
    chosen = tuple(dict.fromkeys(named)) or tuple(filter(None, (caseledger.settings.platform,)))
    asked = tuple(found for name in chosen for found in platforms_asked(caseledger, name))
    return (lambda: asked) if asked else caseledger.platforms


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()

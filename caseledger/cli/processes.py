"""Runs the work of a long-running command, and tells people on standard error where it can be probed."""

import sys

from caseledger.processes.hosting import HostedWork, hosted


def host(name: str, work: HostedWork) -> None:
    """Run it by the environment's settings until it is told to end. Raises as `hosted` does."""
    hosted(name, work, terminal=sys.stderr.isatty(), say=_say)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()

"""Runs commands of `caseledger` in this process, as the shell would: arguments and bytes in, status and text out."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from caseledger.bootstrap import Caseledger
from caseledger.cli import build
from caseledger.settings import Settings
from domain.events import Event
from domain.recorded import Recorded

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios"
FACTS_MAX = 100_000

COMMAND = (sys.executable, "-c", "from caseledger.cli import main; main()")
"""What runs `caseledger` as a process of its own; its arguments come after it."""


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, object]]:
        """Its output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def summary(self) -> dict[str, int]:
        """The summary of a quiet run."""
        return self.lines[-1]["summary"]


def caseledger(*arguments: str, data: Path | None, given: bytes = b"", **environment: str) -> Ended:
    """Run a command on a data folder."""
    settings = {
        "CASELEDGER_DATA": data and str(data),
        "CASELEDGER_PLATFORM": None,
        "CASELEDGER_READ_MODELS_URL": None,
        "CASELEDGER_POLICIES": None,
        "COLUMNS": "100",
        **environment,
    }
    ended = CliRunner().invoke(build(), list(arguments), input=given, env=settings)
    return Ended(ended.exit_code, ended.stdout, ended.stderr)


def json_lines(*lines: object) -> bytes:
    """Objects, and bytes as they are, one a line."""
    return b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)


def all_facts(data: Path) -> dict[str, list[Recorded[Event]]]:
    """Every fact of every platform of a data folder."""
    with Caseledger(Settings(data=data)) as opened:
        return {platform: list(opened.facts(platform, 0, FACTS_MAX)) for platform in opened.platforms()}

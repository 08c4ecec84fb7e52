"""`caseledger policy what-if` interrupted: what it printed is whole, and its totals are said to be of a part."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from caseledger.bootstrap import start
from caseledger.cli.status import ExitStatus
from caseledger.settings import LogLevel, Settings
from tests.support.cli_folder import KR, copied
from tests.support.past_findings import write_findings

ROOT = Path(__file__).parents[2]
PROGRAM = "import sys; sys.argv[0] = 'caseledger'; from caseledger.cli import main; main()"
PACK = ROOT / "policies" / KR / "2020-12-18.toml"
FINDINGS = 1_000
"""All of them differ, which is many times what a pipe holds: the program waits for its reader long before the end."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with start(Settings(data=copied(tmp_path / "data"), log_level=LogLevel.ERROR)) as caseledger:
        write_findings(caseledger.ledger(KR), FINDINGS, FINDINGS)
    return tmp_path / "data"


@pytest.fixture
def milder(tmp_path: Path) -> Path:
    text = PACK.read_text(encoding="utf-8")
    file = tmp_path / "milder.toml"
    file.write_text(
        text.replace('default = { serious = "mute:P1D" }', 'default = { serious = "warn" }'), encoding="utf-8"
    )
    return file


def interrupted(data: Path, *arguments: str) -> Iterator[str]:
    """Status, output and error of the program, interrupted when something of it was read."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "policy", "what-if", *arguments],
        env={**os.environ, "CASELEDGER_DATA": str(data), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    first = os.read(process.stdout.fileno(), 1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == ExitStatus.INTERRUPTED
    yield (first + out).decode()
    yield err.decode()


def test_ctrl_c_leaves_a_whole_document_with_the_totals_of_the_part(data: Path, milder: Path) -> None:
    out, err = interrupted(data, "--pack", str(milder), "--json")
    found = json.loads(out)
    totals = found["totals"]
    assert found["complete"] is False
    assert 0 < totals["different"] == len(found["rulings"]) <= totals["judged"] < FINDINGS
    told = json.loads(err)["error"]
    assert told["code"] == "interrupted"
    assert f"events 1 to {totals['position']} alone" in told["reason"]


def test_ctrl_c_tells_people_that_the_totals_are_of_a_part(data: Path, milder: Path) -> None:
    out, err = interrupted(data, "--pack", str(milder))
    assert "Interrupted: totals of a part" in out
    assert err.startswith("caseledger: interrupted: ")
    assert err.count("\n") == 1

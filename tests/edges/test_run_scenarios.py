"""The scenarios that ship: every line does what it expects, once, whatever interrupts the run."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import ROOT, SCENARIOS, Ended, all_facts, caseledger

FILES = sorted(SCENARIOS.glob("*.jsonl"), key=lambda file: file.name)
PLATFORMS = [file.stem for file in FILES]
POLICIES = ROOT / "policies"
RUN = """
import sys
from caseledger.application.scenario import Rules
from caseledger.cli.running import run_lines
run_lines(sys.argv[1], Rules(sys.argv[2], check=True), quiet=False)
"""

Played = tuple[Path, Path, Ended]
"""A scenario, the folder it was played in, and how that ended."""


def play(data: Path, file: Path, given: bytes | None = None) -> Ended:
    where = "-" if given is not None else str(file)
    return caseledger("run", "--expect", "--quiet", "--platform", file.stem, where, data=data, given=given or b"")


@pytest.fixture(scope="module", params=FILES, ids=PLATFORMS)
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """A scenario, the folder it was played in, and how that ended."""
    data = tmp_path_factory.mktemp("played")
    return request.param, data, play(data, request.param)


def test_there_is_a_scenario_for_every_platform_that_ships() -> None:
    assert sorted(folder.name for folder in POLICIES.iterdir() if folder.is_dir()) == PLATFORMS


def test_every_line_does_what_it_expects(played: Played) -> None:
    _, _, ended = played
    assert ended.status == 0, ended.out
    assert ended.lines == [ended.lines[-1]]
    assert ended.summary["mismatches"] == ended.summary["malformed"] == ended.summary["skipped"] == 0
    assert ended.summary["took_effect"] > 60
    assert ended.summary["refused"] > 2


def test_every_line_says_what_it_expects(played: Played) -> None:
    file, _, _ = played
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if '"expect"' not in line] == []


def test_a_second_run_changes_nothing(played: Played) -> None:
    file, data, first = played
    before = all_facts(data)
    again = play(data, file)
    assert again.status == 0, again.out
    assert again.summary["took_effect"] == again.summary["mismatches"] == 0
    assert again.summary["repeated"] == first.summary["took_effect"] + first.summary["repeated"]
    assert all_facts(data) == before


@pytest.mark.parametrize("kept", [9, 41, 77, 120])
def test_a_run_that_was_cut_off_is_completed_by_the_next(played: Played, tmp_path: Path, kept: int) -> None:
    file, data, _ = played
    lines = file.read_bytes().splitlines(keepends=True)
    shutil.copytree(data / "secrets", tmp_path / "secrets")
    assert play(tmp_path, file, b"".join(lines[:kept])).status == 0
    ended = play(tmp_path, file)
    assert ended.status == 0, ended.out
    assert all_facts(tmp_path) == all_facts(data)


@pytest.mark.parametrize("lines_seen", [1, 30, 75])
def test_a_run_that_was_killed_is_completed_by_the_next(tmp_path: Path, lines_seen: int) -> None:
    whole, killed, file = tmp_path / "whole", tmp_path / "killed", FILES[0]
    assert play(whole, file).status == 0
    shutil.copytree(whole / "secrets", killed / "secrets")
    command = [sys.executable, "-c", RUN, str(file), file.stem]
    environment = {**os.environ, "CASELEDGER_DATA": str(killed), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as process:
        for _ in range(lines_seen):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    cut = len(all_facts(killed)[file.stem])
    assert cut < len(all_facts(whole)[file.stem])
    assert play(killed, file).status == 0
    assert all_facts(killed) == all_facts(whole)


def test_two_runs_at_the_same_time_come_to_the_same(tmp_path: Path) -> None:
    alone, both, file = tmp_path / "alone", tmp_path / "both", FILES[-1]
    assert play(alone, file).status == 0
    shutil.copytree(alone / "secrets", both / "secrets")
    command = [sys.executable, "-c", RUN, str(file), file.stem]
    environment = {**os.environ, "CASELEDGER_DATA": str(both), "PYTHONPATH": str(ROOT)}
    nothing = subprocess.DEVNULL
    processes = [subprocess.Popen(command, stdout=nothing, stderr=nothing, env=environment) for _ in range(2)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    assert all_facts(both) == all_facts(alone)

"""`caseledger keep-time` as a process: killed in the middle, two at once, after days of standstill, told to end."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.command_line import COMMAND, all_facts, caseledger, json_lines
from tests.support.overdue import KR, MISSED, command

REPORTS = 40


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A ledger that stood still since: every report of it is overdue."""
    folder = tmp_path / "data"
    told = caseledger("run", "--quiet", "-", data=folder, given=json_lines(*map(command, range(REPORTS))))
    assert told.summary["took_effect"] == REPORTS
    return folder


@contextmanager
def keeping(data: Path, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """The command as a process of its own."""
    environment = {**os.environ, "CASELEDGER_DATA": str(data)}
    with subprocess.Popen(
        (*COMMAND, "keep-time", "--json", *arguments),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


def missed(data: Path) -> list[tuple[str, str]]:
    """Which deadlines were recorded as missed, and when each was, in the ledger's order."""
    facts = all_facts(data)[KR]
    return [(str(fact.stream.uuid), fact.event.occurred_at.isoformat()) for fact in facts if fact.event.TYPE == MISSED]


def test_after_days_of_standstill_it_catches_up_in_order_of_due_time(data: Path) -> None:
    once = caseledger("keep-time", "--once", "--json", data=data)
    assert once.status == 0, once.err
    assert [line["command"] for line in once.lines] == ["miss_deadline"] * REPORTS
    dated = [line["due_at"] for line in once.lines]
    assert dated == sorted(dated)
    assert [moment for _, moment in missed(data)] == sorted(moment for _, moment in missed(data))
    assert caseledger("keep-time", "--once", "--json", data=data).out == ""


def test_killed_in_the_middle_it_goes_on_where_it_was_and_leaves_the_same_facts(data: Path, tmp_path: Path) -> None:
    with keeping(data) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["command"] == "miss_deadline"
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert caseledger("keep-time", "--once", data=data).status == 0
    undisturbed = tmp_path / "other"
    caseledger("run", "--quiet", "-", data=undisturbed, given=json_lines(*map(command, range(REPORTS))))
    caseledger("keep-time", "--once", data=undisturbed)
    assert missed(data) == missed(undisturbed)
    assert len(missed(data)) == REPORTS


def test_two_at_once_record_everything_once(data: Path) -> None:
    with keeping(data, "--once") as one, keeping(data, "--once") as other:
        told = [line for process in (one, other) for line in process.communicate()[0].splitlines()]
    assert (one.returncode, other.returncode) == (0, 0)
    assert len(told) == len(missed(data)) == len(set(missed(data))) == REPORTS


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_looks_again_until_it_is_told_to_end(data: Path, ending: signal.Signals) -> None:
    environment = {**os.environ, "CASELEDGER_DATA": str(data)}
    with keeping(data, "--every", "0.05") as process:
        assert process.stdout is not None
        for _ in range(REPORTS):
            process.stdout.readline()
        late = json.dumps(command(REPORTS))
        subprocess.run((*COMMAND, "run", "-"), env=environment, input=late, text=True, check=True, capture_output=True)
        assert json.loads(process.stdout.readline())["events"][0]["type"] == MISSED
        process.send_signal(ending)
        rest = process.communicate()[0]
    assert (process.returncode, rest) == (0, "")


def test_up_keeps_time_as_well(data: Path) -> None:
    environment = {**os.environ, "CASELEDGER_DATA": str(data)}
    with subprocess.Popen((*COMMAND, "up"), env=environment, stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout is not None
        lines = [service.stdout.readline() for _ in range(REPORTS + 1)]
        service.send_signal(signal.SIGTERM)
        assert "every read model is at its ledger's end" in service.stdout.read()
    assert service.returncode == 0
    assert all("miss deadline" in line for line in lines[1:])
    assert len(missed(data)) == REPORTS

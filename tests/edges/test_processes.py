"""Long-running processes as an operator sees them: probed, scraped, told to end under load, without what they need."""

import json
import shutil
import signal
from pathlib import Path

import pytest

from caseledger.cli.status import ExitStatus
from caseledger.processes.ending import STOP_S_MAX
from infra.local_kafka.ports import free_ports
from tests.support.command_line import all_facts, caseledger, json_lines
from tests.support.overdue import KR, MISSED, report
from tests.support.processes import Service

REPORTS = 400


@pytest.fixture(scope="module")
def overdue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of many overdue cases, without read models."""
    folder = tmp_path_factory.mktemp("overdue")
    file = folder / "reports.jsonl"
    file.write_bytes(json_lines(*map(report, range(REPORTS))))
    assert caseledger("ingest", str(file), data=folder / "data").status == 0
    return folder / "data"


@pytest.fixture
def data(overdue: Path, tmp_path: Path) -> Path:
    """A copy of that ledger."""
    return Path(shutil.copytree(overdue, tmp_path / "data"))


def test_keep_time_told_to_end_under_load_ends_between_two_commands_with_nothing_in_doubt(data: Path) -> None:
    with Service("keep-time", "--json", data=data) as service:
        service.wait(lambda: len(service.out) > 20)
        took_s = service.end()
        told = [json.loads(line) for line in service.out]
    assert (service.process.returncode, took_s < STOP_S_MAX) == (0, True), service.err
    facts = all_facts(data)[KR]
    assert 20 < len(told) < REPORTS
    assert [fact.event_id for fact in facts if fact.event.TYPE == MISSED] == [each["events"][0]["id"] for each in told]


def test_metrics_tell_what_keep_time_did_and_probes_that_it_is_ready(data: Path) -> None:
    with Service("keep-time", "--every", "0.05", data=data) as service:
        service.wait(lambda: len(service.out) == REPORTS)
        service.wait_ready()
        assert service.live() == 200
        kept = service.metric("time_commands_total", platform=KR, command="miss_deadline", outcome="recorded")
        appends = service.metric("appends_total", platform=KR)
        assert (kept, appends) == (REPORTS, REPORTS)
        assert service.metric("appends_in_doubt", platform=KR) == 0
        assert service.metric("append_seconds_count", platform=KR) == REPORTS
        assert service.metric("process_ready", process="keep-time") == 1
        service.end()


def test_up_told_to_end_while_it_catches_up_ends_in_time_and_goes_on_later(data: Path) -> None:
    with Service("up", data=data) as service:
        service.wait(lambda: len(service.out) > 20)
        assert service.end(signal.SIGINT) < STOP_S_MAX
        assert service.process.returncode == 0, service.err
        told = len([line for line in service.out if "miss deadline" in line])
    facts = all_facts(data)[KR]
    assert len([fact for fact in facts if fact.event.TYPE == MISSED]) == told
    with Service("up", "--no-keep-time", data=data) as service:
        at = {"platform": KR, "read_model": "queue"}
        service.wait(lambda: service.metric("read_model_lag_positions", **at) == 0)
        assert service.metric("read_model_lag_seconds", **at) == 0
        service.end()


def test_a_process_that_still_looks_for_its_brokers_ends_at_once(tmp_path: Path) -> None:
    nobody = f"127.0.0.1:{free_ports(1)[0]}"
    with Service("consume", "--platform", KR, data=tmp_path / "data", CASELEDGER_KAFKA=nobody) as service:
        assert service.ready() == (503, ["starting"])
        assert service.end() < STOP_S_MAX / 2
        assert service.process.returncode == 0, service.err


def test_a_database_that_stays_away_ends_the_process_after_a_bounded_time_and_its_password_is_not_told(
    overdue: Path, tmp_path: Path
) -> None:
    nobody = f"127.0.0.1:{free_ports(1)[0]}"
    url = f"postgresql+psycopg://somebody:canary-7d2e@{nobody}/models"
    settings = {"CASELEDGER_READ_MODELS_URL": url, "CASELEDGER_RETRY_S": "2", "CASELEDGER_LOG_LEVEL": "debug"}
    data = Path(shutil.copytree(overdue, tmp_path / "data"))
    with Service("project", data=data, **settings) as service:
        assert service.process.wait(60) == ExitStatus.UNAVAILABLE
        *lines, last = service.err.splitlines()
    tries = [line for line in lines if "process_tries_again" in line]
    assert len(tries) > 1
    assert all(nobody in line for line in (*tries, last))
    assert "canary-7d2e" not in service.err

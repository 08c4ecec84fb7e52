"""`caseledger project` as processes: one works, others stand by and take over; nothing is doubled, nothing left out."""

import signal
from contextlib import ExitStack
from pathlib import Path

import pytest

from caseledger.bootstrap import Caseledger
from projections.catalogue import read_models
from tests.support.command_line import caseledger
from tests.support.postgres import postgres_server, postgres_url  # noqa: F401 - fixtures
from tests.support.processes import Service
from tests.support.projectors import KR, WAIT_S_MAX, current, file_reports, projecting, rebuilt, settings

ALL = ", ".join(model.name for model in read_models())
PROJECTS, STANDS_BY = f"projects {ALL}", f"stands by for {ALL}"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file_reports(tmp_path / "data", 0, 20)
    return tmp_path / "data"


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_who_stands_by_takes_over_when_the_other_dies_or_ends(
    data: Path,
    postgres_url: str,  # noqa: F811 - the fixture
    ending: signal.Signals,
) -> None:
    _take_over(data, postgres_url, ending)


def test_on_sqlite_it_takes_over_as_well(data: Path) -> None:
    _take_over(data, None, signal.SIGKILL)


def _take_over(data: Path, url: str | None, ending: signal.Signals) -> None:
    with projecting(data, url) as first:
        first.says(KR, PROJECTS)
        with projecting(data, url) as second:
            second.says(KR, STANDS_BY)
            assert current(data, url) == rebuilt(data)
            first.end(ending)
            second.says(KR, PROJECTS)
            file_reports(data, 20, 20)
            assert current(data, url) == rebuilt(data)
            second.end(signal.SIGTERM)
            assert (second.process.returncode, second.said[-1]) == (0, "ended\n")


def test_up_stands_by_for_what_another_process_projects(data: Path) -> None:
    at = {"platform": KR, "read_model": "queue"}
    with ExitStack() as stack:
        first = stack.enter_context(projecting(data, None))
        first.says(KR, PROJECTS)
        up = stack.enter_context(Service("up", "--no-keep-time", data=data))
        up.wait(lambda: up.metric("read_model_active", **at) == 0)
        first.end(signal.SIGTERM)
        up.wait(lambda: up.metric("read_model_active", **at) == 1)
        assert current(data, None) == rebuilt(data)
        up.end()
    assert "every read model is at its ledger's end" in up.out[-1]


DIES_BETWEEN_ROWS_AND_COMMIT = """
import os, signal
from caseledger.processes import projecting
from infra.read_models.store import SqlBatch

projecting.run.__kwdefaults__["batch_max"] = 20
move = SqlBatch.move

def die(self, names, position):
    move(self, names, position)
    if position == 40:
        os.kill(os.getpid(), signal.SIGKILL)

SqlBatch.move = die
"""
DIES_AFTER_COMMIT = """
import os, signal
from caseledger.processes import projecting

projecting.run.__kwdefaults__["batch_max"] = 20
step = projecting.CatchUp.step

def die(self, *given):
    events = step(self, *given)
    if self.position() == 40:
        os.kill(os.getpid(), signal.SIGKILL)
    return events

projecting.CatchUp.step = die
"""


@pytest.mark.parametrize(("dying", "left"), [(DIES_BETWEEN_ROWS_AND_COMMIT, 20), (DIES_AFTER_COMMIT, 40)])
def test_killed_at_any_point_of_a_batch_the_one_that_stands_by_goes_on_from_there(
    data: Path,
    postgres_url: str,  # noqa: F811 - the fixture
    dying: str,
    left: int,
) -> None:
    url = postgres_url
    with projecting(data, url, before=dying) as first:
        first.process.wait(WAIT_S_MAX)
        assert first.process.returncode == -signal.SIGKILL
    with Caseledger(settings(data, url)) as opened:
        assert set(opened.read_models.positions(KR).values()) == {left}
    with projecting(data, url) as second:
        second.says(KR, PROJECTS)
        assert current(data, url) == rebuilt(data)


STANDS_STILL_BETWEEN_ROWS_AND_COMMIT = """
import os, signal
from caseledger.processes import projecting
from infra.read_models import engine
from infra.read_models.store import SqlBatch

engine.STILL_MS = 500
projecting.run.__kwdefaults__["batch_max"] = 20
move = SqlBatch.move

def stand_still(self, names, position):
    move(self, names, position)
    if position == 40:
        os.kill(os.getpid(), signal.SIGSTOP)

SqlBatch.move = stand_still
"""


def test_one_that_stands_still_with_rows_locked_is_replaced_and_doubles_nothing_when_it_goes_on(
    data: Path,
    postgres_url: str,  # noqa: F811 - the fixture
) -> None:
    url = postgres_url
    with projecting(data, url, before=STANDS_STILL_BETWEEN_ROWS_AND_COMMIT) as first:
        first.says(KR, PROJECTS)
        with projecting(data, url) as second:
            second.says(KR, PROJECTS)
            assert current(data, url) == rebuilt(data)
            first.process.send_signal(signal.SIGCONT)
            first.says(KR, STANDS_BY)
            file_reports(data, 20, 20)
            assert current(data, url) == rebuilt(data)
            assert "process_tries_again" in first.end(signal.SIGTERM)
            assert first.process.returncode == 0


def test_two_that_begin_at_once_share_the_read_models_and_double_nothing(data: Path, postgres_url: str) -> None:  # noqa: F811 - the fixture
    url = postgres_url
    with projecting(data, url, "--read-model", "queue") as one, projecting(data, url) as other:
        for each in (one, other):
            each.says(KR)
        assert current(data, url) == rebuilt(data)
        assert sum("queue" in line.partition("stands by")[0] for line in (one.said[0], other.said[0])) == 1


def test_a_read_model_or_platform_that_does_not_exist_is_wrong_usage(data: Path) -> None:
    assert caseledger("project", "--read-model", "quue", data=data).status == 2
    assert caseledger("project", "--platform", "Nobody", data=data).status == 2
    assert caseledger("project", "--platform", "nobody", data=data).status == 1

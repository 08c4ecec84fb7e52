"""`caseledger project` as processes: one works, others stand by and take over; nothing is doubled, nothing left out."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from projections.catalogue import read_models
from tests.support.postgres import new_database, postgres_server  # noqa: F401 - fixtures
from tests.support.projectors import KR, current, file_reports, projecting, rebuilt

ALL = ", ".join(model.name for model in read_models())
PROJECTS, STANDS_BY = f"projects {ALL}", f"stands by for {ALL}"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    if request.param == "sqlite":
        yield None
        return
    with new_database(request.getfixturevalue("postgres_server")) as address:
        yield address


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file_reports(tmp_path / "data", 0, 20)
    return tmp_path / "data"


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_who_stands_by_takes_over_when_the_other_dies_or_ends(
    data: Path, url: str | None, ending: signal.Signals
) -> None:
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

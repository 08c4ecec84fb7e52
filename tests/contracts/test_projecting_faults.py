"""Projecting onto a real PostgreSQL whose connections are cut at every step, and two who project without a lock."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from caseledger.bootstrap import Caseledger
from caseledger.processes import projecting
from caseledger.processes.projecting import Projecting, run
from infra.read_models.errors import ReadModelsUnavailable
from infra.read_models.store import ReadModelStore, SqlBatch
from projections.catalogue import read_models
from tests.support.postgres import postgres_server, postgres_url  # noqa: F401 - fixtures
from tests.support.projectors import KR, WAIT_S_MAX, current, file_reports, rebuilt, settings

MODELS = read_models()
STEPS = ("before_looking", "after_reading", "before_writing", "after_writing", "after_moving", "after_committing")


class Watching:
    """A meter that ends the work as soon as nothing lags."""

    def __init__(self, caseledger: Caseledger) -> None:
        self.stop = threading.Event()
        self.failures = 0
        self.lags: dict[str, tuple[int, float]] = {}
        self.held: list[int] = []
        self._caseledger = caseledger

    def active(self, platform: str, projected: list[str], standing_by: list[str]) -> None:
        self.held.append(len(projected))

    def lag(self, platform: str, read_model: str, positions: int, seconds: float) -> None:
        self.lags[read_model] = (positions, seconds)
        if len(self.lags) == len(MODELS) and not any(lag for lag, _ in self.lags.values()):
            self.stop.set()

    def applied(self, platform: str, events: int, seconds: float) -> None:
        assert events > 0

    def failed(self) -> None:
        self.failures += 1


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file_reports(tmp_path / "data", 0, 20)
    return tmp_path / "data"


@pytest.fixture
def service(data: Path, postgres_url: str) -> Iterator[Caseledger]:  # noqa: F811 - the fixture
    with Caseledger(settings(data, postgres_url)) as caseledger:
        yield caseledger


def cut(url: str) -> None:
    """End every other session of the database, as an administrator or a restart would."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


class CutOnce(ReadModelStore):
    """A database whose connections are all cut once, at one step of the second batch."""

    at = ""
    url = ""
    batches: Iterator[int]

    @contextmanager
    def look(self, platform: str) -> Iterator[SqlBatch]:
        self._cut("before_looking")
        with super().look(platform) as looked:
            yield looked
            self._cut("after_reading")

    @contextmanager
    def batch(self, platform: str) -> Iterator[SqlBatch]:
        with super().batch(platform) as batch:
            batch.positions(["queue"])
            self._cut("before_writing")
            write, move = batch.write, batch.move
            batch.write = self._then("after_writing", write)
            batch.move = self._then("after_moving", move)
            yield batch
        self._cut("after_committing")
        next(self.batches)

    def _then(self, step: str, done: Callable[..., None]) -> Callable[..., None]:
        def do(*given: object) -> None:
            done(*given)
            self._cut(step)

        return do

    def _cut(self, step: str) -> None:
        if step == self.at and next(self.batches) == 1:
            cut(self.url)


@pytest.mark.parametrize("step", STEPS)
def test_a_connection_cut_at_any_step_leaves_nothing_out_and_doubles_nothing(
    service: Caseledger,
    data: Path,
    postgres_url: str,
    step: str,
    monkeypatch: pytest.MonkeyPatch,  # noqa: F811
) -> None:
    monkeypatch.setattr(projecting, "BACK_OFF_S_MIN", 0.01)
    store = service.read_models
    store.__class__ = CutOnce
    store.at, store.url, store.batches = step, postgres_url, count()
    meter = Watching(service)
    run(service, service.platforms, MODELS, meter.stop, meter)
    assert meter.failures == 1
    assert current(data, postgres_url) == rebuilt(data)

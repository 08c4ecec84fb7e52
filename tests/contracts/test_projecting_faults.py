"""Projecting onto a real PostgreSQL whose connections are cut at every step, and two who project without a lock."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from caseledger.bootstrap import Caseledger
from caseledger.processes.projecting import Projecting, run
from infra.read_models.errors import ReadModelsUnavailable
from infra.read_models.locks import OwnLocks
from infra.read_models.store import ReadModelStore, SqlBatch
from projections.catalogue import by_name, read_models
from tests.support.postgres import postgres_server, postgres_url  # noqa: F401 - fixtures
from tests.support.projectors import KR, WAIT_S_MAX, Silent, current, file_reports, rebuilt, settings

MODELS = read_models()
STEPS = ("before_looking", "after_reading", "before_writing", "after_writing", "after_moving", "after_committing")


class Watching(Silent):
    """A meter that ends the work as soon as nothing lags."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.lags: dict[str, tuple[int, float]] = {}

    def lag(self, _platform: str, read_model: str, positions: int, seconds: float) -> None:
        self.lags[read_model] = (positions, seconds)
        if len(self.lags) == len(MODELS) and not any(lag for lag, _ in self.lags.values()):
            self.stop.set()


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
    times: Iterator[int]

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

    def _then(self, step: str, done: Callable[..., None]) -> Callable[..., None]:
        def do(*given: object) -> None:
            done(*given)
            self._cut(step)

        return do

    def _cut(self, step: str) -> None:
        if step == self.at and next(self.times) == 1:
            cut(self.url)


@pytest.mark.parametrize("step", STEPS)
def test_a_connection_cut_at_any_step_leaves_nothing_out_and_doubles_nothing(
    service: Caseledger,
    data: Path,
    postgres_url: str,  # noqa: F811 - the fixture
    step: str,
) -> None:
    store = service.read_models
    store.__class__ = CutOnce
    store.at, store.url, store.times = step, postgres_url, count()
    meter = Watching()
    with pytest.raises(ReadModelsUnavailable):
        run(service, service.platforms, MODELS, meter.stop, meter, batch_max=20)
    run(service, service.platforms, MODELS, meter.stop, meter, batch_max=20)
    assert current(data, postgres_url) == rebuilt(data)


def test_a_database_that_is_away_is_an_error_that_names_it_and_no_secret(service: Caseledger) -> None:
    away = "postgresql://somebody:hunter2@/nowhere?host=/not/there&sslpassword=hunter2"
    with Caseledger(settings(service.settings.data, away)) as lost:
        meter = Watching()
        with pytest.raises(ReadModelsUnavailable, match="/not/there") as fault:
            run(lost, lost.platforms, MODELS, meter.stop, meter)
    assert "nowhere" in str(fault.value)
    assert "hunter2" not in str(fault.value)


def test_rows_that_another_keeps_locked_are_waited_for_within_a_bound(
    service: Caseledger,
    postgres_url: str,  # noqa: F811 - the fixture
) -> None:
    model = by_name("queue")
    service.read_models.reset(KR, [model])
    with psycopg.connect(postgres_url) as other, ReadModelStore.open(postgres_url, busy_timeout_ms=200) as store:
        other.execute("SELECT FROM read_model_checkpoints FOR UPDATE")
        with pytest.raises(ReadModelsUnavailable, match="lock timeout"):
            store.reset(KR, [model])
        other.rollback()
        store.reset(KR, [model])


def test_who_lost_the_lock_and_does_not_know_it_doubles_nothing(
    service: Caseledger,
    data: Path,
    postgres_url: str,  # noqa: F811
) -> None:
    """Both believe that they are the only one, and begin at once with small batches."""
    with Caseledger(settings(data, postgres_url)) as other:
        start = threading.Barrier(2)
        workers = [threading.Thread(target=_project_unlocked, args=(each, start)) for each in (service, other)]
        for caseledger in (service, other):
            assert caseledger.read_models.positions(KR) == {}
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(WAIT_S_MAX)
    assert current(data, postgres_url) == rebuilt(data)


def _project_unlocked(caseledger: Caseledger, start: threading.Barrier) -> None:
    caseledger.read_models.locks = OwnLocks
    meter = Watching()
    start.wait(WAIT_S_MAX)
    run(caseledger, caseledger.platforms, MODELS, meter.stop, meter, batch_max=3)


def test_a_lag_is_told_in_events_and_seconds(service: Caseledger) -> None:
    meter = Watching()
    work = Projecting(service, service.platforms, MODELS, meter)
    work.turn(threading.Event())
    work.let_go()
    head = service.ledger(KR).head()
    assert {lag for lag, _ in meter.lags.values()} == {head}
    assert all(0 < seconds < WAIT_S_MAX for _, seconds in meter.lags.values())
    run(service, service.platforms, MODELS, meter.stop, meter)
    assert set(meter.lags.values()) == {(0, 0.0)}


def test_one_read_model_that_begins_anew_does_not_hold_up_the_others(service: Caseledger, data: Path) -> None:
    meter = Watching()
    run(service, service.platforms, MODELS, meter.stop, meter)
    service.read_models.reset(KR, [by_name("queue")])
    before = service.ledger(KR).head()
    file_reports(data, 20, 5)
    work = Projecting(service, service.platforms, MODELS, meter, batch_max=20)
    work.turn(threading.Event())
    positions = dict(service.read_models.positions(KR))
    assert positions.pop("queue") == 20
    assert set(positions.values()) == {service.ledger(KR).head()}
    assert service.ledger(KR).head() > before
    while work.turn(threading.Event()):
        pass
    work.let_go()
    assert set(service.read_models.positions(KR).values()) == {service.ledger(KR).head()}

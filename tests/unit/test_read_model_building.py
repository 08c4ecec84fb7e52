"""Read models built beside the live ones: they take their place all at once, and what died leaves nothing behind."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from infra.read_models.building import building_folder
from infra.read_models.errors import ReadModelsUnavailable
from infra.read_models.store import ReadModelStore
from projections.catalogue import by_name, read_models
from projections.catch_up import CatchUp
from projections.queries import Query
from tests.support.postgres import new_database, postgres_server  # noqa: F401 - fixtures
from tests.support.read_model_histories import random_ledger
from tests.support.read_model_ledger import PLATFORM, Ledger

ROOT = Path(__file__).parents[2]
OTHER = "36kr-jiangsu"
MODELS = read_models()
DIE_WHILE_BUILDING = """
import os, signal, sys
from pathlib import Path
from infra.read_models.building import building_folder

with building_folder(Path(sys.argv[1])) as folder:
    (folder / "0.sqlite").write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(params=["sqlite", "postgres"])
def live(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReadModelStore]:
    """What two platforms have, from a ledger that went on since."""
    if request.param == "postgres":
        with new_database(request.getfixturevalue("postgres_server")) as url, filled(url) as store:
            yield store
        return
    with filled(f"sqlite:///{tmp_path / 'live.db'}") as store:
        yield store


@contextmanager
def filled(url: str) -> Iterator[ReadModelStore]:
    with ReadModelStore.open(url) as store:
        store.prepare(MODELS)
        for platform in (PLATFORM, OTHER):
            CatchUp(platform, MODELS, random_ledger(3, 60), store).run()
        yield store


def build(file: Path, ledger: Ledger) -> dict[str, str]:
    with ReadModelStore.beside(file, MODELS) as store:
        CatchUp(PLATFORM, MODELS, ledger, store, batch_max=50).run()
        store.finish(MODELS)
        return digests(store, PLATFORM)


def digests(store: ReadModelStore, platform: str) -> dict[str, str]:
    return {model.name: store.digest(platform, model) for model in MODELS}


def test_what_was_built_stands_in_the_place_of_what_was_live(live: ReadModelStore, tmp_path: Path) -> None:
    ledger = random_ledger(7, 200)
    expected = build(tmp_path / "built.db", ledger)
    assert digests(live, PLATFORM) != expected
    live.take_over(PLATFORM, tmp_path / "built.db", MODELS)
    assert digests(live, PLATFORM) == expected
    assert set(live.positions(PLATFORM).values()) == {len(ledger.events)}


@pytest.mark.parametrize("alone", [False, True])
def test_the_rows_of_another_platform_stay(live: ReadModelStore, tmp_path: Path, *, alone: bool) -> None:
    if alone:
        live.reset(OTHER, MODELS)
    before = digests(live, OTHER), live.positions(OTHER)
    build(tmp_path / "built.db", random_ledger(7, 100))
    live.take_over(PLATFORM, tmp_path / "built.db", MODELS)
    assert (digests(live, OTHER), live.positions(OTHER)) == before


def test_secondary_indexes_are_those_of_live_tables(tmp_path: Path) -> None:
    with filled(f"sqlite:///{tmp_path / 'live.db'}"):
        pass
    build(tmp_path / "built.db", random_ledger(7, 50))
    query = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
    with (
        closing(sqlite3.connect(tmp_path / "built.db")) as built,
        closing(sqlite3.connect(tmp_path / "live.db")) as there,
    ):
        assert built.execute(query).fetchall() == there.execute(query).fetchall() != []


def test_what_fails_half_way_leaves_the_read_model_as_it_was(live: ReadModelStore, tmp_path: Path) -> None:
    last = MODELS[-1]
    expected = build(tmp_path / "built.db", random_ledger(7, 100))
    with closing(sqlite3.connect(tmp_path / "built.db")) as file, file:
        file.execute(f"DROP TABLE {last.tables[-1].name}")
    before = live.digest(PLATFORM, last), live.position(PLATFORM, last.name)
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        live.take_over(PLATFORM, tmp_path / "built.db", MODELS)
    assert (live.digest(PLATFORM, last), live.position(PLATFORM, last.name)) == before
    assert live.digest(PLATFORM, MODELS[0]) == expected[MODELS[0].name]
    longer = random_ledger(3, 80)
    CatchUp(PLATFORM, [last], longer, live).run()
    assert live.position(PLATFORM, last.name) == len(longer.events)


def test_a_row_that_was_changed_by_hand_is_as_it_was_built(live: ReadModelStore, tmp_path: Path) -> None:
    expected = build(tmp_path / "built.db", random_ledger(3, 60))
    with live.engine.begin() as connection:
        for change in ("UPDATE queue SET urgency = 9", "DELETE FROM deadlines", "UPDATE audit_trail SET version = 77"):
            connection.exec_driver_sql(f"{change} WHERE platform = '{PLATFORM}'")
    assert digests(live, PLATFORM) != expected
    live.take_over(PLATFORM, tmp_path / "built.db", MODELS)
    assert digests(live, PLATFORM) == expected


def test_who_reads_meanwhile_sees_what_was_there_before(live: ReadModelStore, tmp_path: Path) -> None:
    before = len(list(live.select(PLATFORM, Query("audit_trail"))))
    build(tmp_path / "built.db", random_ledger(7, 200))
    with live.look(PLATFORM) as looked:
        assert looked.reached(["audit_trail"]) == {"audit_trail": before}
        live.take_over(PLATFORM, tmp_path / "built.db", MODELS)
        keys = [(position,) for position in range(1, 202)]
        assert len(list(looked.by_keys(by_name("audit_trail").tables[0], keys))) == before
    assert len(list(live.select(PLATFORM, Query("audit_trail")))) > before


def test_a_live_database_that_stays_locked_is_named(tmp_path: Path) -> None:
    build(tmp_path / "built.db", random_ledger(7, 20))
    with ReadModelStore.open(f"sqlite:///{tmp_path / 'live.db'}", busy_timeout_ms=1) as store:
        store.prepare(MODELS)
        with store.batch(OTHER), pytest.raises(ReadModelsUnavailable, match="stayed locked"):
            store.take_over(PLATFORM, tmp_path / "built.db", MODELS)


def test_a_folder_goes_with_its_block_and_one_in_use_is_left_to_its_owner(tmp_path: Path) -> None:
    with building_folder(tmp_path / "live.db") as first:
        (first / "0.sqlite").touch()
        with building_folder(tmp_path / "live.db") as second:
            assert first.is_dir()
            assert second != first
        assert (first / "0.sqlite").is_file()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_taken_away_by_the_next(tmp_path: Path) -> None:
    command = [sys.executable, "-c", DIE_WHILE_BUILDING, str(tmp_path / "live.db")]
    killed = subprocess.run(command, cwd=ROOT, check=False, env=dict(os.environ))
    assert killed.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    with building_folder(tmp_path / "live.db"):
        assert not left.exists()


def test_a_store_in_memory_has_no_file(tmp_path: Path) -> None:
    with ReadModelStore.open("sqlite://") as store:
        assert store.file is None
    with ReadModelStore.open(f"sqlite:///{tmp_path / 'live.db'}") as store:
        assert store.file == tmp_path / "live.db"


def test_a_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReadModelsUnavailable, match="none"):
        ReadModelStore.beside(tmp_path / "none" / "built.db", MODELS)

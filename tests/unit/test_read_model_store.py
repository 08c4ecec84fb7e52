"""How the database of the read models is opened, guarded and asked, and what happens when it is not as it should be."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError, ProgrammingError

from domain.cases.events import CaseNoteAdded
from domain.events import Event
from domain.recorded import Recorded
from infra.read_models.errors import ReadModelsDamaged, ReadModelsForeign, ReadModelsUnavailable, ReadModelsUnusable
from infra.read_models.examine import Examination, examine
from infra.read_models.store import ReadModelStore
from projections.catalogue import by_name, read_models
from projections.catch_up import CatchUp
from projections.queries import Query
from tests.support.postgres import new_database, postgres_server, postgres_url  # noqa: F401 - fixtures
from tests.support.read_model_decisions import decide, report_to_case
from tests.support.read_model_histories import random_ledger
from tests.support.read_model_ledger import PLATFORM, Ledger, built

ROOT = Path(__file__).parents[2]
DIE_IN_THE_MIDDLE = """
import os, signal, sys
from infra.read_models.store import ReadModelStore, SqlBatch
from projections.catalogue import read_models
from projections.catch_up import CatchUp
from tests.support.read_model_histories import random_ledger

write = SqlBatch.write
batches = iter(range(3))

def die(self, changes):
    write(self, changes)
    if next(batches, None) is None:
        os.kill(os.getpid(), signal.SIGKILL)

SqlBatch.write = die
store = ReadModelStore.open(sys.argv[1])
store.prepare(read_models())
CatchUp("moji-weather", read_models(), random_ledger(7, 200), store, batch_max=20).run()
"""


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def filled(path: Path) -> None:
    ledger = Ledger()
    report_to_case(ledger, "one")
    decide(ledger, "one")
    with ReadModelStore.open(url_of(path)) as store:
        store.prepare(read_models())
        CatchUp(PLATFORM, read_models(), ledger, store).run()


def test_nobody_else_may_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "read-models.db"
    filled(path)
    with ReadModelStore.open(url_of(path)) as store:
        store.prepare(read_models())
        modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == {0o600}


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "read-models.db"
    path.write_bytes(b"certainly not a database" * 100)
    with pytest.raises(ReadModelsDamaged, match=r"read-models\.db"):
        ReadModelStore.open(url_of(path))
    assert path.read_bytes() == b"certainly not a database" * 100
    assert "damaged" in examine(url_of(path)).problems[0]


def test_a_page_that_was_overwritten_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "read-models.db"
    filled(path)
    content = bytearray(path.read_bytes())
    content[4096 * 3 :] = b"\xa5" * (len(content) - 4096 * 3)
    path.write_bytes(content)
    with pytest.raises(ReadModelsDamaged), ReadModelStore.open(url_of(path)) as store:
        store.prepare(read_models())
    assert "damaged" in examine(url_of(path)).problems[0]


def test_damage_in_one_table_is_found_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "read-models.db"
    filled(path)
    with closing(sqlite3.connect(path)) as file:
        (page,) = file.execute("SELECT rootpage FROM sqlite_master WHERE name = 'statistics'").fetchone()
        (size,) = file.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as raw:
        raw.seek((page - 1) * size)
        raw.write(b"\xa5" * size)
    with ReadModelStore.open(url_of(path)) as store:
        store.prepare(read_models())
        assert store.digest(PLATFORM, by_name("queue"))
        with pytest.raises(ReadModelsDamaged):
            store.digest(PLATFORM, by_name("statistics"))
    assert "damaged" in examine(url_of(path)).problems[0]


def test_an_index_that_does_not_fit_its_table_is_found_by_a_thorough_look(tmp_path: Path) -> None:
    path = tmp_path / "read-models.db"
    filled(path)
    with closing(sqlite3.connect(path)) as file:
        (page,) = file.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sanctions'").fetchone()
        (size,) = file.execute("PRAGMA page_size").fetchone()
    content = path.read_bytes()
    start = (page - 1) * size
    path.write_bytes(content[:start] + content[start : start + size].replace(b"eve", b"evf") + content[start + size :])
    assert "missing from index" in examine(url_of(path)).problems[0]
    assert examine(url_of(path), thorough=False).problems == ()


def test_a_file_that_another_keeps_locked_is_named(tmp_path: Path) -> None:
    path = tmp_path / "read-models.db"
    filled(path)
    with closing(sqlite3.connect(path)) as other, ReadModelStore.open(url_of(path), busy_timeout_ms=1) as store:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ReadModelsUnavailable, match="locked"):
            store.prepare(read_models())


def test_a_file_that_becomes_something_else_is_damaged_when_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "read-models.db"
    with ReadModelStore.open(url_of(path)) as store:
        path.write_bytes(b"certainly not a database" * 100)
        with pytest.raises(ReadModelsDamaged):
            store.prepare(read_models())


def test_a_file_that_is_gone_with_its_folder_cannot_be_opened(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    with ReadModelStore.open(url_of(folder / "read-models.db")) as store:
        (folder / "read-models.db").unlink()
        folder.rmdir()
        with pytest.raises(ReadModelsUnavailable, match="cannot be opened"):
            store.prepare(read_models())


def test_a_mistake_in_a_statement_is_not_given_another_name(tmp_path: Path) -> None:
    store = ReadModelStore.open(url_of(tmp_path / "x.db"))
    with store, store.engine.connect() as connection, pytest.raises(OperationalError, match="syntax error"):
        connection.exec_driver_sql("NONSENSE")


def test_somebody_elses_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE contacts (name TEXT)")
        other.commit()
    before = path.read_bytes()
    with pytest.raises(ReadModelsForeign):
        ReadModelStore.open(url_of(path))
    assert path.read_bytes() == before
    assert examine(url_of(path)).problems == (f"{path} is a database of something else",)


def test_a_mistake_in_a_statement_for_postgres_is_not_given_another_name(postgres_url: str) -> None:  # noqa: F811
    store = ReadModelStore.open(postgres_url)
    with store, store.engine.connect() as connection, pytest.raises(ProgrammingError, match="syntax error"):
        connection.exec_driver_sql("NONSENSE")


def test_somebody_elses_table_in_a_shared_database_is_left_alone(postgres_server: Path) -> None:  # noqa: F811
    with new_database(postgres_server) as url, ReadModelStore.open(url) as store:
        store.prepare([by_name("sanctions")])
        with store.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE queue (mine TEXT)")
        with pytest.raises(ReadModelsForeign, match="queue"):
            store.prepare(read_models())
        assert store.position(PLATFORM, "queue") == 0
        assert examine(url).versions == {"sanctions": by_name("sanctions").version}


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReadModelsUnavailable, match="nowhere"):
        ReadModelStore.open(url_of(tmp_path / "nowhere" / "read-models.db"))


def test_a_server_that_is_not_there_is_named() -> None:
    with ReadModelStore.open("postgresql://nobody@/none?host=/nowhere") as store, pytest.raises(ReadModelsUnavailable):
        store.prepare(read_models())
    assert "cannot be reached" in examine("postgresql://nobody@/none?host=/nowhere").problems[0]


@pytest.mark.parametrize("url", ["mysql://localhost/x", "no url", "oracle://x/y", "nonsense://x"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ReadModelsUnusable):
        ReadModelStore.open(url)


def test_in_memory_it_works_the_same() -> None:
    ledger = random_ledger(1, 80)
    with ReadModelStore.open("sqlite://") as memory, built(ledger) as file:
        memory.prepare(read_models())
        CatchUp(PLATFORM, read_models(), ledger, memory).run()
        for model in read_models():
            assert memory.digest(PLATFORM, model) == file.digest(PLATFORM, model)
        for row in memory.select(PLATFORM, Query("audit_trail", limit=3)):
            assert list(memory.select(PLATFORM, Query("audit_trail", {"position": row["position"]}))) == [row]


def test_killed_in_the_middle_of_a_batch_it_goes_on_where_it_was(tmp_path: Path) -> None:
    url = url_of(tmp_path / "read-models.db")
    killed = subprocess.run([sys.executable, "-c", DIE_IN_THE_MIDDLE, url], cwd=ROOT, check=False, env=dict(os.environ))
    assert killed.returncode == -signal.SIGKILL
    ledger = random_ledger(7, 200)
    with ReadModelStore.open(url) as store, built(ledger) as expected:
        store.prepare(read_models())
        assert store.position(PLATFORM, "queue") == 60
        CatchUp(PLATFORM, read_models(), ledger, store).run()
        for model in read_models():
            assert store.digest(PLATFORM, model) == expected.digest(PLATFORM, model)


def test_a_look_changes_nothing_and_tells_versions_and_positions(tmp_path: Path) -> None:
    path = tmp_path / "read-models.db"
    assert examine(url_of(path)) == Examination()
    assert not path.exists()
    path.touch()
    assert examine(url_of(path)) == Examination()
    path.unlink()
    filled(path)
    found = examine(url_of(path))
    assert found.problems == ()
    assert found.versions["queue"] == by_name("queue").version
    assert set(found.positions) == {(PLATFORM, model.name) for model in read_models()}
    assert examine(url_of(path), thorough=False) == found


def test_a_database_that_was_opened_and_never_prepared_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "read-models.db"
    with ReadModelStore.open(url_of(path)) as store, store.engine.connect():
        assert path.stat().st_size > 0
    assert examine(url_of(path)) == Examination()


def test_preparing_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "read-models.db"
    filled(path)
    with ReadModelStore.open(url_of(path)) as store:
        store.prepare(read_models())
        assert store.position(PLATFORM, "queue") > 0


def test_a_newer_version_replaces_its_tables_and_views(tmp_path: Path) -> None:
    path = tmp_path / "read-models.db"
    filled(path)
    blacklist = by_name("blacklist")
    smaller = replace(blacklist, version=blacklist.version + 1, views=blacklist.views[:1])
    with ReadModelStore.open(url_of(path)) as store:
        store.prepare([smaller])
        assert list(store.select(PLATFORM, Query("blacklist_partner"))) == []
    assert examine(url_of(path)).versions["blacklist"] == smaller.version


def test_a_stream_of_rows_that_is_not_read_to_its_end_lets_go_of_the_database(tmp_path: Path) -> None:
    path = tmp_path / "read-models.db"
    filled(path)
    with ReadModelStore.open(url_of(path)) as store:
        store.prepare(read_models())
        rows = store.select(PLATFORM, Query("audit_trail"))
        next(rows)
        rows.close()
        store.reset(PLATFORM, read_models())
        assert list(store.select(PLATFORM, Query("audit_trail"))) == []


def test_who_finds_the_checkpoint_moved_changes_nothing(tmp_path: Path) -> None:
    ledger = random_ledger(5, 60)
    url = url_of(tmp_path / "read-models.db")
    with ReadModelStore.open(url) as store, ReadModelStore.open(url) as other, built(ledger) as expected:
        store.prepare(read_models())
        other.prepare(read_models())
        ahead = CatchUp(PLATFORM, read_models(), ledger, other)

        def overtaken(after_position: int, limit: int) -> Sequence[Recorded[Event]]:
            ahead.run(up_to=after_position + 10)
            return ledger(after_position, limit)

        CatchUp(PLATFORM, read_models(), overtaken, store, batch_max=25).run()
        for model in read_models():
            assert store.digest(PLATFORM, model) == expected.digest(PLATFORM, model)


def test_progress_is_told_after_each_batch() -> None:
    ledger = Ledger()
    for _ in range(9):
        ledger.add("one", CaseNoteAdded)
    told: list[int] = []
    with ReadModelStore.scratch() as store:
        store.prepare(read_models())
        work = CatchUp(PLATFORM, read_models(), ledger, store, batch_max=4)
        assert work.run(progress=told.append) == 10
        assert work.step() == 0
        assert CatchUp(PLATFORM, [], ledger, store).step() == 0
    assert told == [4, 8, 10]

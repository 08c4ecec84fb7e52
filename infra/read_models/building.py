"""Read models built beside the live ones, in files of their own, and each put in its place in one transaction.

A file that is built has no other reader, no log and no secondary index until it is whole, so that rows cost little; and
whoever reads the live tables meanwhile sees them as they were. SQLite only.
"""

import fcntl
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.dialects import sqlite

from infra.read_models.engine import named
from infra.read_models.schema import CHECKPOINTS
from projections.read_model import ReadModel
from projections.tables import PLATFORM

_FOLDER: Final = ".building-"
_LOCK: Final = "lock"
_QUOTE: Final = sqlite.dialect().identifier_preparer.quote


@contextmanager
def building_folder(database: Path) -> Iterator[Path]:
    """A folder next to the database for the time of the block. What a process that died left there is taken away."""
    prefix = database.name + _FOLDER
    for left in database.parent.glob(f"{prefix}*"):
        _remove_abandoned(left)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=database.parent))
    try:
        with (folder / _LOCK).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(engine: Engine, platform: str, built: Path, models: Sequence[ReadModel]) -> None:
    """Let the rows of this file stand where the live ones of the platform stood, with their checkpoints.

    One transaction for each read model: readers see it as it was before, or as it was built, and others may write
    between. Raises `ReadModelsUnavailable` when another process keeps the database locked; the read model at which
    something fails is left as it was.
    """
    held = engine.raw_connection()
    try:
        connection = held.driver_connection
        assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - the engine of a SQLite file
        with closing(connection.cursor()) as cursor:
            cursor.execute("ATTACH DATABASE ? AS built", (str(built),))
            try:
                for model in models:
                    cursor.execute("BEGIN IMMEDIATE")
                    _take_over(cursor, platform, model)
                    cursor.execute("COMMIT")
            except sqlite3.Error as fault:
                raise named(engine, fault) from fault
            finally:
                if connection.in_transaction:
                    cursor.execute("ROLLBACK")
                cursor.execute("DETACH DATABASE built")
    finally:
        held.close()


def _take_over(cursor: sqlite3.Cursor, platform: str, model: ReadModel) -> None:
    others = f"SELECT count(*) FROM {CHECKPOINTS.name} WHERE read_model = ? AND {PLATFORM} != ? AND position > 0"  # noqa: S608 - our own names
    (shared,) = cursor.execute(others, (model.name, platform)).fetchone()
    for table in model.tables:
        name = _QUOTE(table.name)
        if shared:
            cursor.execute(f"DELETE FROM main.{name} WHERE {PLATFORM} = ?", (platform,))  # noqa: S608 - our own names
        else:  # without a condition SQLite drops all pages at once, and copies into an empty table as they are
            cursor.execute(f"DELETE FROM main.{name}")  # noqa: S608 - the same
        # nothing can conflict; to say so keeps SQLite from holding every page that is used again in memory
        cursor.execute(f"INSERT OR ROLLBACK INTO main.{name} SELECT * FROM built.{name}")  # noqa: S608 - the same
    cursor.execute(
        f"INSERT OR REPLACE INTO main.{CHECKPOINTS.name} SELECT * FROM built.{CHECKPOINTS.name} "  # noqa: S608 - the same
        f"WHERE {PLATFORM} = ? AND read_model = ?",
        (platform, model.name),
    )


def _remove_abandoned(folder: Path) -> None:
    """Take the folder away unless the process that made it is still there, which holds its lock."""
    try:
        with (folder / _LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except FileNotFoundError:
        return  # being made, or just gone
    except BlockingIOError:
        return

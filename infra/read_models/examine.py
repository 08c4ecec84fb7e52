"""Looks at a database of read models without changing anything in it: what is there, and what is wrong with it."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import SQLAlchemyError

from infra.read_models.engine import APPLICATION_ID, open_engine
from infra.read_models.errors import ReadModelsUnusable
from infra.read_models.schema import CHECKPOINTS, REGISTRY

SQLITE_PROBLEMS_MAX: Final = 5


@dataclass(frozen=True)
class Examination:
    """What was found.

    `versions` are those of the read models by name, `positions` the checkpoints by platform and name; `problems` are
    sentences for people, none where all is well. A file that is not there gives an empty examination.
    """

    versions: Mapping[str, int] = field(default_factory=dict)
    positions: Mapping[tuple[str, str], int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def examine(url_text: str, *, thorough: bool = True) -> Examination:
    """Look at `sqlite:///path` or `postgresql://…`; `thorough` also checks every page of a SQLite file."""
    url = make_url(url_text)
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        return _examine_file(path, thorough=thorough) if path.is_file() else Examination()
    try:
        engine = open_engine(url_text)
        try:
            with engine.connect() as connection:
                return _contents(connection)
        finally:
            engine.dispose()
    except (ReadModelsUnusable, SQLAlchemyError) as fault:
        return Examination(problems=(str(fault),))


def _examine_file(path: Path, *, thorough: bool) -> Examination:
    """SQLite, opened for reading only; an empty file is one that nothing was written to yet."""
    if path.stat().st_size == 0:
        return Examination()
    engine = sa.create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    )
    try:
        with engine.connect() as connection:
            marked = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
            if marked != APPLICATION_ID and (marked or sa.inspect(connection).get_table_names()):
                return Examination(problems=(f"{path} is a database of something else",))
            problems = _faults(connection) if thorough else ()
            if problems:
                return Examination(problems=tuple(f"{path} is damaged: {problem}" for problem in problems))
            return _contents(connection)
    except (SQLAlchemyError, UnicodeDecodeError) as fault:  # SQLite's own message may hold what is damaged
        return Examination(problems=(f"{path} is damaged or no database: {getattr(fault, 'orig', fault)}",))
    finally:
        engine.dispose()


def _faults(connection: Connection) -> tuple[str, ...]:
    with closing(connection.exec_driver_sql(f"PRAGMA integrity_check({SQLITE_PROBLEMS_MAX})")) as found:
        lines = [str(line) for (line,) in found]
    return () if lines == ["ok"] else tuple(lines)


def _contents(connection: Connection) -> Examination:
    if not {REGISTRY.name, CHECKPOINTS.name} <= set(sa.inspect(connection).get_table_names()):
        return Examination()
    versions = {row.read_model: row.version for row in connection.execute(sa.select(REGISTRY))}
    positions = {(row.platform, row.read_model): row.position for row in connection.execute(sa.select(CHECKPOINTS))}
    return Examination(versions, positions)

"""Read models that were built in a SQLite file, put in the place of the live ones of a PostgreSQL database.

The rows go into temporary tables first. What differs is then changed in one transaction for each read model: readers
see it as it was or as it was built, and a rebuild that finds nothing wrong writes next to nothing.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from infra.read_models.engine import WRITES
from infra.read_models.postgres import copying
from infra.read_models.schema import CHECKPOINTS
from projections.read_model import ReadModel
from projections.tables import PLATFORM, Table

_STAGED: Final = "pg_temp.caseledger_built"
_WORK_MEMORY: Final = "64MB"
_ROWS_FETCHED_MAX: Final = 2_000


def replace(engine: Engine, platform: str, built: Path, models: Sequence[ReadModel]) -> None:
    """Make the platform's rows of these read models those of the file, and their checkpoints too.

    Who projects them meanwhile goes on from the checkpoint that was built. Raises `ReadModelsUnavailable` when the
    connection is lost; the read model at which that happens is left as it was.
    """
    with closing(sqlite3.connect(f"{built.absolute().as_uri()}?mode=ro", uri=True)) as file:
        for model in models:
            with engine.execution_options(**{WRITES: True}).begin() as connection:
                connection.exec_driver_sql("SELECT set_config('work_mem', %s, true)", (_WORK_MEMORY,))
                staged = [_stage(connection, file, number, table) for number, table in enumerate(model.tables)]
                _move(connection, file, platform, model)
                for name, table in zip(staged, model.tables, strict=True):
                    _change(connection, platform, name, table)


def _stage(connection: Connection, file: sqlite3.Connection, number: int, table: Table) -> str:
    """The rows that were built, in a temporary table; gives its name."""
    quote = connection.dialect.identifier_preparer.quote
    name, live = f"{_STAGED}_{number}", quote(table.name)
    columns = ", ".join(map(quote, (PLATFORM, *table.names)))
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {name} (LIKE {live}) ON COMMIT DROP")
    with copying(connection, f"COPY {name} ({columns}) FROM STDIN") as copy:
        for row in _rows(file, f"SELECT {columns} FROM {live}"):  # noqa: S608 - our own names
            copy.write_row(row)
    connection.exec_driver_sql(f"ANALYZE {name}")
    return name


def _rows(file: sqlite3.Connection, query: str) -> Iterator[Sequence[object]]:
    with closing(file.execute(query)) as found:
        while rows := found.fetchmany(_ROWS_FETCHED_MAX):
            yield from rows


def _move(connection: Connection, file: sqlite3.Connection, platform: str, model: ReadModel) -> None:
    """Set the checkpoint, which from here on keeps everybody else from writing the read model."""
    table = CHECKPOINTS.name
    query = f"SELECT position FROM {table} WHERE {PLATFORM} = ? AND read_model = ?"  # noqa: S608 - the same
    (position,) = file.execute(query, (platform, model.name)).fetchone() or (0,)
    connection.exec_driver_sql(
        f"INSERT INTO {table} ({PLATFORM}, read_model, position) VALUES (%s, %s, %s) "  # noqa: S608 - the same
        f"ON CONFLICT ({PLATFORM}, read_model) DO UPDATE SET position = excluded.position",
        (platform, model.name, position),
    )


def _change(connection: Connection, platform: str, staged: str, table: Table) -> None:
    """Take out the live rows that were not built like that, and put in those that are missing."""
    quote = connection.dialect.identifier_preparer.quote
    live, columns = quote(table.name), [quote(name) for name in (PLATFORM, *table.names)]
    same_key = " AND ".join(f"own.{name} = built.{name}" for name in map(quote, (PLATFORM, *table.key)))
    own, built = (", ".join(f"{of}.{name}" for name in columns) for of in ("own", "built"))
    connection.exec_driver_sql(
        f"DELETE FROM {live} AS own WHERE own.{PLATFORM} = %s AND NOT EXISTS ("  # noqa: S608 - the same
        f"SELECT FROM {staged} AS built WHERE {same_key} AND ROW({own}) IS NOT DISTINCT FROM ROW({built}))",
        (platform,),
    )
    connection.exec_driver_sql(
        f"INSERT INTO {live} ({', '.join(columns)}) SELECT {built} FROM {staged} AS built "  # noqa: S608 - the same
        f"WHERE NOT EXISTS (SELECT FROM {live} AS own WHERE {same_key})"
    )

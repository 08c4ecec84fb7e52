"""Keeps read models in a database: tables, rows and checkpoints, written together or not at all."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

from infra.read_models.building import put_in_place
from infra.read_models.engine import BUSY_TIMEOUT_MS, WRITES, in_memory, open_engine
from infra.read_models.locks import Locks, open_locks
from infra.read_models.query import Relation, relation_of
from infra.read_models.registry import Registry
from infra.read_models.schema import CHECKPOINTS, sql_table
from infra.read_models.statements import Statements, TableStatements
from projections.queries import Page, Query
from projections.read_model import ReadModel
from projections.rows import Changes
from projections.tables import PLATFORM, ColumnKind, Key, Table, Value

ROWS_FETCHED_MAX: Final = 2_000
"""Rows taken from the database at a time by whatever reads many."""


class ReadModelStore:
    """Read models in SQLite or PostgreSQL; several threads and processes may use the same database at once."""

    def __init__(self, engine: Engine, scratch: Path | None = None) -> None:
        """Use `open` or `scratch` instead."""
        self._engine = engine
        self._scratch = scratch
        self._registry = Registry(engine)
        self._statements: dict[str, TableStatements] = {}
        self._relations: dict[str, Relation] = {}

    @classmethod
    def open(cls, url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Self:
        """The database at `sqlite:///path`, `sqlite://` (memory) or `postgresql://…`.

        Raises `ReadModelsUnusable` or one of its subclasses, and then has changed nothing.
        """
        return cls(open_engine(url, busy_timeout_ms=busy_timeout_ms))

    @classmethod
    def scratch(cls) -> Self:
        """A database in a temporary file that goes with `close`: for the past, and for comparing."""
        folder = Path(tempfile.mkdtemp(prefix="caseledger-"))
        engine = open_engine(f"sqlite:///{folder / 'scratch.db'}", keep=False)
        return cls(engine, folder)

    @classmethod
    def beside(cls, file: Path, models: Sequence[ReadModel]) -> Self:
        """A new file in which these read models are built without secondary indexes, until `finish`.

        It is of no use after a crash, and nobody else may open it meanwhile.
        """
        store = cls(open_engine(f"sqlite:///{file}", keep=False))
        store.prepare(models, indexed=False)
        return store

    @property
    def file(self) -> Path | None:
        """The SQLite file that holds the read models, None where it is another database."""
        if self._engine.dialect.name != "sqlite" or in_memory(self._engine):
            return None
        return Path(str(self._engine.url.database))

    @property
    def can_take_over(self) -> bool:
        """Whether read models that were built in a file can be put in the place of those here."""
        return not in_memory(self._engine)

    @property
    def engine(self) -> Engine:
        """The database itself, for queries in its own words."""
        return self._engine

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Let go of the database; a scratch database is deleted."""
        self._engine.dispose()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def prepare(self, models: Sequence[ReadModel], *, indexed: bool = True) -> None:
        """Make what is missing. A read model of another version is dropped, and replayed by the next catching up.

        Without `indexed`, tables are made without their secondary indexes. Raises `ReadModelsForeign` when a table of
        that name is there which is not ours.
        """
        with self._writing() as connection:
            self._registry.prepare(connection, models, indexed=indexed)
        for model in models:
            self._statements |= {table.name: self._statements_on(table) for table in model.tables}
            self._relations |= {each.name: relation_of(each) for each in (*model.tables, *model.views)}

    def finish(self, models: Sequence[ReadModel]) -> None:
        """Make the secondary indexes that `beside` left out."""
        with self._writing() as connection:
            self._registry.index(connection, models)

    def take_over(self, platform: str, built: Path, models: Sequence[ReadModel]) -> None:
        """Put the read models that were built in this file in the place of the platform's own, each all at once."""
        if self._engine.dialect.name == "postgresql":
            from infra.read_models.replacing import replace  # noqa: PLC0415 - its driver is not everywhere

            replace(self._engine, platform, built, models)
        else:
            put_in_place(self._engine, platform, built, models)

    def positions(self, platform: str) -> Mapping[str, int]:
        """The checkpoints of a platform by the name of the read model; one that never ran is missing."""
        table = CHECKPOINTS
        with self._reading() as connection:
            found = connection.execute(
                sa.select(table.c.read_model, table.c.position).where(table.c[PLATFORM] == platform)
            )
            return {row.read_model: row.position for row in found}

    def position(self, platform: str, name: str) -> int:
        """The checkpoint of one read model, 0 when it never ran."""
        return self.positions(platform).get(name, 0)

    @contextmanager
    def look(self, platform: str) -> Iterator["SqlBatch"]:
        """The rows of one platform as they are, to be read only."""
        with self._reading() as connection:
            yield self._sql_batch(connection, platform)

    @contextmanager
    def batch(self, platform: str) -> Iterator["SqlBatch"]:
        """A transaction on the rows of one platform."""
        with self._writing() as connection:
            yield self._sql_batch(connection, platform)
        for statements in self._statements.values():
            statements.committed(self._engine)

    def reset(self, platform: str, models: Sequence[ReadModel]) -> None:
        """Drop a platform's rows of these read models and set their checkpoints to 0."""
        names = [model.name for model in models]
        with self._writing() as connection:
            batch = SqlBatch(connection, platform, self._statements)
            batch.positions(names)
            for model in models:
                self._registry.empty(connection, platform, model)
            batch.move(names, 0)

    def digest(self, platform: str, model: ReadModel) -> str:
        """SHA-256 over every row of every table of the read model, in hexadecimal.

        Tables come by name; each begins with a line that names it and its columns; rows come by key, each one a line of
        canonical JSON. Equal rows give equal digests in every database.
        """
        digest = hashlib.sha256()
        with self._reading() as connection:
            for table in sorted(model.tables, key=lambda table: table.name):
                digest.update(_lines([[table.name, *table.names]]))
                for rows in self._rows(connection, platform, table):
                    digest.update(_lines(rows))
        return digest.hexdigest()

    def locks(self) -> Locks:
        """Locks by which one process at a time projects each read model of each platform."""
        return open_locks(self._engine)

    def relations(self) -> tuple[str, ...]:
        """The names of all tables and views that can be read."""
        return tuple(self._relations)

    def select(self, platform: str, query: Query) -> Iterator[dict[str, object]]:
        """The rows that the query asks for, streamed; `KeyError` for a table or column that does not exist."""
        statement, decode = self._relations[query.relation].statement(platform, query)
        if in_memory(self._engine):
            with self._reading() as connection:
                kept = list(connection.execute(statement))
            yield from map(decode, kept)
            return
        with self._reading() as connection:
            yield from map(decode, connection.execution_options(yield_per=ROWS_FETCHED_MAX).execute(statement))

    def page(self, platform: str, query: Query) -> Page:
        """The rows that the query asks for, and where to go on; the query needs a limit."""
        relation = self._relations[query.relation]
        rows = list(self.select(platform, query.one_more()))
        return relation.page(query, rows)

    def _statements_on(self, table: Table) -> TableStatements:
        if self._engine.dialect.name != "postgresql":
            return Statements(table, self._engine.dialect)
        from infra.read_models.postgres import PostgresStatements  # noqa: PLC0415 - its driver is not everywhere

        return PostgresStatements(table, self._engine.dialect)

    def _sql_batch(self, connection: Connection, platform: str) -> "SqlBatch":
        if self._engine.dialect.name == "postgresql":
            from infra.read_models.postgres import look_up_by_key  # noqa: PLC0415 - as above

            look_up_by_key(connection)
        return SqlBatch(connection, platform, self._statements)

    def _rows(self, connection: Connection, platform: str, table: Table) -> Iterator[Sequence[Sequence[Value]]]:
        """All rows of a table by key, some thousand at a time."""
        made = sql_table(table)
        shown = [made.c[name] for name in table.names]
        statement = (
            sa.select(*shown).where(made.c[PLATFORM] == platform).order_by(*(made.c[name] for name in table.key))
        )
        booleans = [at for at, column in enumerate(table.columns) if column.kind is ColumnKind.BOOLEAN]
        found = connection.execution_options(yield_per=ROWS_FETCHED_MAX).execute(statement)
        for rows in found.partitions():
            if not booleans:
                yield [tuple(row) for row in rows]
                continue
            values = [list(row) for row in rows]
            for each in values:
                for at in booleans:
                    each[at] = bool(each[at])
            yield values

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A transaction that sees everything as it is at one moment, as every one does in SQLite."""
        with self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection


class SqlBatch:
    """One open transaction on the rows of one platform."""

    def __init__(self, connection: Connection, platform: str, statements: Mapping[str, TableStatements]) -> None:
        """Work on this connection, which is in a transaction."""
        self._connection = connection
        self._platform = platform
        self._statements = statements

    def reached(self, names: Sequence[str]) -> Mapping[str, int]:
        """The checkpoints as they are, 0 where there is none."""
        table = CHECKPOINTS
        found = self._connection.execute(
            sa.select(table.c.read_model, table.c.position).where(
                table.c[PLATFORM] == self._platform, table.c.read_model.in_(names)
            )
        )
        return dict.fromkeys(names, 0) | {row.read_model: row.position for row in found}

    def positions(self, names: Sequence[str]) -> Mapping[str, int]:
        """The checkpoints, locked. A row is made where there is none, so that there is something to lock."""
        table = CHECKPOINTS
        insert = _insert_missing(self._connection)
        self._connection.execute(
            insert, [{PLATFORM: self._platform, "read_model": name, "position": 0} for name in sorted(names)]
        )
        found = self._connection.execute(
            sa.select(table.c.read_model, table.c.position)
            .where(table.c[PLATFORM] == self._platform, table.c.read_model.in_(names))
            .order_by(table.c.read_model)
            .with_for_update()
        )
        return {row.read_model: row.position for row in found}

    def by_keys(self, table: Table, keys: Sequence[Key]) -> Iterable[dict[str, Value]]:
        """The rows that have one of these keys."""
        return self._statements[table.name].read(self._connection, self._platform, keys)

    def by_prefixes(self, table: Table, prefixes: Sequence[Key]) -> Iterable[dict[str, Value]]:
        """The rows whose keys begin with one of these."""
        return self._statements[table.name].read(self._connection, self._platform, prefixes)

    def write(self, changes: Sequence[Changes]) -> None:
        """Write what a batch changed."""
        for each in changes:
            self._statements[each.table.name].write(self._connection, self._platform, each)

    def move(self, names: Sequence[str], position: int) -> None:
        """Set the checkpoints of these read models."""
        table = CHECKPOINTS
        self._connection.execute(
            sa.update(table)
            .where(table.c[PLATFORM] == self._platform, table.c.read_model.in_(names))
            .values(position=position)
        )


def _insert_missing(connection: Connection) -> sa.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(CHECKPOINTS).on_conflict_do_nothing()
    return sqlite.insert(CHECKPOINTS).on_conflict_do_nothing()


_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _lines(rows: Sequence[Sequence[Value]]) -> bytes:
    return "".join([_ENCODE(row) + "\n" for row in rows]).encode()

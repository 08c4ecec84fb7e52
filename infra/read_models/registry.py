"""Knows which version of each read model the tables of a database are of, and makes them so."""

from collections.abc import Sequence
from typing import Final
from zlib import crc32

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from infra.read_models.engine import APPLICATION_ID
from infra.read_models.errors import ReadModelsForeign
from infra.read_models.schema import CHECKPOINTS, REGISTRY, sql_table, sql_view
from projections.read_model import ReadModel
from projections.tables import PLATFORM

_LOCK: Final = 0x434C524D
"""Advisory lock of PostgreSQL: two processes that start together make the tables one after the other."""


class Registry:
    """The read models that a database holds."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of this engine."""
        self._preparer = engine.dialect.identifier_preparer

    def prepare(self, connection: Connection, models: Sequence[ReadModel], *, indexed: bool = True) -> None:
        """Make missing tables, with their secondary indexes or without.

        Those of another version are dropped first, and the checkpoints of all platforms with them.
        """
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        if connection.dialect.name == "sqlite":
            _claim(connection)
        there = set(sa.inspect(connection).get_table_names()) | set(sa.inspect(connection).get_view_names())
        if REGISTRY.name not in there:
            _refuse_foreign({CHECKPOINTS.name}, there)
            REGISTRY.create(connection)
            CHECKPOINTS.create(connection)
        found = connection.execute(sa.select(REGISTRY))
        known = {name: (version, relations.split(",")) for name, version, relations in found}
        for model in models:
            version, shapes = known.get(model.name, (None, []))
            if version == model.version and shapes == _shapes(model):
                continue
            relations = [shape.partition(":")[0] for shape in shapes]
            self._drop(connection, model.name, relations)
            _refuse_foreign(set(_relations(model)), there - set(relations))
            self._make(connection, model)
            if indexed:
                self.index(connection, [model])

    def empty(self, connection: Connection, platform: str, model: ReadModel) -> None:
        """Take out the rows of one platform; fast where it is the only one."""
        others = sa.select(sa.func.count()).where(
            CHECKPOINTS.c.read_model == model.name, CHECKPOINTS.c[PLATFORM] != platform, CHECKPOINTS.c.position > 0
        )
        alone = connection.execute(others).scalar_one() == 0
        for table in model.tables:
            made = sql_table(table)
            connection.execute(sa.delete(made) if alone else sa.delete(made).where(made.c[PLATFORM] == platform))

    def index(self, connection: Connection, models: Sequence[ReadModel]) -> None:
        """Make the secondary indexes of these read models."""
        for index in (index for model in models for table in model.tables for index in sql_table(table).indexes):
            index.create(connection)

    def _make(self, connection: Connection, model: ReadModel) -> None:
        for table in model.tables:
            connection.execute(sa.schema.CreateTable(sql_table(table)))
        for view in model.views:
            shown = sql_view(view).compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
            connection.exec_driver_sql(f"CREATE VIEW {self._preparer.quote(view.name)} AS {shown}")
        row = {"read_model": model.name, "version": model.version, "relations": ",".join(_shapes(model))}
        connection.execute(sa.insert(REGISTRY), row)

    def _drop(self, connection: Connection, name: str, relations: Sequence[str]) -> None:
        views = set(sa.inspect(connection).get_view_names())
        for relation in relations:
            kind = "VIEW" if relation in views else "TABLE"
            connection.exec_driver_sql(f"DROP {kind} IF EXISTS {self._preparer.quote(relation)}")
        connection.execute(sa.delete(REGISTRY).where(REGISTRY.c.read_model == name))
        connection.execute(sa.delete(CHECKPOINTS).where(CHECKPOINTS.c.read_model == name))


def _claim(connection: Connection) -> None:
    """Mark the file as ours; written once, because it is a write like any other."""
    if connection.exec_driver_sql("PRAGMA application_id").scalar_one() != APPLICATION_ID:
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def _relations(model: ReadModel) -> list[str]:
    return [each.name for each in (*model.views, *model.tables)]


def _shapes(model: ReadModel) -> list[str]:
    """Each relation with a checksum of what it is declared to be: made otherwise, it is of another version too."""
    return [f"{each.name}:{crc32(repr(each).encode()):08x}" for each in (*model.views, *model.tables)]


def _refuse_foreign(wanted: set[str], there: set[str]) -> None:
    taken = sorted(wanted & there)
    if taken:
        raise ReadModelsForeign(f"the database has tables of something else under our names: {', '.join(taken)}")

"""The contract of read-model databases on SQLite and on a real PostgreSQL, and on broken twins."""

import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from infra.read_models.postgres import TOLD_ROWS_MIN, PostgresStatements, look_up_by_key
from infra.read_models.store import ReadModelStore
from projections.catalogue import read_models
from projections.rows import Changes
from projections.tables import ColumnKind, Table, Value
from tests.support.postgres import postgres_server, postgres_url  # noqa: F401 - fixtures
from tests.support.read_model_contract import ReadModelContract
from tests.support.read_model_ledger import PLATFORM

ROOT = Path(__file__).parents[2]
TWINS = ("TestForgetful", "TestTorn")
ROWS = TOLD_ROWS_MIN
TELLING = "caught_up_in_pieces or leaves_neither"
"""The tests of the contract that tell these twins; the others would only take time."""


class TestSqliteFile(ReadModelContract):
    """SQLite in a file."""

    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'read-models.db'}"


class TestPostgres(ReadModelContract):
    """PostgreSQL."""

    @pytest.fixture
    def url(self, postgres_url: str) -> str:  # noqa: F811 - the fixture
        return postgres_url

    def test_rows_are_looked_up_by_their_keys_in_tables_that_were_empty_before(self, store: ReadModelStore) -> None:
        tables = [table for model in read_models() for table in model.tables]
        with store.batch(PLATFORM) as batch:
            batch.write([Changes(table, [_row(table, number) for number in range(ROWS)], [], []) for table in tables])
        by_key = ["Function Scan", "Index Scan"]
        with store.engine.connect() as connection:
            look_up_by_key(connection)
            for table in tables:
                statements = PostgresStatements(table, connection.dialect)
                assert _scans(connection, statements.reading(len(table.key))) == by_key, table.name
                if table.key != table.names:
                    assert _scans(connection, statements.changing) == [*by_key, "Tid Scan"], table.name
                assert _scans(connection, statements.deleting) == [*by_key, "Tid Scan"], table.name


def _row(table: Table, number: int) -> dict[str, Value]:
    values: dict[ColumnKind, Value] = {ColumnKind.INTEGER: number, ColumnKind.BOOLEAN: number % 2 == 0}
    return {column.name: values.get(column.kind, f"of {number}") for column in table.columns}


def _scans(connection: Connection, text: str) -> list[str]:
    """What the plan that is made for any values reads, in the order in which it does; an index by key columns too."""
    places = count(1)
    general = re.sub("%[st]", lambda _: f"${next(places)}", text)
    (plan,) = connection.exec_driver_sql(f"EXPLAIN (GENERIC_PLAN, FORMAT JSON) {general}").scalar_one()
    return list(_read_in(plan["Plan"]))


def _read_in(node: dict[str, Any]) -> Iterator[str]:
    if "Scan" in node["Node Type"] and "Plans" not in node:
        platform_only = node.get("Index Cond", "given").count("given") == 0
        yield "Scan of the platform" if platform_only else node["Node Type"].replace("Only ", "")
    for inner in node.get("Plans", ()):
        yield from _read_in(inner)


@pytest.fixture(scope="module")
def verdict_on_twins() -> str:
    command = [sys.executable, "-m", "pytest", "--tb=no", "-rf", "tests/support/read_model_twins.py", "-k", TELLING]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120).stdout


@pytest.mark.parametrize("twin", TWINS)
def test_the_contract_finds_a_broken_database_out(twin: str, verdict_on_twins: str) -> None:
    assert f"FAILED tests/support/read_model_twins.py::{twin}::" in verdict_on_twins

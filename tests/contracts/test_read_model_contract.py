"""The contract of read-model databases on SQLite and on a real PostgreSQL, and on broken twins."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.postgres import postgres_server, postgres_url  # noqa: F401 - fixtures
from tests.support.read_model_contract import ReadModelContract

ROOT = Path(__file__).parents[2]
TWINS = ("TestForgetful", "TestTorn")
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


@pytest.fixture(scope="module")
def verdict_on_twins() -> str:
    command = [sys.executable, "-m", "pytest", "--tb=no", "-rf", "tests/support/read_model_twins.py", "-k", TELLING]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120).stdout


@pytest.mark.parametrize("twin", TWINS)
def test_the_contract_finds_a_broken_database_out(twin: str, verdict_on_twins: str) -> None:
    assert f"FAILED tests/support/read_model_twins.py::{twin}::" in verdict_on_twins

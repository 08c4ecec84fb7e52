"""Broken databases of read models, on purpose; the contract is run on them by its own test and must fail."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.read_models.store import ReadModelStore, SqlBatch
from projections.rows import Changes
from tests.support.read_model_contract import ReadModelContract


class ForgetfulBatch(SqlBatch):
    """Writes new rows only."""

    def write(self, changes: Sequence[Changes]) -> None:
        super().write([Changes(each.table, each.inserted, [], []) for each in changes])


class ForgetfulStore(ReadModelStore):
    """Loses what becomes of rows that are there already."""

    @contextmanager
    def batch(self, platform: str) -> Iterator[SqlBatch]:
        with super().batch(platform) as batch:
            batch.__class__ = ForgetfulBatch
            yield batch


class TornStore(ReadModelStore):
    """Moves the checkpoint of a batch that failed."""

    @contextmanager
    def batch(self, platform: str) -> Iterator[SqlBatch]:
        try:
            with super().batch(platform) as batch:
                yield batch
        except RuntimeError:
            with super().batch(platform) as batch:
                batch.move(["audit_trail"], 101)
            raise


class _OnFile(ReadModelContract):
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'twin.db'}"


class TestForgetful(_OnFile):
    """Must fail."""

    store_class = ForgetfulStore


class TestTorn(_OnFile):
    """Must fail."""

    store_class = TornStore

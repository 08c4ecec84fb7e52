"""The roles of docs/read-models-postgres.md on a real PostgreSQL: one can do all that is needed, one only reads."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from infra.read_models.store import ReadModelStore
from projections.catalogue import read_models
from projections.catch_up import CatchUp
from tests.support.postgres import postgres_server, postgres_url  # noqa: F401 - fixtures
from tests.support.read_model_histories import random_ledger
from tests.support.read_model_ledger import PLATFORM

PAGE = Path(__file__).parents[2] / "docs" / "read-models-postgres.md"


@pytest.fixture
def roles(postgres_url: str) -> Iterator[tuple[str, str]]:  # noqa: F811 - the fixture
    """The addresses of the two roles, under names of their own: roles belong to the whole server."""
    database, suffix = conninfo_to_dict(postgres_url)["dbname"], uuid4().hex[:8]
    (text,) = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    text = re.sub(r"caseledger_(projector|analyst)", rf"\1_{suffix}", text)
    with psycopg.connect(postgres_url, autocommit=True) as administrator:
        administrator.execute(text.replace("DATABASE caseledger", f'DATABASE "{database}"'))
        names = (f"projector_{suffix}", f"analyst_{suffix}")
        yield tuple(postgres_url.replace("postgres@", f"{name}@") for name in names)
        for name in names:
            administrator.execute(f"DROP OWNED BY {name} CASCADE; DROP ROLE {name}")


def test_the_projector_does_all_its_work_and_the_analyst_only_reads(roles: tuple[str, str], tmp_path: Path) -> None:
    projector, analyst = roles
    models, ledger = read_models(), random_ledger(7, 60)
    with ReadModelStore.open(projector) as store, ReadModelStore.beside(tmp_path / "built", models) as beside:
        store.prepare(models)
        with closing(store.locks()) as locks:
            assert len(locks.take([(PLATFORM, "queue")])) == 1
        CatchUp(PLATFORM, models, ledger, store).run()
        CatchUp(PLATFORM, models, ledger, beside).run()
        store.take_over(PLATFORM, tmp_path / "built", models)
        store.prepare(models)
    with psycopg.connect(analyst, autocommit=True) as reading:
        for relation in store.relations():
            reading.execute(f"SELECT count(*) FROM {relation}")  # noqa: S608 - our own names
        assert reading.execute("SELECT count(*) FROM audit_trail").fetchone() == (len(ledger.events),)
        reading.execute("SET default_transaction_read_only = off")
        for change in (
            "DELETE FROM queue",
            "UPDATE read_model_checkpoints SET position = 0",
            "CREATE TABLE mine (a int)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reading.execute(change)

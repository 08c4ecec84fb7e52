"""docs/read-models.md tells the truth: it is generated from the tables, and its queries run on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from caseledger.read_model_docs import EXAMPLES, main, render
from domain.operations.events import OperationCaseAdded, OperationOpened
from infra.read_models.store import ReadModelStore
from projections.catalogue import read_models, relations
from projections.catch_up import CatchUp
from tests.support import read_model_ledger as given
from tests.support.postgres import postgres_server, postgres_url  # noqa: F401 - fixtures
from tests.support.read_model_decisions import decide, report_to_case
from tests.support.read_model_ledger import PLATFORM, Ledger

PAGE = Path(__file__).parents[2] / "docs" / "read-models.md"
EMPTY = ("Everything that happened in one case", "Accounts with three or more violations")


def test_the_page_is_what_the_tables_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == render()


def test_every_table_and_column_is_on_the_page_with_its_meaning() -> None:
    page = render()
    for name, relation in relations().items():
        assert f"### `{name}`" in page
        for column in relation.columns:
            assert f"| `{column.name}` |" in page
            assert column.meaning.endswith(".")


def test_the_page_is_written_and_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr("sys.argv", ["read_model_docs"])
    assert main() == 0
    monkeypatch.setattr("sys.argv", ["read_model_docs", "--check"])
    assert main() == 0
    (tmp_path / "docs" / "read-models.md").write_text("old", encoding="utf-8")
    assert main() == 1


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReadModelStore]:
    on_file = f"sqlite:///{tmp_path / 'read-models.db'}"
    url = on_file if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    ledger = Ledger()
    ledger.add("spring", OperationOpened, operation="spring")
    ledger.add(
        "spring", OperationCaseAdded, operation="spring", case=given.case("one"), account="eve", region="Jiangsu"
    )
    report_to_case(ledger, "one")
    decide(ledger, "one")
    report_to_case(ledger, "two")
    with ReadModelStore.open(url) as store:
        store.prepare(read_models())
        CatchUp(PLATFORM, read_models(), ledger, store).run()
        yield store


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.question[:30])
def test_the_queries_run(store: ReadModelStore, example) -> None:  # noqa: ANN001 - one of EXAMPLES
    with store.engine.connect() as connection:
        found = connection.exec_driver_sql(example.sql).all()
    assert bool(found) is not example.question.startswith(EMPTY)

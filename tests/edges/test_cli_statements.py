"""`caseledger export statements`: valid lines in both forms, corrections of a mapping, and what became of decisions."""

import csv
import io
import json
from pathlib import Path

import pytest

from caseledger.bootstrap import start
from caseledger.cli.statement_export import LINES_MAX, writer
from caseledger.settings import LogLevel, Settings
from schemas.dsa.validator import batch_faults
from schemas.dsa.vocabulary import archive_header
from tests.support.cli_folder import KR, PERSONAL, ZERO, Folder, copied, error, filled, run, text
from tests.support.statements import mapping_text

EXPORT = ("export", "statements", "--platform")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One more case dismissed, one corrected in part, one whose violation restricts nothing."""
    folder = copied(tmp_path_factory.mktemp("statements"))
    with start(Settings(data=folder, log_level=LogLevel.ERROR)) as caseledger:
        given = Folder(caseledger)
        given.do("propose_decision", "2021-03-03T12:00:00+08:00", case={"report": "open1"}, outcome="dismissed")
        given.report("own", "2021-03-04", "n1", respondent=None, subject={"type": "news_item", "id": "n1"})
        wrong = {"case": {"report": "own"}, "outcome": "upheld", "finding": {"codes": ["4.2.1"]}}
        given.do("propose_decision", "2021-03-04T12:00:00+08:00", **wrong)
        milder = {"case": {"report": "r1"}, "measure": "warn", "reason": "the officer erred"}
        given.do("correct_decision", "2021-03-05T12:00:00+08:00", actor="cat", **milder)
    return folder


@pytest.fixture(scope="module")
def mappings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mapping that ships, and a fix of it: a mute restricts interaction, news of the platform itself counts."""
    folder = tmp_path_factory.mktemp("mappings")
    (folder / "1.toml").write_text(mapping_text())
    fixed = mapping_text().replace("version = 1", "version = 2", 1)
    mute = 'kind = "mute"\nprovision = "DECISION_PROVISION_PARTIAL_SUSPENSION"'
    assert mute in fixed
    fixed = fixed.replace(mute, 'kind = "mute"\nvisibility = "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED"')
    news = 'visibility = "DECISION_VISIBILITY_CONTENT_LABELLED"\nof_recipient = true'
    assert news in fixed
    (folder / "2.toml").write_text(fixed.replace(news, news.removesuffix("\nof_recipient = true")))
    return folder


def lines(data: Path, *options: str, **environment: str) -> list[dict[str, object]]:
    result = run(data, *EXPORT, *options, "--format", "jsonl", **environment)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_line_is_a_statement_that_the_database_takes(data: Path) -> None:
    for platform, many in ((KR, 3), (ZERO, 1)):
        statements = lines(data, platform)
        assert len(statements) == many
        assert batch_faults(statements) == ()


def test_statements_hold_nothing_personal_and_no_id_of_an_account(data: Path) -> None:
    for platform in (KR, ZERO):
        for form in ("jsonl", "csv"):
            printed = text(data, *EXPORT, platform, "--format", form)
            assert not [word for word in (*PERSONAL, "acc-1", "acme", "bad.example", "p-77") if word in printed]


def test_the_archive_has_the_database_s_header_and_the_same_statements(data: Path) -> None:
    printed = text(data, *EXPORT, KR, "--format", "csv")
    assert printed.startswith(archive_header())
    rows = list(csv.DictReader(io.StringIO(printed)))
    statements = lines(data, KR)
    assert [row["platform_uid"] for row in rows] == [statement["puid"] for statement in statements]
    assert {row["platform_name"] for row in rows} == {KR}
    assert len({row["uuid"] for row in rows}) == len(rows)
    for row, statement in zip(rows, statements, strict=True):
        assert row["application_date"] == f"{statement['application_date']} 00:00:00"
        assert json.loads(row["decision_visibility"]) == statement["decision_visibility"]
        assert row["decision_provision"] == statement.get("decision_provision", "")
        assert len(row["created_at"]) == len("2021-01-05 04:00:00")


def test_only_decisions_from_a_day_on_are_told(data: Path) -> None:
    assert [each["application_date"] for each in lines(data, KR, "--since", "2021-01-15")] == [
        "2021-01-15",
        "2021-01-25",
    ]
    assert lines(data, KR, "--since", "2031-01-01") == []
    assert text(data, *EXPORT, KR, "--since", "2031-01-01") == archive_header()


def test_what_was_taken_back_or_reduced_is_told_apart_and_stays_a_statement(data: Path) -> None:
    statements = [each["puid"] for each in lines(data, KR)]
    found = lines(data, KR, "--overturned")
    assert found == [
        {"puid": statements[1], "outcome": "reduced", "by": "correction", "on": "2021-03-05"},
        {"puid": statements[2], "outcome": "taken_back", "by": "appeal", "on": "2021-02-01"},
    ]
    printed = text(data, *EXPORT, KR, "--overturned")
    assert [dict(row) for row in csv.DictReader(io.StringIO(printed))] == found
    assert lines(data, KR, "--overturned", "--since", "2021-01-20") == found[1:]


def test_a_file_is_told_with_what_has_no_statement_and_why(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "statements.csv"
    told = run(data, *EXPORT, KR, "--output", str(file), "--json")
    assert json.loads(told.stdout) == {
        "name": "statements",
        "format": "csv",
        "file": str(file),
        "rows": 3,
        "mapping_version": 1,
        "without_statement": {"dismissed": 1, "restricts_nothing": 1},
    }
    assert file.read_text() == text(data, *EXPORT, KR)
    told = run(data, *EXPORT, KR, "--output", str(file), "--force", "--overturned")
    assert told.stderr == f"2 rows of statements in {file}\n"


def test_a_fix_of_the_mapping_lists_its_corrections(data: Path, mappings: Path) -> None:
    environment = {"CASELEDGER_MAPPINGS": str(mappings)}
    before = lines(data, KR, "--mapping-version", "1", **environment)
    now = lines(data, KR, **environment)
    found = lines(data, KR, "--corrections-since", "1", **environment)
    assert [each["change"] for each in found] == ["changed", "changed", "added"]
    assert [each["before"] for each in found] == [*before[:2], {}]
    assert [each["after"] for each in found] == [*now[:2], now[3]]
    assert found[0]["fields"] == [
        "decision_visibility",
        "decision_provision",
        "end_date_service_restriction",
    ]
    assert before[2] == now[2]
    undone = lines(data, KR, "--mapping-version", "1", "--corrections-since", "2", **environment)
    assert [each["change"] for each in undone] == ["changed", "changed", "withdrawn"]
    assert lines(data, KR, "--corrections-since", "2", **environment) == []


def test_corrections_in_csv_are_one_line_a_field(data: Path, mappings: Path) -> None:
    result = run(data, *EXPORT, KR, "--corrections-since", "1", CASELEDGER_MAPPINGS=str(mappings))
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert rows[1] == {
        "puid": rows[0]["puid"],
        "change": "changed",
        "field": "decision_provision",
        "before": "DECISION_PROVISION_PARTIAL_SUSPENSION",
        "after": "",
    }
    assert json.loads(rows[0]["after"]) == [
        "DECISION_VISIBILITY_CONTENT_REMOVED",
        "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED",
    ]


def test_statements_are_among_what_can_be_exported(data: Path) -> None:
    assert "statements" in text(data, "export", "help")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("export", "statements"), "usage"),
        ((*EXPORT, KR, "--format", "parquet"), "usage"),
        ((*EXPORT, KR, "--since", "soon"), "usage"),
        ((*EXPORT, KR, "--overturned", "--corrections-since", "1"), "usage"),
        (("export", "queue", "--since", "2021-01-01"), "usage"),
        (("export", "queue", "--overturned"), "usage"),
        ((*EXPORT, KR, "--mapping-version", "7"), "mapping_not_found"),
        ((*EXPORT, KR, "--corrections-since", "7"), "mapping_not_found"),
        ((*EXPORT, "nobody"), "platform_unknown"),
    ],
)
def test_what_cannot_be_asked_is_refused(options: tuple[str, ...], code: str, tmp_path: Path) -> None:
    assert error(filled(), *options, "--output", str(tmp_path / "file"))[1] == code
    assert list(tmp_path.iterdir()) == []


def test_a_mapping_with_a_fault_writes_nothing(data: Path, tmp_path: Path) -> None:
    (tmp_path / "1.toml").write_text("version = 1")
    result = run(data, *EXPORT, KR, CASELEDGER_MAPPINGS=str(tmp_path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "mapping_invalid" in result.stderr
    result = run(data, *EXPORT, KR, CASELEDGER_MAPPINGS=str(tmp_path / "none"))
    assert (result.exit_code, "mappings_unusable" in result.stderr) == (2, True)


def test_a_statement_that_the_database_would_refuse_is_never_written(data: Path, tmp_path: Path) -> None:
    label = 'visibility = "DECISION_VISIBILITY_OTHER"\n'
    kind = 'kind = "delete_content"\n'
    old = f'{kind}visibility = "DECISION_VISIBILITY_CONTENT_REMOVED"\n'
    assert old in mapping_text()
    (tmp_path / "1.toml").write_text(mapping_text().replace(old, kind + label))
    result = run(data, *EXPORT, KR, CASELEDGER_MAPPINGS=str(tmp_path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "decision_visibility_other: missing" in result.stderr


def test_lines_are_written_in_pieces_and_the_header_is_no_row() -> None:
    made = [("header\n", False), *((f"{number}\n", True) for number in range(2 * LINES_MAX))]
    file, told = io.BytesIO(), []
    assert writer(iter(made), lambda: told.append(file.tell()))(file) == 2 * LINES_MAX
    assert file.getvalue().decode() == "".join(line for line, _ in made)
    assert len(told) == 2

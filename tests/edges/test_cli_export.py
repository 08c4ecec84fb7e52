"""`caseledger export`: the three formats hold the same rows, a file appears whole or not at all."""

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pyarrow import parquet

from caseledger.bootstrap import start
from caseledger.queries.exports import names
from caseledger.settings import LogLevel, Settings
from tests.support.cli_folder import KR, ZERO, Folder, document, error, filled, rows, run, text


@pytest.fixture(scope="module")
def data() -> Path:
    return filled()


def as_csv(printed: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(printed, newline="")))


def test_json_lines_hold_what_a_list_shows(data: Path) -> None:
    lines = [json.loads(line) for line in text(data, "export", "sanctions", "--format", "jsonl").splitlines()]
    listed = rows(data, "list", "sanctions")
    assert sorted(lines, key=lambda row: str(row["sanction"])) == sorted(listed, key=lambda row: str(row["sanction"]))


def test_csv_writes_missing_values_empty_and_lists_as_json(data: Path) -> None:
    lines = as_csv(text(data, "export", "sanctions"))
    ban = next(line for line in lines if line["kind"] == "ban" and line["platform"] == KR)
    assert (ban["duration"], ban["state"], json.loads(ban["codes"])) == ("", "lifted", ["3.2.8"])
    assert len(json.loads(ban["because"])) == 2


def test_text_that_a_spreadsheet_would_calculate_is_defused(tmp_path: Path) -> None:
    evil = ("=1+1", "+1", "-1", "@SUM(A1)", "harmless")
    with start(Settings(data=tmp_path, log_level=LogLevel.ERROR)) as caseledger:
        folder = Folder(caseledger)
        for number, account in enumerate(evil):
            folder.report(f"r{number}", "2021-01-05", f"c{number}", respondent=account)
    lines = as_csv(text(tmp_path, "export", "queue"))
    assert sorted(line["respondent"] for line in lines) == ["'+1", "'-1", "'=1+1", "'@SUM(A1)", "harmless"]
    plain = [
        json.loads(line)["respondent"] for line in text(tmp_path, "export", "queue", "--format", "jsonl").splitlines()
    ]
    assert sorted(plain) == sorted(evil)


def test_parquet_has_real_types_and_the_meaning_of_each_column(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "queue.parquet"
    assert document(data, "export", "queue", "--format", "parquet", "--output", str(file)) == {
        "name": "queue",
        "format": "parquet",
        "file": str(file),
        "rows": 5,
    }
    table = parquet.read_table(file)
    types = {field.name: str(field.type) for field in table.schema}
    assert (types["due_at"], types["reports"], types["is_open"], types["codes"]) == (
        "timestamp[us, tz=UTC]",
        "int64",
        "bool",
        "string",
    )
    opened = {row["content"]: row["opened_at"] for row in table.to_pylist()}
    assert opened["c0"] == datetime(2021, 1, 5, 2, tzinfo=UTC)
    assert table.schema.field("due_at").metadata[b"meaning"]
    assert file.stat().st_mode & 0o077 == 0


def test_parquet_has_days_as_days(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "statistics.parquet"
    text(data, "export", "statistics", "--format", "parquet", "-o", str(file))
    assert date(2021, 1, 5) in {row["day"] for row in parquet.read_table(file).to_pylist()}


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_every_table_and_view_can_be_exported_in_every_format(data: Path, tmp_path: Path, kind: str) -> None:
    for name, _, _ in names():
        told = document(data, "export", name, "--format", kind, "--output", str(tmp_path / f"{name}.{kind}"))
        assert (tmp_path / f"{name}.{kind}").stat().st_size or not told["rows"]
    assert len(list(tmp_path.iterdir())) == len(names())


def test_a_table_without_rows_has_its_header(data: Path) -> None:
    assert text(data, "export", "reporter_rewards", "--platform", ZERO).startswith("platform,reporter,month,currency")
    assert text(data, "export", "reporter_rewards", "--platform", ZERO, "--format", "jsonl") == ""


def test_a_file_that_is_there_is_left_alone_without_force(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    file.write_text("mine", encoding="utf-8")
    assert error(data, "export", "queue", "--output", str(file))[:2] == (7, "file_exists")
    assert file.read_text(encoding="utf-8") == "mine"
    text(data, "export", "queue", "--output", str(file), "--force")
    assert file.read_text(encoding="utf-8").startswith("platform,case_id")
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_cannot_be_written_leaves_nothing_behind(data: Path, tmp_path: Path) -> None:
    assert error(data, "export", "queue", "-o", str(tmp_path / "no" / "out.csv"))[:2] == (7, "output_failed")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["folder", "link"])
def test_what_is_no_plain_file_is_never_replaced(data: Path, tmp_path: Path, kind: str) -> None:
    place = tmp_path / "place"
    if kind == "folder":
        place.mkdir()
    else:
        place.symlink_to(tmp_path / "target")
    assert error(data, "export", "queue", "-o", str(place), "--force")[:2] == (2, "usage")
    assert list(tmp_path.iterdir()) == [place]


def test_the_names_are_listed_with_what_they_mean(data: Path) -> None:
    listed = json.loads(text(data, "export", "help", "--json"))
    assert {line["name"] for line in listed} >= {"queue", "blacklist_public", "violation_counts_by_window"}
    assert not any(line["name"].endswith("_policies") for line in listed)
    assert error(data, "export", "nothing")[:2] == (1, "table_not_found")


def test_json_without_a_file_is_refused_because_there_is_jsonl(data: Path) -> None:
    assert error(data, "export", "queue")[:2] == (2, "usage")


def test_one_platform_can_be_exported_alone(data: Path) -> None:
    assert {line["platform"] for line in as_csv(text(data, "export", "queue", "--platform", ZERO))} == {ZERO}
    assert run(data, "export", "queue", "--format", "xml").exit_code == 2

"""`caseledger rebuild` and `digest`: replayed read models equal live ones, and a difference is found."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from projections.catalogue import read_models
from tests.support.cli_folder import KR, copied, error, run, text

NAMES = {model.name for model in read_models()}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return copied(tmp_path)


def lines(data: Path, *arguments: str) -> list[dict[str, object]]:
    return json.loads(text(data, *arguments, "--json"))


def spoil(data: Path) -> None:
    with closing(sqlite3.connect(data / "read-models.sqlite")) as database, database:
        database.execute("UPDATE sanctions SET kind = 'warn' WHERE kind = 'ban'")


def test_digests_tell_version_position_and_sha256_of_every_read_model(data: Path) -> None:
    found = lines(data, "digest", "--platform", KR)
    assert {line["name"] for line in found} == NAMES
    assert len({line["position"] for line in found}) == 1
    assert all(len(str(line["sha256"])) == 64 for line in found)
    assert found == lines(data, "digest", "--platform", KR)


def test_rebuilt_is_what_was_live(data: Path) -> None:
    live = lines(data, "digest")
    assert lines(data, "rebuild") == live
    assert lines(data, "rebuild", "queue", "--platform", KR) == [
        line for line in live if (line["name"], line["platform"]) == ("queue", KR)
    ]


def test_a_check_finds_nothing_where_nothing_is_wrong(data: Path) -> None:
    text(data, "digest")
    checked = lines(data, "rebuild", "--check")
    assert len(checked) == 2 * len(NAMES)
    assert all(line["same"] for line in checked)


def test_a_check_finds_a_changed_row_and_leaves_it(data: Path) -> None:
    text(data, "digest")
    spoil(data)
    result = run(data, "rebuild", "--check", "sanctions", "queue", "--json")
    assert result.exit_code == 1
    differing = [line for line in json.loads(result.stdout) if not line["same"]]
    assert {line["name"] for line in differing} == {"sanctions"}
    assert run(data, "rebuild", "--check", "sanctions").exit_code == 1
    text(data, "rebuild", "sanctions")
    assert run(data, "rebuild", "--check", "sanctions").exit_code == 0


def test_a_check_before_anything_was_read_compares_nothing_with_nothing(data: Path) -> None:
    for file in data.glob("read-models.sqlite*"):
        file.unlink()
    assert {line["position"] for line in lines(data, "rebuild", "--check", "queue")} == {0}


def test_a_read_model_that_does_not_exist_is_wrong_usage(data: Path) -> None:
    assert error(data, "rebuild", "quue")[:2] == (2, "usage")
    assert error(data, "digest", "quue")[:2] == (2, "usage")

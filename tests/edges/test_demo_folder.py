"""The demo's folder: its own is emptied on demand, anybody else's is never touched."""

import shutil
from pathlib import Path

import pytest

from tests.support.command_line import caseledger, json_lines

REPORT = {
    "at": "2021-01-05T09:00:00+08:00",
    "command": "file_report",
    "report": "r-1",
    "source": "user",
    "place": "weibo",
    "subject": {"type": "content", "id": "c-1"},
    "content": "c-1",
}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """A folder with somebody's data."""
    data = tmp_path / "real"
    assert caseledger("run", "-", "--platform", "36kr-jiangsu", data=data, given=json_lines(REPORT)).status == 0
    return data


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the demo made."""
    data = tmp_path_factory.mktemp("demo")
    assert caseledger("demo", "--json", data=data).status == 0
    return data


@pytest.fixture
def data(tmp_path: Path, made: Path) -> Path:
    """Such a folder of its own for each test."""
    copied = tmp_path / "demo"
    shutil.copytree(made, copied)
    return copied


@pytest.mark.parametrize("options", [(), ("--fresh",)])
def test_real_data_is_refused_and_stays(real: Path, options: tuple[str, ...]) -> None:
    before = contents(real)
    ended = caseledger("demo", *options, data=real)
    assert (ended.status, ended.out) == (2, "")
    assert "the demo did not make" in ended.err
    assert contents(real) == before


@pytest.mark.parametrize("options", [(), ("--fresh",)])
def test_a_folder_with_anything_in_it_is_refused(tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    assert caseledger("demo", *options, data=tmp_path).status == 2
    assert contents(tmp_path) == {"thesis.txt": b"years of work"}


def test_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    ended = caseledger("demo", "--fresh", data=tmp_path / "data")
    assert (ended.status, (tmp_path / "data").read_text()) == (2, "a file")


def test_an_empty_folder_is_taken_and_marked(made: Path) -> None:
    assert (made / ".caseledger-demo").is_file()


def test_something_foreign_in_the_demos_folder_keeps_it_from_being_emptied(data: Path) -> None:
    (data / "thesis.txt").write_text("years of work")
    before = contents(data)
    ended = caseledger("demo", "--fresh", data=data)
    assert ended.status == 2
    assert "thesis.txt" in ended.err
    assert contents(data) == before


def test_another_platforms_journal_keeps_it_from_being_emptied(data: Path) -> None:
    other = data / "platforms" / "another-platform"
    other.mkdir()
    ended = caseledger("demo", "--fresh", data=data)
    assert ended.status == 2
    assert "platforms/another-platform" in ended.err
    assert other.is_dir()


def test_a_link_in_the_demos_folder_is_removed_and_not_followed(data: Path, real: Path) -> None:
    before = contents(real)
    (data / "ingest").symlink_to(real)
    assert caseledger("demo", "--fresh", "--json", data=data).status == 0
    assert contents(real) == before


def test_an_interrupted_emptying_is_finished_by_the_next(tmp_path: Path) -> None:
    (tmp_path / ".caseledger-demo").write_text("")
    (tmp_path / "platforms").mkdir()
    (tmp_path / "read-models.sqlite.locks").mkdir()  # as `caseledger up` leaves it there
    assert caseledger("demo", "--fresh", "--json", data=tmp_path).status == 0


def test_without_a_folder_named_it_keeps_out_of_the_default_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert caseledger("demo", "--fresh", "--json", data=None).status == 0
    assert sorted(entry.name for entry in (tmp_path / "caseledger-data").iterdir()) == ["demo"]


def test_it_never_writes_to_a_database_of_read_models_that_is_named_for_real_data(tmp_path: Path) -> None:
    named = tmp_path / "real.sqlite"
    ended = caseledger("demo", data=tmp_path / "demo", CASELEDGER_READ_MODELS_URL=f"sqlite:///{named}")
    assert (ended.status, named.exists()) == (0, False)
    assert "\nunset CASELEDGER_READ_MODELS_URL\n" in ended.out

"""`caseledger doctor`: names what is wrong with a data folder, and changes nothing."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from tests.support.cli_folder import KR, ZERO, copied, run, text


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    copied(folder)
    folder.chmod(0o700)
    text(folder, "digest")
    (folder / "platforms").chmod(0o700)
    return folder


def told(data: Path) -> tuple[int, list[tuple[str, str, str]]]:
    """Status, and what is not in order."""
    result = run(data, "doctor", "--json")
    checks = json.loads(result.stdout)["checks"]
    return result.exit_code, [
        (check["state"], check["what"], Path(check["where"]).name) for check in checks if check["state"] != "ok"
    ]


def content(data: Path) -> dict[str, str]:
    return {
        str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in data.rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def overwrite(file: Path, at: int, data: bytes) -> None:
    with file.open("r+b") as opened:
        opened.seek(at)
        opened.write(data)


def test_a_folder_in_order_has_nothing_to_tell(data: Path) -> None:
    assert told(data) == (0, [])
    printed = text(data, "doctor")
    assert "Nothing was changed." in printed
    assert "python" in printed


def test_nothing_is_made_where_nothing_is(tmp_path: Path) -> None:
    assert told(tmp_path / "none") == (0, [])
    assert not (tmp_path / "none").exists()


def test_a_damaged_journal_is_named_and_left_as_it_is(data: Path) -> None:
    file = data / "platforms" / KR / "journal.sqlite"
    overwrite(file, file.stat().st_size // 2, b"\xa5" * 4096)
    before = content(data)
    status, found = told(data)
    assert status == 5
    assert {(state, what) for state, what, _ in found} == {("damaged", "journal")}
    assert content(data) == before


def test_a_missing_journal_is_named(data: Path) -> None:
    for file in (data / "platforms" / ZERO).iterdir():
        file.unlink()
    assert told(data) == (5, [("damaged", "journal", "journal.sqlite")])


def test_a_file_that_is_no_journal_is_named(data: Path) -> None:
    (data / "platforms" / KR / "journal.sqlite").write_bytes(b"hello" * 1000)
    status, found = told(data)
    assert (status, found[0][:2]) == (5, ("damaged", "journal"))


def test_a_secret_of_the_wrong_size_is_damaged_and_a_missing_one_worth_a_warning(data: Path) -> None:
    (data / "secrets" / f"{KR}.key").write_bytes(b"short")
    (data / "secrets" / f"{ZERO}.key").unlink()
    assert told(data) == (5, [("damaged", "secret", f"{KR}.key"), ("warning", "secret", f"{ZERO}.key")])


def test_files_that_others_may_read_are_named(data: Path) -> None:
    (data / "secrets" / f"{KR}.key").chmod(0o644)
    assert told(data) == (0, [("warning", "permissions", f"{KR}.key")])
    data.chmod(0o755)
    assert told(data) == (1, [("fault", "permissions", "data"), ("fault", "permissions", f"{KR}.key")])


def test_a_damaged_database_of_read_models_is_named(data: Path) -> None:
    (data / "read-models.sqlite").write_bytes(b"hello" * 1000)
    for rest in data.glob("read-models.sqlite-*"):
        rest.unlink()
    assert told(data) == (5, [("damaged", "read models", "read-models.sqlite")])


def test_a_faulty_pack_in_the_folder_of_packs_is_named(data: Path, tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    (packs / KR).mkdir(parents=True)
    (packs / KR / "1.toml").write_text("format = 1", encoding="utf-8")
    result = run(data, "doctor", CASELEDGER_POLICIES=str(packs))
    assert result.exit_code == 1
    assert f"fault    pack {KR}" in result.stdout


def test_a_platform_that_is_not_there_is_a_fault(data: Path) -> None:
    assert run(data, "doctor", "--platform", "nobody").exit_code == 1
    shutil.rmtree(data / "platforms" / ZERO)
    assert run(data, "doctor", "--platform", KR).exit_code == 0

"""`caseledger journal` on a ledger in a file: what it holds, whether it is whole, and what became of an append."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli_folder import KR, PERSONAL, ZERO, copied, error, filled, run, text

NOBODYS = "00112233445566778899aabbccddeeff"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return copied(tmp_path / "data")


def _inspected(data: Path, *arguments: str) -> dict[str, Any]:
    return json.loads(text(data, "journal", "inspect", "--platform", KR, *arguments, "--json"))[0]


def _outcome(data: Path, append: str, *arguments: str) -> tuple[int, dict[str, Any]]:
    result = run(data, "journal", "outcome", append, "--platform", KR, *arguments, "--json")
    return result.exit_code, json.loads(result.stdout)


def test_what_a_journal_holds_is_told() -> None:
    found = _inspected(filled())
    head = json.loads(text(filled(), "digest", "--platform", KR, "--json"))[0]["position"]
    assert found["positions"] == head
    assert found["appends"] == found["written"]
    assert (found["void"], found["unreadable"], found["cancelled"]) == (0, 0, 0)
    assert sum(writer["appends"] for writer in found["writers"]) == found["appends"]
    assert "caseledger.case.opened" in {schema["name"] for schema in found["schemas"]}
    printed = text(filled(), "journal", "inspect")
    assert f"Journal of {KR}" in printed
    assert f"Journal of {ZERO}" in printed
    assert f"{found['appends']:,}: {found['written']:,} took effect, 0 void" in printed


def test_records_are_listed_page_by_page_and_give_every_position_once() -> None:
    start, positions = 0, []
    while start is not None:
        page = _inspected(filled(), "--from", str(start), "--limit", "20")
        for record in page["records"]:
            for append in record.get("appends", ()):
                first, last = append["positions"]
                positions += range(first, last + 1)
                assert len(append["events"]) == last + 1 - first
        start = page["next"]
    assert positions == list(range(1, _inspected(filled())["positions"] + 1))


def test_nothing_personal_is_shown() -> None:
    for arguments in ((), ("--from", "0"), ("--from", "0", "--json"), ("--json",)):
        printed = text(
            filled(), "journal", "inspect", *arguments, *(("--limit", "1000") if "--from" in arguments else ())
        )
        assert not [each for each in PERSONAL if each in printed]


def test_a_whole_journal_verifies() -> None:
    (told,) = json.loads(text(filled(), "journal", "verify", "--platform", KR, "--json"))
    found = _inspected(filled())
    assert told["findings"] == []
    assert (told["records"], told["positions"]) == (found["records"], found["positions"])
    assert "every record and every index is what was written" in text(filled(), "journal", "verify")


def test_a_damaged_journal_is_named_with_status_5(data: Path) -> None:
    file = data / "platforms" / KR / "journal.sqlite"
    with file.open("r+b") as opened:
        opened.seek(file.stat().st_size // 2)
        opened.write(b"\xa5" * 4096)
    result = run(data, "journal", "verify", "--json")
    assert result.exit_code == 5
    assert [bool(told["findings"]) for told in json.loads(result.stdout)] == [True, False]
    assert "nothing was changed" in run(data, "journal", "verify", "--platform", KR).stdout


def test_an_append_that_took_effect_is_told_with_its_positions() -> None:
    records = _inspected(filled(), "--from", "0", "--limit", "1000")["records"]
    append = next(record["appends"][0] for record in records if record["kind"] == "appends")
    status, told = _outcome(filled(), append["append"])
    assert (status, told["outcome"], told["positions"]) == (0, "written", append["positions"])
    assert run(filled(), "journal", "outcome", append["append"]).stdout.startswith("written: ")


def test_an_append_that_is_not_there_is_cancelled_for_ever(data: Path) -> None:
    assert _outcome(data, NOBODYS, "--look") == (
        6,
        {"append": NOBODYS, "platform": None, "outcome": "unknown", "positions": None, "cancelled_now": False},
    )
    status, told = _outcome(data, NOBODYS)
    assert (status, told["outcome"], told["cancelled_now"]) == (1, "not written", True)
    status, told = _outcome(data, NOBODYS, "--look")
    assert (status, told["outcome"], told["cancelled_now"]) == (1, "not written", False)
    assert _inspected(data)["cancelled"] == 1


def test_an_append_is_looked_for_in_all_journals_but_cancelled_only_where_it_was_meant_for(data: Path) -> None:
    status, code, reason = error(data, "journal", "outcome", NOBODYS)
    assert (status, code) == (2, "usage")
    assert KR in reason
    assert "--platform" in reason
    assert _inspected(data)["cancelled"] == 0


def test_what_is_no_append_id_is_refused() -> None:
    assert error(filled(), "journal", "outcome", "0011", "--platform", KR)[:2] == (2, "usage")
    assert error(filled(), "journal", "outcome", "z" * 32, "--platform", KR)[:2] == (2, "usage")


def test_a_ledger_in_a_file_is_made_once(tmp_path: Path) -> None:
    def created() -> dict[str, Any]:
        return json.loads(text(tmp_path, "journal", "create", "--platform", KR, "--json"))

    made = created()
    assert made == {"platform": KR, "ledger": made["ledger"], "outcome": "made", "topics": []}
    assert Path(made["ledger"]).is_file()
    assert created()["outcome"] == "left alone"


def test_a_journal_to_be_made_needs_a_platform(tmp_path: Path) -> None:
    assert error(tmp_path, "journal", "create")[:2] == (2, "usage")
    assert error(tmp_path, "journal", "create", "--platform", "No Such")[:2] == (2, "usage")
    assert list(tmp_path.iterdir()) == []

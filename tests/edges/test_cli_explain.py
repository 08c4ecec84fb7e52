"""`caseledger explain`: a sanction down to the events it counted, and the same ruling made again."""

from pathlib import Path

import pytest

from caseledger.bootstrap import start
from caseledger.settings import LogLevel, Settings
from tests.support.cli_folder import KR, Folder, document, error, filled, rows, text


@pytest.fixture(scope="module")
def data() -> Path:
    return filled()


def sanction(data: Path, account: str, place: int) -> str:
    return str(rows(data, "list", "sanctions", "--account", account)[place]["sanction"])


def test_a_ban_after_two_mutes_names_the_window_and_both_mutes(data: Path) -> None:
    found = document(data, "explain", sanction(data, "acc-1", 2))
    (count,) = found["counts"]
    assert (count["bound"], count["wanted"], count["number"], count["within"]) == ("at_least", 2, 2, "P3M")
    assert (count["starts_at"], count["ends_at"]) == ("2020-10-25T04:30:00Z", "2021-01-25T04:30:00Z")
    assert count["before_posting_at"] == "2021-01-25T01:00:00Z"
    assert [(line["what"], line["at"]) for line in found["counted"]] == [
        ("mute:P1D", "2021-01-05T04:00:00Z"),
        ("mute:P7D", "2021-01-15T04:00:00Z"),
    ]
    assert [line["id"] for line in found["counted"]] == count["counted"] == found["decision"]["because"]


def test_it_says_the_clause_the_code_in_both_languages_and_who_decided(data: Path) -> None:
    found = document(data, "explain", sanction(data, "acc-1", 2))
    decision = found["decision"]
    assert (decision["clause"], decision["explanation"]) == ("五(b).1(4)", "muted_twice")
    assert found["sentence"]["en"].startswith("The account had already been muted")
    assert "禁言" in found["sentence"]["zh"]
    assert (decision["proposed_by"], decision["confirmed_by"]) == ("ann", "bob")
    assert (found["state"], found["lifted_at"]) == ("lifted", "2021-02-01T13:10:00Z")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_judged_again_on_the_record_of_that_time_the_ruling_is_the_same(data: Path, place: int) -> None:
    assert document(data, "explain", sanction(data, "acc-1", place))["judged_again"] == {
        "same": True,
        "events_of_record": (0, 2, 5)[place],
        "differences": [],
    }


def test_an_extra_measure_is_explained_by_the_same_decision(data: Path) -> None:
    found = document(data, "explain", sanction(data, "acme", 2))
    assert (found["measure"], found["part"], found["decision"]["rule"]) == (
        "freeze_permissions",
        "extra",
        "zero-tolerance",
    )
    assert found["judged_again"]["same"]


def test_a_reduced_sanction_says_what_it_replaces_and_who_reduced_it(tmp_path: Path) -> None:
    with start(Settings(data=tmp_path, log_level=LogLevel.ERROR)) as caseledger:
        folder = Folder(caseledger)
        folder.report("r", "2021-01-05", "c")
        folder.uphold("r", "2021-01-05")
        case = {"report": "r"}
        folder.do("lodge_appeal", "2021-01-05T13:00:00+08:00", case=case, text="never mine")
        reduced = {"outcome": "reduced", "measure": "warn", "reason": "a first time"}
        folder.do("decide_appeal", "2021-01-05T14:00:00+08:00", actor="cat", case=case, **reduced)
    first, second = (sanction(tmp_path, "acc-1", place) for place in (0, 1))
    found = document(tmp_path, "explain", second)
    assert (found["measure"], found["replaces"], found["state"]) == ("warn", first, "in_force")
    assert found["replaced_because"] == "appeal_reduced by cat: mute:P1D → warn"
    assert found["judged_again"]["same"]


def test_for_people_it_fits_a_hundred_columns(data: Path) -> None:
    printed = text(data, "explain", sanction(data, "acc-1", 2))
    assert "Judged again from the ledger" in printed
    assert "the same" in printed
    assert max(len(line) for line in printed.splitlines()) <= 100


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("nonsense", 2, "usage"),
        ("00000000-0000-0000-0000-000000000000.1", 1, "sanction_not_found"),
        ("00000000-0000-0000-0000-000000000000.0", 2, "usage"),
    ],
)
def test_what_is_no_sanction_is_told_by_code(data: Path, name: str, status: int, code: str) -> None:
    assert error(data, "explain", name, "--platform", KR)[:2] == (status, code)


def test_the_removal_beside_a_sanction_is_no_sanction(data: Path) -> None:
    stream = sanction(data, "acc-1", 0).rpartition(".")[0]
    assert error(data, "explain", f"{stream}.1", "--platform", KR)[1] == "sanction_not_found"

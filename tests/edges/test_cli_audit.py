"""`caseledger audit`: the replay of a case and of an account, to its end and as of any moment."""

from pathlib import Path

import pytest

from tests.support.cli_folder import KR, ZERO, document, error, filled, text


@pytest.fixture(scope="module")
def data() -> Path:
    return filled()


def test_a_case_is_replayed_with_everything_it_caused(data: Path) -> None:
    audit = document(data, "audit", "case", "report:r2")
    types = [entry["type"] for entry in audit["entries"]]
    assert types[:3] == ["report.received.v1", "report.admitted.v1", "case.opened.v1"]
    for kind in ("case.decided.v1", "account.sanction_imposed.v1", "account.sanction_lifted.v1"):
        assert types.count(kind) == 1
    assert types.count("reporter.report_upheld.v1") == types.count("reporter.credit_withdrawn.v1") == 2
    positions = [entry["position"] for entry in audit["entries"]]
    assert positions == sorted(set(positions))


def test_every_entry_says_when_who_why_and_under_which_policy(data: Path) -> None:
    entries = document(data, "audit", "case", "report:r2")["entries"]
    decided = next(entry for entry in entries if entry["type"] == "case.decided.v1")
    assert (decided["actor"], decided["role"], decided["occurred_at"]) == (
        "bob",
        "senior_reviewer",
        "2021-01-25T04:30:00Z",
    )
    assert (decided["rule"], decided["explanation"], decided["policy_version"]) == (
        "two-mutes-3m",
        "muted_twice",
        "2020-12-18",
    )
    assert len(decided["policy_digest"]) == 64
    assert len(decided["evidence"]) == 1
    assert all(entry["recorded_at"] >= "2021" and entry["command_id"] for entry in entries)


def test_the_state_after_each_event_shows_the_sanction_come_and_go(data: Path) -> None:
    audit = document(data, "audit", "case", "report:r2")
    in_force = {entry["type"]: entry["state"]["in_force"] for entry in audit["entries"]}
    assert in_force["case.decided.v1"] == []
    assert in_force["account.sanction_imposed.v1"] == ["ban"]
    assert in_force["account.sanction_lifted.v1"] == []
    assert (audit["state"]["stage"], audit["state"]["appeal"], audit["state"]["lifted"]) == ("taken_back", "upheld", 1)


def test_a_reporter_is_named_by_pseudonym_and_their_stream_by_nothing(data: Path) -> None:
    entries = document(data, "audit", "case", "report:r2")["entries"]
    credited = [entry for entry in entries if entry["type"].startswith("reporter.")]
    assert {entry["reporter"] for entry in credited} == {"R1", "R2"}
    assert {entry["event_id"] for entry in credited} == {None}


def test_as_of_a_position_and_as_of_a_time_end_where_they_say(data: Path) -> None:
    whole = document(data, "audit", "case", "report:r2")["entries"]
    proposed = next(entry for entry in whole if entry["type"] == "case.decision_proposed.v1")
    by_position = document(data, "audit", "case", "report:r2", "--as-of", str(proposed["position"]))
    by_time = document(data, "audit", "case", "report:r2", "--as-of", "2021-01-25T12:00:00+08:00")
    assert by_position["entries"] == by_time["entries"]
    assert by_position["state"]["stage"] == "awaiting_confirmation"
    assert by_time["as_of"] == "2021-01-25T04:00:00Z"


def test_as_of_before_the_beginning_nothing_had_happened(data: Path) -> None:
    audit = document(data, "audit", "case", "report:r2", "--as-of", "0")
    assert (audit["entries"], audit["state"]["stage"]) == ([], None)


def test_an_account_is_replayed_with_the_cases_against_it(data: Path) -> None:
    audit = document(data, "audit", "account", "acc-1")
    assert audit["state"] == {
        "cases": 3,
        "cases_decided": 3,
        "in_force": [],
        "ended": 2,
        "lifted": 1,
        "content_removed": 2,
        "listed": False,
        "barred": False,
    }
    between = document(data, "audit", "account", "acc-1", "--as-of", "2021-01-15T12:00:00+08:00")
    assert between["state"]["in_force"] == ["mute:P1D", "mute:P7D"]


def test_an_account_with_open_cases_only_has_a_replay(data: Path) -> None:
    audit = document(data, "audit", "account", "acc-9")
    assert [entry["type"] for entry in audit["entries"]] == ["case.opened.v1"]


def test_a_case_in_an_operation_shows_its_place_there(data: Path) -> None:
    audit = document(data, "audit", "case", "report:z1", "--platform", ZERO)
    assert audit["entries"][-1]["type"] == "operation.case_added.v1"
    assert (audit["state"]["listed"], audit["state"]["barred"]) == (True, True)


def test_for_people_it_is_one_block_an_event_and_the_state_at_the_end(data: Path) -> None:
    printed = text(data, "audit", "case", "report:r2", "--platform", KR)
    assert printed.count("who ") == len(document(data, "audit", "case", "report:r2")["entries"])
    assert "State at the end" in printed
    assert max(len(line) for line in printed.splitlines()) <= 100


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (("case", "report:r2", "--as-of", "2021-01-25T12:00:00"), 2, "usage"),
        (("case", "report:r2", "--as-of", "yesterday"), 2, "usage"),
        (("case", "report:r2", "--as-of", "9" * 30), 2, "usage"),
        (("case", "report:r2", "--as-of", "-1"), 2, "usage"),
        (("case", "report:nothing"), 1, "case_not_found"),
        (("account", "nobody"), 1, "account_not_found"),
    ],
)
def test_what_cannot_be_replayed_is_told_by_code(
    data: Path, arguments: tuple[str, ...], status: int, code: str
) -> None:
    assert error(data, "audit", *arguments)[:2] == (status, code)

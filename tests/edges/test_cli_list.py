"""`caseledger list`: filters, order, pages, and the views of the blacklist."""

from pathlib import Path

import pytest

from tests.support.cli_folder import KR, ZERO, document, error, filled, rows, text

KINDS = ("queue", "violations", "sanctions", "blacklist", "deadlines", "reporters", "operations", "statistics")


@pytest.fixture(scope="module")
def data() -> Path:
    return filled()


@pytest.mark.parametrize("kind", KINDS)
def test_every_list_has_rows_of_its_platforms_and_no_line_wider_than_a_hundred_columns(data: Path, kind: str) -> None:
    found = rows(data, "list", kind)
    assert found
    assert {row["platform"] for row in found} <= {KR, ZERO}
    assert max(len(line) for line in text(data, "list", kind).splitlines()) <= 100


@pytest.mark.parametrize("kind", KINDS)
def test_pages_of_one_give_what_one_page_gives(data: Path, kind: str) -> None:
    whole = rows(data, "list", kind)
    paged, after = [], []
    while True:
        page = document(data, "list", kind, "--limit", "1", *after)
        paged += page["rows"]
        if page["next"] is None:
            break
        after = ["--after", page["next"]]
    assert paged == whole


def test_the_queue_shows_open_cases_and_with_closed_all(data: Path) -> None:
    assert {row["state"] for row in rows(data, "list", "queue", "--platform", KR)} == {"new"}
    assert len(rows(data, "list", "queue", "--platform", KR, "--closed")) == 4
    assert [row["respondent"] for row in rows(data, "list", "queue", "--account", "acc-9")] == ["acc-9"]
    assert rows(data, "list", "queue", "--state", "returned") == []


def test_sanctions_are_filtered_by_account_state_and_kind(data: Path) -> None:
    assert [row["kind"] for row in rows(data, "list", "sanctions", "--account", "acc-1", "--state", "lifted")] == [
        "ban"
    ]
    assert len(rows(data, "list", "sanctions", "--kind", "mute")) == 2


def test_violations_are_counted_by_class_code_and_window_or_listed(data: Path) -> None:
    assert [row["in_force"] for row in rows(data, "list", "violations", "--account", "acc-1", "--by", "code")] == [2]
    assert len(rows(data, "list", "violations", "--account", "acc-1", "--by", "each")) == 3
    assert rows(data, "list", "violations", "--platform", ZERO, "--by", "window")[0]["decisions"] == 1


def test_the_public_sees_masked_names_and_partners_ids(data: Path) -> None:
    public = rows(data, "list", "blacklist", "--view", "public")
    assert {row["shown_as"] for row in public} == {"a**", "z**", "bad.example"}
    shown = {"platform", "party_type", "shown_as", "label", "violation_types", "listed_at", "position", "number"}
    assert all(set(row) == shown for row in public)
    assert [row["party"] for row in rows(data, "list", "blacklist", "--view", "partner", "--party", "acme")] == ["acme"]


@pytest.mark.parametrize("option", ["--account", "--party", "--state"])
def test_the_public_view_has_no_filters(data: Path, option: str) -> None:
    value = "listed" if option == "--state" else "acme"
    assert error(data, "list", "blacklist", "--view", "public", option, value)[:2] == (2, "usage")


def test_deadlines_are_filtered_by_state_and_due_time(data: Path) -> None:
    running = rows(data, "list", "deadlines", "--state", "running", "--platform", KR)
    assert [row["due_at"] for row in running] == ["2021-03-03T02:00:00.000000Z"]
    early = rows(data, "list", "deadlines", "--due-until", "2021-01-06T10:00:00+08:00")
    assert {row["due_at"] for row in early} == {"2021-01-06T02:00:00.000000Z"}


def test_statistics_add_up_over_what_is_not_asked_for(data: Path) -> None:
    by_month = rows(data, "list", "statistics", "--figure", "decisions", "--by", "month", "--platform", KR)
    assert [(row["month"], row["ever"], row["standing"]) for row in by_month] == [("2021-01", 3, 2)]
    days = ("--since", "2021-01-10", "--until", "2021-01-20")
    assert [row["ever"] for row in rows(data, "list", "statistics", "--figure", "decisions", *days)] == [1]


@pytest.mark.parametrize(
    "arguments",
    [
        ("queue", "--after", "nonsense"),
        ("queue", "--after", "AAAA"),
        ("queue", "--limit", "0"),
        ("queue", "--limit", "1001"),
        ("deadlines", "--due-until", "2021-01-01"),
        ("deadlines", "--due-until", "2021-01-01T00:00:00"),
        ("statistics", "--since", "yesterday"),
        ("statistics", "--by", "planet"),
        ("statistics", "--by", "day", "--by", "day"),
        ("sanctions", "--state", "gone"),
        ("nothing",),
    ],
)
def test_values_that_cannot_be_used_are_wrong_usage(data: Path, arguments: tuple[str, ...]) -> None:
    assert error(data, "list", *arguments)[:2] == (2, "usage")


def test_a_cursor_of_one_list_is_refused_by_another(data: Path) -> None:
    cursor = document(data, "list", "queue", "--closed", "--limit", "1")["next"]
    assert error(data, "list", "sanctions", "--after", cursor)[:2] == (2, "usage")


def test_a_list_for_people_says_how_to_go_on(data: Path) -> None:
    assert "There is more: --after " in text(data, "list", "sanctions", "--limit", "1")
    assert text(data, "list", "operations", "--platform", KR) == "Nothing there.\n"

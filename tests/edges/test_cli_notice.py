"""`caseledger list notice`: figures of what was dealt with in a span of days, and the names announced, masked."""

from pathlib import Path

import pytest

from caseledger.bootstrap import start
from caseledger.settings import LogLevel, Settings
from tests.support.cli_folder import ZERO, Folder, document, error, filled, text

WECHAT = "wechat-contraband"
LINK, GROUP, POST = ("link", "https://shop.example/pills?id=7"), ("group", "硬汉会议室"), ("content", "moment-1")
DECISIONS = (
    ("2021-01-04", LINK, None, {}),
    ("2021-01-05", POST, "seller-1", {"severity": "minor"}),
    ("2021-01-06", ("content", "moment-2"), "seller-1", {"severity": "grave"}),
    ("2021-01-07", GROUP, None, {"severity": "serious"}),
    ("2021-02-01", ("account", "promoter-9"), "promoter-9", {"severity": "ordinary"}),
    ("2021-02-02", ("account", "innocent-3"), "innocent-3", {"severity": "ordinary"}),
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notice")
    with start(Settings(data=folder, log_level=LogLevel.ERROR)) as caseledger:
        given = Folder(caseledger)
        for number, (day, (kind, name), account, found) in enumerate(DECISIONS):
            report = f"r{number}"
            about = {"subject": {"type": kind, "id": name}, "respondent": account, "codes": ["1.1"]}
            given.report(report, day, name, platform=WECHAT, **about)
            case = {"report": report}
            decided = {"case": case, "outcome": "upheld", "finding": {"codes": ["1.1"], **found}}
            given.do("propose_decision", f"{day}T12:00:00+08:00", platform=WECHAT, **decided)
            if found.get("severity") in {"grave", "serious"}:
                given.do("confirm_decision", f"{day}T12:30:00+08:00", platform=WECHAT, actor="bob", case=case)
        wrong = {"case": {"report": "r5"}, "reason": "the officer erred"}
        given.do("correct_decision", "2021-02-03T12:00:00+08:00", platform=WECHAT, actor="cat", **wrong)
    return folder


def figures(data: Path, *options: str) -> dict[str, tuple[int, int]]:
    found = document(data, "list", "notice", *options)["figures"]
    return {each["type"]: (each["things"], each["decisions"]) for each in found}


def test_things_are_counted_by_type_each_once_and_without_what_was_taken_back(data: Path) -> None:
    assert figures(data) == {"account": (2, 3), "content": (2, 2), "group": (1, 1), "link": (1, 1)}


def test_only_the_days_asked_for_count(data: Path) -> None:
    assert figures(data, "--since", "2021-02-01") == {"account": (1, 1)}
    assert figures(data, "--since", "2021-01-05", "--until", "2021-01-05") == {"account": (1, 1), "content": (1, 1)}
    assert figures(data, "--since", "2031-01-01") == {}
    assert text(data, "list", "notice", "--since", "2031-01-01") == "Nothing there.\n"


def test_names_announced_are_masked(data: Path) -> None:
    told = document(data, "list", "notice")
    names = [(row["thing_type"], row["shown_as"]) for row in told["rows"]]
    assert names == [("link", "shop.example/**"), ("account", "s**"), ("account", "s**"), ("account", "p**")]
    for hidden in ("seller-1", "promoter-9", "pills", "innocent"):
        assert hidden not in str(told)
        assert hidden not in text(data, "list", "notice")


def test_pages_of_one_give_what_one_page_gives(data: Path) -> None:
    whole = document(data, "list", "notice")["rows"]
    paged, after = [], []
    while True:
        page = document(data, "list", "notice", "--limit", "1", *after)
        paged += page["rows"]
        if page["next"] is None:
            break
        after = ["--after", page["next"]]
    assert paged == whole
    assert "There is more" in text(data, "list", "notice", "--limit", "1")


def test_a_policy_that_announces_nothing_has_figures_only() -> None:
    told = document(filled(), "list", "notice", "--platform", ZERO)
    assert {each["type"] for each in told["figures"]} == {"account", "site"}
    assert not any(each["announced"] for each in told["figures"])
    assert told["rows"] == []
    assert "Dealt with since 2021-01-01 until 2021-12-31" in text(
        filled(), "list", "notice", "--platform", ZERO, "--since", "2021-01-01", "--until", "2021-12-31"
    )


def test_a_day_is_a_day(data: Path) -> None:
    assert error(data, "list", "notice", "--since", "yesterday")[:2] == (2, "usage")

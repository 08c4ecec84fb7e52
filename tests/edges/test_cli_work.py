"""`caseledger list` feedback, times, rewards and bookings: tables for people, JSON for programs, page by page."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from caseledger.bootstrap import Caseledger
from caseledger.cli.session import reading
from caseledger.queries.reporter_view import reporter_view
from caseledger.settings import Settings
from domain.streams import reporter_stream
from tests.support.command_line import caseledger, json_lines

KR, MOJI = "36kr-jiangsu", "moji-weather"
START = datetime(2021, 3, 1, 4, tzinfo=UTC)
POSTS = 12


def at(days: int, hours: int) -> str:
    return (START + timedelta(days=days, hours=hours)).isoformat()


def kr(day: int, hours: int, command: str, **fields: object) -> dict[str, object]:
    return {"platform": KR, "at": at(day, hours), "actor": "ann", "command": command, **fields}


def post(number: int, platform: str, place: str, code: str, **fields: object) -> dict[str, object]:
    """A report on one post by the same reader."""
    made: dict[str, object] = {
        "platform": platform,
        "at": at(number, 0),
        "command": "file_report",
        "report": f"r-{number}",
        "source": "user",
        "reporter": "reader-1",
        "reporter_verified": True,
        "contact": True,
        "place": place,
        "subject": {"type": "content", "id": f"c-{number}"},
        "content": f"c-{number}",
        "respondent": f"u-{number}",
        "codes": [code],
        "evidence": "sufficient",
        "snapshot": "what it said",
    }
    return made | fields


def upheld(number: int, platform: str, code: str) -> dict[str, object]:
    """Upheld two hours later."""
    return {
        "platform": platform,
        "at": at(number, 2),
        "actor": "ann",
        "command": "propose_decision",
        "case": {"report": f"r-{number}"},
        "outcome": "upheld",
        "finding": {"codes": [code], "severity": "minor"},
    }


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month of rewards into both caps at one platform; feedback owed, waited for and given at another."""
    folder = tmp_path_factory.mktemp("work")
    lines: list[dict[str, object]] = []
    for number in range(POSTS):
        lines += [post(number, MOJI, "moji_app", "3.2.1"), upheld(number, MOJI, "3.2.1")]
    lines.append({"platform": MOJI, "at": at(20, 0), "actor": "bob", "command": "correct_decision"})
    lines[-1] |= {"case": {"report": "r-0"}, "reason": "our mistake"}
    for number in range(3):
        lines.append(post(number, KR, "weibo", "3.2.8"))
    lines += [kr(0, 1, "start_verification", case={"report": "r-0"}), upheld(0, KR, "3.2.8")]
    lines += [kr(0, 3, "give_feedback", report="r-0"), upheld(1, KR, "3.2.8")]
    ended = caseledger(
        "run", "--quiet", "-", data=folder, given=json_lines(*sorted(lines, key=lambda line: line["at"]))
    )
    assert ended.status == 0, ended.out
    return folder


def rows(data: Path, *arguments: str) -> list[dict[str, object]]:
    return json.loads(caseledger("list", *arguments, "--json", data=data).out)["rows"]


def test_feedback_that_is_owed_names_the_report_as_officers_do(data: Path) -> None:
    (row,) = rows(data, "feedback")
    assert (row["system"], row["id"], row["what"], row["state"]) == ("direct", "r-1", "outcome", "owed")
    shown = caseledger("list", "feedback", data=data).out
    assert "direct/r-1  outcome" in shown


def test_feedback_given_and_waited_for_is_listed_when_asked(data: Path) -> None:
    assert [(row["id"], row["taken_s"]) for row in rows(data, "feedback", "--state", "given")] == [("r-0", 10_800)]
    assert [row["id"] for row in rows(data, "feedback", "--state", "waiting")] == ["r-2"]
    assert "direct/r-2" in caseledger("list", "feedback", "--state", "waiting", data=data).out
    assert "2021-03-01 07:00Z" in caseledger("list", "feedback", "--state", "given", data=data).out


def test_times_are_told_by_platform_month_and_step(data: Path) -> None:
    found = {(row["platform"], row["step"]): (row["count"], row["median_s"]) for row in rows(data, "times")}
    assert found == {
        (KR, "verify"): (1, 3600),
        (KR, "decide"): (2, 7200),
        (KR, "feedback"): (1, 10_800),
        (MOJI, "decide"): (POSTS, 7200),
    }
    shown = caseledger("list", "times", "--platform", KR, data=data).out
    assert "2021-03  decide        2  2 h 00  2 h 00  2 h 00   2 h 00" in shown


def test_months_without_anything_are_told_as_such(data: Path) -> None:
    assert caseledger("list", "times", "--since", "2030-01", data=data).out == "Nothing there.\n"
    assert caseledger("list", "times", "--until", "2021-00", data=data).status == 2


def test_a_month_of_rewards_stands_beside_its_caps(data: Path) -> None:
    found = {row["currency"]: row for row in rows(data, "rewards", "--month", "2021-03")}
    coins, points = found["coins"], found["points"]
    assert (coins["granted"], coins["booked"], coins["cap"], coins["room"]) == (100, 90, 100, 10)
    assert (points["granted"], points["booked"], points["cap"], points["room"]) == (10, 8, 10, 2)
    reporter = str(reporter_stream(MOJI, "reader-1").uuid)
    assert len(rows(data, "rewards", "--reporter", reporter)) == 2
    assert rows(data, "rewards", "--month", "2021-04") == []
    assert "coins" in caseledger("list", "rewards", data=data).out


def test_bookings_are_listed_in_the_order_of_the_ledger_page_by_page(data: Path) -> None:
    whole = rows(data, "bookings", "--platform", MOJI, "--month", "2021-03")
    assert [row["granted"]["coins"] for row in whole] == [10] * 10 + [0] * 2
    assert whole[0]["reversed_at"] is not None
    paged: list[dict[str, object]] = []
    after: list[str] = []
    while True:
        page = json.loads(caseledger("list", "bookings", "--limit", "5", "--json", *after, data=data).out)
        paged += page["rows"]
        if page["next"] is None:
            break
        after = ["--after", page["next"]]
    assert paged == whole
    assert "reversed" in caseledger("list", "bookings", data=data).out


def test_of_a_reporter_with_much_behind_them_the_last_is_shown(data: Path) -> None:
    with Caseledger(Settings(data=data)) as opened:
        view = reporter_view(reading(opened, MOJI, "reporters"), "reader-1", shown_max=3)
        whole = reporter_view(reading(opened, MOJI, "reporters"), "reader-1")
    assert (len(view.reports), len(view.bookings), view.more) == (3, 3, ("reports", "bookings"))
    assert (len(whole.reports), whole.bookings[-3:], whole.more) == (POSTS, view.bookings, ())

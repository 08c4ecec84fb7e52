"""The reviewer sees that accounts report together, in the queue and in the case: as figures, and not who they are."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.streams import reporter_stream
from tests.support.command_line import caseledger, json_lines

KR = "36kr-jiangsu"
START = datetime(2021, 3, 1, 4, tzinfo=UTC)
BRIGADE = ("ming", "lan", "bo", "yu")


def report(item: int, who: str, minutes: int) -> dict[str, object]:
    """One of them reports an item of the same author."""
    return {
        "platform": KR,
        "at": (START + timedelta(days=2 * item, minutes=minutes)).isoformat(),
        "command": "file_report",
        "report": f"r-{item}-{who}",
        "source": "user",
        "reporter": who,
        "place": "weibo",
        "subject": {"type": "content", "id": f"c-{item}"},
        "content": f"c-{item}",
        "respondent": f"u-{item}",
        "codes": ["3.2.8"],
    }


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three items, two days apart, that the brigade reports; a stranger joins on the third."""
    folder = tmp_path_factory.mktemp("brigade")
    who = [(item, name) for item in range(3) for name in (*BRIGADE, *(["stranger"] if item == 2 else []))]
    lines = json_lines(*(report(item, name, minute) for minute, (item, name) in enumerate(who)))
    assert caseledger("run", "--quiet", "-", data=folder, given=lines).status == 0
    return folder


def test_the_queue_shows_how_many_of_how_many(data: Path) -> None:
    shown = caseledger("list", "queue", data=data).out
    (third,) = [line for line in shown.splitlines() if line.endswith("u-2")]
    assert "4 of 5" in third
    assert "of 4" not in shown


def test_the_queue_as_json_has_the_figures_of_signals_only(data: Path) -> None:
    rows = json.loads(caseledger("list", "queue", "--json", data=data).out)["rows"]
    found = {row["subject"]: row["co_reporting"] for row in rows}
    assert (found["c-0"], found["c-1"]) == ([], [])
    item, respondent = found["c-2"]
    assert (item["target_kind"], respondent["target_kind"]) == ("item", "respondent")
    assert (item["reporters"], item["together"], item["earlier_max"], item["signal"]) == (5, 4, 2, True)


def test_the_case_shows_the_figures_even_where_they_are_no_signal(data: Path) -> None:
    shown = caseledger("show", "case", "report:r-2-bo", data=data).out
    assert "Do they report together? A signal, no ground for a decision" in shown
    assert "yes" in next(line for line in shown.splitlines() if line.startswith("item "))
    early = json.loads(caseledger("show", "case", "report:r-0-bo", "--json", data=data).out)
    assert [(row["reporters"], row["together"], row["signal"]) for row in early["co_reporting"]] == [(4, 0, False)] * 2


def test_neither_names_an_account(data: Path) -> None:
    for arguments in (("list", "queue", "--json"), ("show", "case", "report:r-2-bo", "--json")):
        shown = caseledger(*arguments, data=data).out
        assert not [name for name in BRIGADE if str(reporter_stream(KR, name).uuid) in shown]

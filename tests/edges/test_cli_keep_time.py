"""`caseledger keep-time` at the command line, and time kept in a run of lines."""

from pathlib import Path

import pytest

from tests.support.command_line import all_facts, caseledger, json_lines

KR = "36kr-jiangsu"
REPORT = {
    "platform": KR,
    "at": "2021-03-10T12:00:00+08:00",
    "command": "file_report",
    "report": "r-1",
    "source": "user",
    "place": "weibo",
    "subject": {"type": "content", "id": "c-1"},
    "content": "c-1",
    "codes": ["3.2.8"],
}
NOTE = {
    "platform": KR,
    "at": "2021-03-12T12:00:00+08:00",
    "actor": "ann",
    "command": "add_note",
    "case": {"report": "r-1"},
    "text": "late",
}
KEEP = {"platform": KR, "at": "2021-03-12T11:00:00+08:00", "command": "keep_time"}
MISSED = "case.deadline_missed.v1"


def ledger(data: Path, *lines: object) -> Path:
    """A ledger with this in it."""
    assert caseledger("run", "-", data=data, given=json_lines(REPORT, *lines)).status == 0
    return data


def types(data: Path) -> list[str]:
    """What happened, but for the policies."""
    return [fact.event.TYPE for fact in all_facts(data)[KR] if fact.stream.kind != "policy"]


def test_it_tells_each_command_in_words_and_counts(tmp_path: Path) -> None:
    data = ledger(tmp_path)
    ended = caseledger("keep-time", "--once", data=data)
    assert ended.out.startswith("2021-03-11 04:00:00.000001Z  36kr-jiangsu  miss deadline: clock decision of case ")
    assert ended.err == "1 recorded\n"


def test_it_keeps_time_up_to_a_moment_of_the_past(tmp_path: Path) -> None:
    data = ledger(tmp_path)
    assert caseledger("keep-time", "--once", "--until", "2021-03-11T04:00:00Z", data=data).err == "0 recorded\n"
    assert caseledger("keep-time", "--once", "--until", "2021-03-11T05:00:00Z", data=data).err == "1 recorded\n"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("--every", "0"), 2),
        (("--every", "3601"), 2),
        (("--until", "2021-03-11T04:00:00Z"), 2),
        (("--once", "--until", "yesterday"), 2),
        (("--once", "--until", "2999-01-01T00:00:00Z"), 1),
        (("--once", "--platform", "nowhere"), 1),
    ],
)
def test_what_cannot_be_kept_is_refused(tmp_path: Path, arguments: tuple[str, ...], status: int) -> None:
    data = ledger(tmp_path)
    ended = caseledger("keep-time", *arguments, data=data)
    assert (ended.status, ended.out) == (status, "")
    assert types(data)[-1] != MISSED


def test_without_a_ledger_nothing_is_made(tmp_path: Path) -> None:
    ended = caseledger("keep-time", "--once", data=tmp_path / "none")
    assert ended.status == 1
    assert "no_ledger" in ended.err


def test_a_line_keeps_time_up_to_its_own_moment(tmp_path: Path) -> None:
    expected = {**KEEP, "expect": {"events": [MISSED]}}
    early = {**KEEP, "at": "2021-03-11T12:00:00+08:00", "expect": {"events": []}}
    ended = caseledger("run", "--expect", "-", data=tmp_path, given=json_lines(REPORT, early, expected, NOTE))
    assert ended.status == 0, ended.out
    assert [line["command"] for line in ended.lines] == ["file_report", "keep_time", "keep_time", "add_note"]
    assert [event["type"] for event in ended.lines[2]["events"]] == [MISSED]
    again = caseledger("run", "--expect", "-", data=tmp_path, given=json_lines(REPORT, early, expected, NOTE))
    assert again.status == 0, again.out


def test_a_run_keeps_time_before_each_line(tmp_path: Path) -> None:
    lines = json_lines(REPORT, {**NOTE, "at": REPORT["at"]}, NOTE)
    ended = caseledger("run", "--keep-time", "-", data=tmp_path, given=lines)
    assert [(line["line"], line["command"]) for line in ended.lines] == [
        (1, "file_report"),
        (2, "add_note"),
        (3, "keep_time"),
        (3, "add_note"),
    ]
    assert types(tmp_path)[-2:] == [MISSED, "case.note_added.v1"]
    assert "3 lines" in ended.err


def test_time_is_kept_on_a_platform_that_has_a_ledger(tmp_path: Path) -> None:
    ended = caseledger("run", "-", data=tmp_path, given=json_lines(KEEP))
    assert (ended.status, ended.lines[0]["refused"]["code"]) == (1, "platform_unknown")
    assert not (tmp_path / "platforms").exists()


def test_it_is_no_command_of_a_ledger(tmp_path: Path) -> None:
    file = tmp_path / "reports.jsonl"
    file.write_bytes(json_lines(KEEP))
    ended = caseledger("ingest", str(file), data=tmp_path / "data")
    assert ended.status == 3

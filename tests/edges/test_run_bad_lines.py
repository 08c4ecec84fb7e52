"""Bad lines: each is refused by number, field and reason, and the good ones around it take effect."""

import json
from pathlib import Path

import pytest

from tests.support.command_line import Ended, all_facts, caseledger, json_lines

KR = "36kr-jiangsu"
SUBJECT = {"type": "content", "id": "c-1"}
GOOD = {
    "at": "2021-01-05T09:00:00+08:00",
    "command": "file_report",
    "system": "button",
    "source": "user",
    "place": "weibo",
    "subject": SUBJECT,
    "content": "c-1",
    "respondent": "u-1",
    "codes": ["3.2.8"],
    "snapshot": "他说要来找我",
}


def report(number: int, **changes: object) -> dict[str, object]:
    return {**GOOD, "report": f"r-{number}", **changes}


def without(name: str) -> dict[str, object]:
    return {key: value for key, value in report(9).items() if key != name}


def raw(old: str, new: str) -> bytes:
    return json.dumps(report(9), ensure_ascii=False).replace(old, new).encode()


MALFORMED = {
    "an unknown command": (report(9, command="file_raport"), "command", "unknown_command"),
    "no command": (without("command"), "command", "missing_field"),
    "a command that is no text": (report(9, command=["file_report"]), "command", "unknown_command"),
    "an unknown field": (report(9, respondant="u-1"), "respondant", "unknown_field"),
    "an unknown field inside": (report(9, subject={**SUBJECT, "x": 1}), "subject.x", "unknown_field"),
    "a missing field": (without("report"), "report", "missing_field"),
    "a missing field inside": (report(9, subject={"type": "content"}), "subject.id", "missing_field"),
    "a missing time": (without("at"), "at", "missing_field"),
    "a number for a text": (report(9, content=7), "content", "wrong_type"),
    "a text for a truth": (report(9, contact="yes"), "contact", "wrong_type"),
    "a text for a list": (report(9, codes="3.2.8"), "codes", "wrong_type"),
    "a number that is none": (raw('"c-1"', "NaN"), "subject.id", "wrong_type"),
    "an unknown source": (report(9, source="neighbour"), "source", "unknown_value"),
    "an unknown subject type": (report(9, subject={"type": "post", "id": "c"}), "subject.type", "unknown_value"),
    "a time without its offset": (report(9, at="2021-01-05T09:00:00"), "at", "invalid_time"),
    "a time that does not exist": (report(9, at="2021-02-30T09:00:00+08:00"), "at", "invalid_value"),
    "a time in seconds": (report(9, at=1609808400), "at", "invalid_time"),
    "a time before all zones": (report(9, at="0001-01-01T00:00:00+14:00"), "at", "invalid_time"),
    "too long a text": (report(9, snapshot="长" * 65_537), "snapshot", "too_long"),
    "too long an id": (report(9, content="c" * 201), "content", "too_long"),
    "an empty id": (report(9, content=""), "content", "too_short"),
    "too many codes": (report(9, codes=["3.2.8"] * 51), "codes", "too_long"),
    "a NUL in a text": (report(9, snapshot="a\x00b"), "snapshot", "invalid_text"),
    "a NUL in an id": (report(9, content="c\x00"), "content", "invalid_text"),
    "a bare NUL": (raw("c-1", "c\x00"), "", "invalid_json"),
    "half a character": (raw("他", "\\ud800"), "", "invalid_text"),
    "bytes that are no UTF-8": (b'{"command": "\xff\xfe"}', "", "invalid_utf8"),
    "UTF-16": (json.dumps(report(9)).encode("utf-16-le"), "", "invalid_json"),
    "broken JSON": (b'{"command": "file_report", "at": ', "", "invalid_json"),
    "no JSON": (b"file_report r-9", "", "invalid_json"),
    "a list": (b"[1, 2]", "", "invalid_json"),
    "two objects": (json.dumps(report(9)).encode() * 2, "", "invalid_json"),
    "a field twice": (raw('"source": "user"', '"source": "user", "source": "regulator"'), "source", "repeated_field"),
    "a field twice inside": (raw('"id": "c-1"', '"id": "c-1", "id": "c-2"'), "id", "repeated_field"),
    "a field twice beside what is expected": (
        raw('"codes"', '"expect": 1, "expect": 1, "codes"'),
        "expect",
        "repeated_field",
    ),
    "a line of two MiB": (b'{"x": "' + b"y" * (2 << 20) + b'"}', "", "line_too_long"),
    "deep nesting": (b'{"expect": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "", "invalid_json"),
    "a number of 5,000 digits": (raw('"c-1"', "1" * 5_000), "", "invalid_json"),
    "a byte order mark in the middle": (b"\xef\xbb\xbf" + json.dumps(report(9)).encode(), "", "invalid_json"),
    "an expectation of nothing": (report(9, expect={}), "expect", "invalid_value"),
    "an expectation of both": (report(9, expect={"refused": "a", "events": []}), "expect", "invalid_value"),
    "a rule expected of a refusal": (report(9, expect={"refused": "a", "rule": "r"}), "expect", "invalid_value"),
    "a second refusal of none": (report(9, expect={"events": [], "again": "a"}), "expect", "invalid_value"),
    "a list with an expectation": (b'["expect"]', "", "invalid_json"),
    "an expectation that is a text": (report(9, expect="admitted"), "expect", "wrong_type"),
    "an unknown field in what is expected": (report(9, expect={"refused": "a", "x": 1}), "expect.x", "unknown_field"),
    "an unknown pack": (
        {"command": "publish_policy", "at": "2021-01-01T00:00:00Z", "pack": "1999-01-01"},
        "pack",
        "unknown_value",
    ),
    "a pack beside its text": (
        {"command": "publish_policy", "at": "2021-01-01T00:00:00Z", "pack": "2020-12-18", "text": "x"},
        "pack",
        "unknown_field",
    ),
    "a pack of another command": (report(9, pack="2020-12-18"), "pack", "unknown_field"),
}  # fmt: skip

REFUSED = {
    "an unknown platform": (report(9, platform="no-such-place"), "platform_unknown"),
    "a platform that is a path": (report(9, platform="../../etc"), "platform_unknown"),
    "a time in the far future": (report(9, at="9000-01-01T00:00:00+08:00"), "dated_in_the_future"),
    "a time before the rules": (report(9, at="2001-01-01T00:00:00+08:00"), "no_policy_in_force"),
    "a case that does not exist": (
        {"at": "2021-01-05T10:00:00+08:00", "command": "start_verification", "case": {"report": "none"}},
        "report_not_found",
    ),
    "an unknown violation": (
        {
            "at": "2021-01-05T10:00:00+08:00",
            "command": "propose_decision",
            "case": {"system": "button", "report": "r-1"},
            "outcome": "upheld",
            "finding": {"codes": ["9.9.9"]},
        },
        "violation_unknown",
    ),
    "a report of other content": (report(1, content="c-2"), "report_conflicts"),
}


def run_with(data: Path, line: object) -> Ended:
    return caseledger("run", "-", "--platform", KR, data=data, given=json_lines(report(1), line, report(2)))


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_line_is_named_and_stops_no_other(tmp_path: Path, name: str) -> None:
    line, field, code = MALFORMED[name]
    ended = run_with(tmp_path, line)
    assert ended.status == 3, ended.err
    first, bad, last = ended.lines
    assert (first["outcome"], last["outcome"]) == ("admitted", "admitted")
    assert (bad["line"], bad["refused"]["code"]) == (2, code)
    fault = bad["refused"]["faults"][0]
    assert (fault["field"], fault["code"]) == (field, code)
    assert fault["reason"]
    assert reports(tmp_path) == ["r-1", "r-2"]


@pytest.mark.parametrize("name", REFUSED)
def test_a_line_that_the_rules_refuse_is_named_and_stops_no_other(tmp_path: Path, name: str) -> None:
    line, code = REFUSED[name]
    ended = run_with(tmp_path, line)
    assert ended.status == 1, ended.err
    first, bad, last = ended.lines
    assert (first["outcome"], last["outcome"]) == ("admitted", "admitted")
    assert (bad["line"], bad["refused"]["code"], bad["refused"]["faults"]) == (2, code, [])
    assert bad["refused"]["reason"]
    assert reports(tmp_path) == ["r-1", "r-2"]
    assert list(all_facts(tmp_path)) == [KR]


def test_all_bad_lines_together_stop_no_good_one(tmp_path: Path) -> None:
    bad = [line for line, _, _ in MALFORMED.values()]
    mixed = [each for number, line in enumerate(bad) for each in (report(100 + number), line)]
    ended = caseledger("run", "-", "--platform", KR, "--quiet", data=tmp_path, given=json_lines(*mixed))
    assert ended.status == 3
    assert ended.summary["took_effect"] == ended.summary["malformed"] == len(bad)
    assert [line["line"] for line in ended.lines[:-1]] == list(range(2, 2 * len(bad) + 1, 2))


def test_a_fault_never_shows_a_personal_value(tmp_path: Path) -> None:
    line = report(9, snapshot="my secret\x00", statement=["my secret"], reporter="my secret\n")
    ended = run_with(tmp_path, line)
    assert "my secret" not in ended.out + ended.err
    assert [fault["field"] for fault in ended.lines[1]["refused"]["faults"]] == ["reporter", "statement", "snapshot"]


def test_a_last_line_without_an_end_takes_effect(tmp_path: Path) -> None:
    ended = caseledger("run", "-", "--platform", KR, data=tmp_path, given=json_lines(report(1)).rstrip())
    assert (ended.status, ended.lines[0]["outcome"]) == (0, "admitted")


def test_lines_may_end_in_carriage_return_and_line_feed(tmp_path: Path) -> None:
    given = json_lines(report(1), report(2)).replace(b"\n", b"\r\n") + b"\r\n"
    ended = caseledger("run", "-", "--platform", KR, data=tmp_path, given=given)
    assert (ended.status, len(ended.lines)) == (0, 2)


def test_a_byte_order_mark_at_the_beginning_is_passed_over(tmp_path: Path) -> None:
    given = b"\xef\xbb\xbf" + json_lines(report(1))
    ended = caseledger("run", "-", "--platform", KR, data=tmp_path, given=given)
    assert (ended.status, ended.lines[0]["outcome"]) == (0, "admitted")


def test_blank_lines_and_comments_are_passed_over_and_counted(tmp_path: Path) -> None:
    given = json_lines(b"# a comment", b"", b"   ", b"  # another", report(1))
    ended = caseledger("run", "-", "--platform", KR, data=tmp_path, given=given)
    assert (ended.status, [line["line"] for line in ended.lines]) == (0, [5])


def test_nothing_at_all_is_no_error_and_makes_nothing(tmp_path: Path) -> None:
    ended = caseledger("run", "-", "--platform", KR, data=tmp_path / "data", given=b"")
    assert (ended.status, ended.out, (tmp_path / "data").exists()) == (0, "", False)


def reports(data: Path) -> list[str]:
    return [fact.event.report for fact in all_facts(data)[KR] if fact.event.TYPE == "report.received.v1"]

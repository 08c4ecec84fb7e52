"""JSON lines: one request each, or every fault by field, code and reason."""

import json

import pytest

from caseledger.application.lines import FAULTS_TOLD_MAX, LINE_BYTES_MAX, LineRefused, request_of
from domain.commands import AddNote, FileReport

NOTE = {"platform": "example", "at": "2021-03-10T12:00:00+08:00", "command": "add_note", "case": {"report": "r-1"}}
REPORT = {
    "platform": "example",
    "at": "2021-03-10T12:00:00+08:00",
    "report": "r-1",
    "source": "user",
    "subject": {"type": "content", "id": "c"},
}


def line(body: dict[str, object], **changes: object) -> bytes:
    """The body as a line."""
    return json.dumps({**body, **changes}, ensure_ascii=False).encode()


def faults(data: bytes, **how: str) -> list[tuple[str, str]]:
    """Field and code of every fault."""
    with pytest.raises(LineRefused) as refusal:
        request_of(data, **how)
    assert refusal.value.code == refusal.value.faults[0].code
    assert all(fault.reason for fault in refusal.value.faults)
    return [(fault.field, fault.code) for fault in refusal.value.faults]


def test_a_line_is_a_request() -> None:
    assert isinstance(request_of(line(NOTE, text="x")).command, AddNote)


def test_what_a_line_leaves_out_may_be_understood() -> None:
    request = request_of(line({**REPORT, "statement": "举报"}), command="file_report", platform="other")
    assert isinstance(request.command, FileReport)
    assert request.platform == "example"
    del (without := dict(REPORT))["platform"]
    assert request_of(line(without), command="file_report", platform="other").platform == "other"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ("", "invalid_json")),
        (b"{", ("", "invalid_json")),
        (b"[]", ("", "invalid_json")),
        (b'{"a": ' + b"9" * 5000 + b"}", ("", "invalid_json")),
        (b"[" * 100_000, ("", "invalid_json")),
        (b"\xff\xfe", ("", "invalid_utf8")),
        (b'{"a": 1, "a": 2}', ("a", "repeated_field")),
        (b" " * (LINE_BYTES_MAX + 1), ("", "line_too_long")),
        (b"{}", ("command", "missing_field")),
        (b'{"command": "no_such"}', ("command", "unknown_command")),
        (b'{"command": 7}', ("command", "unknown_command")),
        (line(NOTE), ("text", "missing_field")),
        (line(NOTE, text=5), ("text", "wrong_type")),
        (line(NOTE, text=""), ("text", "too_short")),
        (line(NOTE, text="x" * 20_001), ("text", "too_long")),
        (line(NOTE, text="\x00"), ("text", "invalid_text")),
        (line(NOTE, text="x", more=1), ("more", "unknown_field")),
        (line(NOTE, text="x", actor_role="king"), ("actor_role", "unknown_value")),
        (line(NOTE, text="x", at="yesterday"), ("at", "invalid_time")),
        (line(NOTE, text="x", command_id="7"), ("command_id", "invalid_value")),
        (line(REPORT, command="file_report", source="god"), ("source", "unknown_value")),
        (line(REPORT, command="file_report", codes=["a", 5]), ("codes[1]", "wrong_type")),
        (line(REPORT, command="file_report", subject={"type": "x", "id": "c"}), ("subject.type", "unknown_value")),
        (line(REPORT, command="file_report", reporter=" "), ("reporter", "invalid_text")),
    ],
)
def test_what_is_wrong_with_a_line_is_named(data: bytes, expected: tuple[str, str]) -> None:
    assert expected in faults(data)


def test_where_one_command_is_meant_another_is_refused() -> None:
    assert faults(line(NOTE, text="x"), command="file_report") == [("command", "unknown_command")]


def test_a_case_reference_names_its_fields_and_not_its_alternatives() -> None:
    fields = {field for field, _ in faults(line(NOTE, text="x", case={"report": 5}))}
    assert fields <= {"case", "case.report", "case.system", "case.subject", "case.content"}


def test_a_measure_that_is_none_is_refused() -> None:
    body = {**NOTE, "command": "decide_appeal", "outcome": "reduced", "reason": "x"}
    assert faults(line(body, measure="mute:forever"))[0][0].startswith("measure")


def test_only_so_many_faults_are_told() -> None:
    assert len(faults(line(NOTE, text="x", **{f"f{n}": 1 for n in range(100)}))) == FAULTS_TOLD_MAX


def test_no_fault_repeats_a_value() -> None:
    body = line(NOTE, text="\x00canary", actor_role="canary", at="canary", case={"report": "canary\x00"}, more="canary")
    with pytest.raises(LineRefused) as refusal:
        request_of(body)
    assert "canary" not in str(refusal.value)

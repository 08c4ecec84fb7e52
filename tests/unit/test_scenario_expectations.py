"""What a line is expected to do, and when it is held to it."""

import json

import pytest

from caseledger.application.requests import Request
from caseledger.application.scenario import Outcome, Result, Rules, Scenario
from caseledger.application.service import Answer
from consumers.lines import Line
from domain.cases.events import CaseNoteAdded
from domain.errors import OutOfOrder, SameOfficer
from domain.recorded import Cause, Recorded, Role
from domain.streams import StreamId, StreamKind

NOTE = "case.note_added.v1"
CASE = "00000000-0000-4000-8000-000000000001"


def line(number: int, text: str, expect: object = None, **fields: object) -> Line:
    body = {"at": "2021-01-05T09:00:00Z", "platform": "p", "command": "add_note", "case": CASE, "text": text, **fields}
    data = json.dumps(body if expect is None else {**body, "expect": expect}).encode()
    return Line(number, len(data), len(data), data)


def handle(request: Request) -> Answer:
    """Notes that say `old` took effect before; `same` and `late` are refused; the others are written."""
    text = request.command.text
    if text == "same":
        raise SameOfficer("another officer has to")
    if text == "late":
        raise OutOfOrder("the case has moved on")
    if text == "old":
        return Answer(7, ())
    cause = Cause(actor="ann", role=Role.REVIEWER, command_id=CASE, correlation_id=CASE)
    event = CaseNoteAdded(occurred_at=request.at, cause=cause, text=text)
    return Answer(8, (Recorded(StreamId(StreamKind.CASE, request.command.case), 1, event, 8),))


def run(*lines: Line, check: bool = True) -> list[Result]:
    scenario = Scenario(handle, handle, lambda _platform, _version: None, Rules(platform="p", check=check))
    return list(scenario.run(lines))


def mismatch_of(text: str, expect: object) -> str | None:
    return run(line(1, text, expect))[0].mismatch


@pytest.mark.parametrize(
    ("text", "expect"),
    [("new", {"events": [NOTE]}), ("old", {"events": []}), ("same", {"refused": "same_officer"})],
)
def test_a_line_that_does_as_expected_matches(text: str, expect: object) -> None:
    result = run(line(1, text, expect))[0]
    assert (result.expected, result.mismatch) == (True, None)


@pytest.mark.parametrize(
    ("text", "expect", "told"),
    [
        ("new", {"events": []}, f"expected nothing, but it wrote {NOTE}"),
        ("new", {"events": [NOTE, NOTE]}, f"expected {NOTE}, {NOTE}, but it wrote {NOTE}"),
        ("new", {"events": ["x"]}, f"expected x, but it wrote {NOTE}"),
        ("new", {"refused": "same_officer"}, f"expected to be refused as same_officer, but it wrote {NOTE}"),
        ("old", {"refused": "same_officer"}, "expected to be refused as same_officer, but it wrote nothing"),
        ("same", {"events": [NOTE]}, f"expected {NOTE}, but it was refused as same_officer"),
        ("late", {"refused": "x"}, "expected to be refused as x, but it was refused as out_of_order"),
        ("new", {"events": [NOTE], "rule": "r"}, "expected rule r, but none was applied"),
        ("new", {"events": [NOTE], "measures": ["ban"]}, "expected measures ban, but it was nothing"),
    ],
)  # fmt: skip
def test_a_line_that_does_otherwise_is_told(text: str, expect: object, told: str) -> None:
    assert mismatch_of(text, expect) == told


def test_nothing_is_checked_unless_asked_for() -> None:
    result = run(line(1, "new", {"events": []}), check=False)[0]
    assert (result.outcome, result.expected, result.mismatch) == (Outcome.TOOK_EFFECT, False, None)


def test_a_second_run_takes_none_and_matches() -> None:
    results = run(line(1, "old", {"events": [NOTE]}), line(2, "old", {"events": [NOTE]}))
    assert [result.mismatch for result in results] == [None, None]


def test_a_first_run_that_writes_nothing_where_it_should_does_not_match() -> None:
    results = run(line(1, "new", {"events": [NOTE]}), line(2, "old", {"events": [NOTE]}))
    assert results[1].mismatch == f"expected {NOTE}, but it wrote nothing"


def test_a_refusal_may_have_its_second_code_in_a_second_run_only() -> None:
    expect = {"refused": "same_officer", "again": "out_of_order"}
    assert run(line(1, "old", {"events": [NOTE]}), line(2, "late", expect))[1].mismatch is None
    assert run(line(1, "new", {"events": [NOTE]}), line(2, "late", expect))[1].mismatch is not None
    assert run(line(1, "late", expect))[0].mismatch is not None


def test_a_second_run_that_goes_on_where_the_first_ended_is_held_to_its_word_from_there() -> None:
    lines = (line(1, "old", {"events": [NOTE]}), line(2, "new", {"events": [NOTE]}), line(3, "old", {"events": [NOTE]}))
    assert [result.mismatch is None for result in run(*lines)] == [True, True, False]


def test_a_malformed_line_is_held_to_what_it_expects() -> None:
    assert run(line(1, "new", {"refused": "unknown_field"}, x=1))[0].mismatch is None
    told = f"expected {NOTE}, but it was refused as unknown_field"
    assert run(line(1, "new", {"events": [NOTE]}, x=1))[0].mismatch == told


def test_an_error_of_the_ledger_ends_the_run_at_its_line() -> None:
    def failing(_request: Request) -> Answer:
        raise OSError("no space left")

    scenario = Scenario(failing, failing, lambda _platform, _version: None, Rules(platform="p"))
    with pytest.raises(OSError, match="no space left"):
        list(scenario.run([line(4, "new"), line(5, "new")]))
    assert scenario.reached == 4


def test_the_next_line_is_read_only_when_the_result_was_taken() -> None:
    read: list[int] = []

    def lines() -> "object":
        for number in (1, 2, 3):
            read.append(number)
            yield line(number, "new")

    results = Scenario(handle, handle, lambda _platform, _version: None, Rules()).run(lines())
    assert (next(results).line, read) == (1, [1])
    results.close()

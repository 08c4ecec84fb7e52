"""Lines of reports in bulk: every line is counted once, and every one that is not taken in is named."""

import json

from caseledger.application.bulk import BulkIntake, Tally
from caseledger.application.gateway import Gateway
from caseledger.application.lines import LINE_BYTES_MAX
from caseledger.application.service import Service
from consumers.lines import Line
from tests.support.example_pack import PLATFORM, example_pack
from tests.support.fakes import FixedClock, KeyedDigests, MemoryLedger
from tests.support.spec import LATE

REPORT: dict[str, object] = {
    "at": "2021-03-10T12:00:00+08:00",
    "report": "r-1",
    "source": "platform_monitoring",
    "place": "app",
    "subject": {"type": "content", "id": "c"},
    "content": "c",
}


def intake(platform: str | None = PLATFORM) -> BulkIntake:
    """A bulk intake with nothing taken in."""
    services = {PLATFORM: Service(PLATFORM, MemoryLedger(), KeyedDigests(), FixedClock(LATE))}
    gateway = Gateway(services.__getitem__, lambda _: False, {PLATFORM: (example_pack(),)})
    return BulkIntake(gateway, platform, Tally())


def lines(*bodies: dict[str, object] | bytes | None) -> list[Line]:
    """Numbered lines; `None` is one that was too long to be kept."""
    made = []
    for number, body in enumerate(bodies, 1):
        data = json.dumps({**REPORT, **body}).encode() if isinstance(body, dict) else body
        length = LINE_BYTES_MAX + 1 if data is None else len(data)
        made.append(Line(number=number, end=0, length=length, data=data))
    return made


def test_every_line_is_counted_in_exactly_one_place() -> None:
    bulk = intake()
    bulk.take(lines({}, {}, {"report": "r-2", "place": "elsewhere"}, b"{", {"content": "other"}, b" "))
    tally = bulk.tally
    assert (tally.admitted, tally.refused, tally.seen_before, tally.bad, tally.lines) == (1, 1, 1, 2, 5)
    assert tally.reasons == {"off_platform": 1, "invalid_json": 1, "report_conflicts": 1}


def test_what_is_wrong_is_named_by_line_in_order() -> None:
    problems = intake().take(lines({"at": "2999-01-01T00:00:00Z"}, {}, b"{", None, {"source": "nobody"}))
    assert [(one.line, one.faults[0].code) for one in problems] == [
        (1, "dated_in_the_future"),
        (3, "invalid_json"),
        (4, "line_too_long"),
        (5, "unknown_value"),
    ]


def test_a_line_for_an_unknown_platform_is_a_problem_of_its_own() -> None:
    (problem,) = intake().take(lines({"platform": "elsewhere"}, {}))
    assert (problem.line, problem.faults[0].code) == (1, "platform_unknown")


def test_lines_that_name_no_platform_where_none_is_meant_are_problems() -> None:
    (problem,) = intake(None).take(lines({}))
    assert (problem.faults[0].field, problem.faults[0].code) == ("platform", "missing_field")

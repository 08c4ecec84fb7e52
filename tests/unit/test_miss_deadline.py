"""A deadline that passed is a fact, recorded once, whenever it is noticed."""

import pytest

from caseledger.application.requests import Request
from domain.cases.later_events import CaseDeadlineMissed
from domain.command_values import ReportRef
from domain.commands import MarkMajor, MissDeadline, NotifyAuthority
from domain.errors import CaseNotFound, ClockUnknown, DeadlineNotMissed, ReportNotFound
from tests.support.examples import DAY, ask, dealt, filed, item, minute, report_of, upheld
from tests.support.spec import given

MARKED = ask(MarkMajor(case=item(), reason="a network"), 10)


def missed(minutes: float = 4 * DAY, clock: str = "decision", report: str | None = None) -> Request:
    """A deadline is noticed as missed."""
    ref = None if report is None else ReportRef(report=report)
    return ask(MissDeadline(case=item(), clock=clock, report=ref), minutes, None)


def test_a_report_not_decided_in_time_is_a_missed_deadline() -> None:
    event = given(filed()).when(missed()).then(CaseDeadlineMissed).event(CaseDeadlineMissed)
    assert (event.clock, event.report, event.due_at) == ("decision", report_of().uuid, minute(3 * DAY))


def test_a_decision_that_came_late_is_a_missed_deadline() -> None:
    given(filed(), upheld(3 * DAY + 1)).when(missed()).then(CaseDeadlineMissed)


def test_each_report_has_a_deadline_of_its_own() -> None:
    two = given(filed(), filed(60, report="r-2", reporter="reporter-8"), missed())
    event = two.when(missed(report="r-2")).then(CaseDeadlineMissed).event(CaseDeadlineMissed)
    assert (event.report, event.due_at) == (report_of("r-2").uuid, minute(3 * DAY + 60))


def test_without_a_report_the_first_that_is_not_recorded_is_meant() -> None:
    two = given(filed(), filed(60, report="r-2", reporter="reporter-8"), missed())
    event = two.when(missed(4 * DAY + 1)).then(CaseDeadlineMissed).event(CaseDeadlineMissed)
    assert event.report == report_of("r-2").uuid


def test_a_clock_of_the_case_names_no_report() -> None:
    event = given(filed(), MARKED).when(missed(100, "major")).then(CaseDeadlineMissed).event(CaseDeadlineMissed)
    assert (event.report, event.due_at) == (None, minute(70))


def test_a_recorded_miss_is_not_recorded_again() -> None:
    given(filed(), missed()).when(missed(5 * DAY)).then_nothing()
    given(filed(), missed()).when(missed(5 * DAY, report="r-1")).then_nothing()


@pytest.mark.parametrize("minutes", [3 * DAY - 1, 3 * DAY])
def test_a_deadline_that_has_not_passed_is_not_missed(minutes: float) -> None:
    given(filed()).when(missed(minutes)).then_refused(DeadlineNotMissed)


def test_what_was_done_in_time_is_not_missed() -> None:
    given(filed(), upheld(3 * DAY)).when(missed()).then_refused(DeadlineNotMissed)
    told = ask(NotifyAuthority(case=item(), authority="police"), 30)
    given(filed(), dealt(), told).when(missed(clock="notice")).then_refused(DeadlineNotMissed)


def test_a_report_that_joins_what_was_decided_is_not_owed_it_again() -> None:
    late = given(filed(), upheld(), filed(2 * DAY, report="r-2", reporter="reporter-8"))
    late.when(missed(6 * DAY, report="r-2")).then_refused(DeadlineNotMissed)


def test_an_unknown_clock_is_refused() -> None:
    given(filed()).when(missed(clock="no-such")).then_refused(ClockUnknown)


def test_where_the_policy_has_no_clocks_every_one_is_unknown() -> None:
    given(filed(), edits={"clock": []}).when(missed()).then_refused(ClockUnknown)


def test_a_clock_that_has_not_started_is_unknown_to_the_case() -> None:
    given(filed()).when(missed(clock="notice")).then_refused(ClockUnknown)


def test_a_report_of_another_case_has_no_deadline_here() -> None:
    other = given(filed(), filed(0, "post-2", report="r-2"))
    other.when(missed(report="r-2")).then_refused(ReportNotFound)


def test_no_case_no_deadline() -> None:
    given().when(missed()).then_refused(CaseNotFound)

"""Feedback: exactly once per report, to a reporter who can be reached, and only what there is to tell."""

import pytest

from caseledger.application.requests import Request
from domain.commands import GiveFeedback, GivePreliminaryResult, SettleCounterparty
from domain.errors import (
    CounterpartyOpen,
    FeedbackGivenBefore,
    OutOfOrder,
    ReporterNotReachable,
    ReportNotFound,
    ReportNotSettled,
)
from domain.reports.events import ReportFeedbackGiven
from domain.values import FeedbackKind
from tests.support.examples import ask, dealt, filed, item, upheld, verified
from tests.support.spec import given


def told(minutes: float = 100, what: FeedbackKind | None = None, text: str = "thank you") -> Request:
    """The reporter is told."""
    return ask(GiveFeedback(report="r-1", what=what, text=text), minutes)


def preliminary(minutes: float = 15) -> Request:
    """A preliminary result."""
    return ask(GivePreliminaryResult(case=item(), result="it looks bad"), minutes)


def test_the_outcome_is_told_once_the_case_is_decided() -> None:
    then = given(filed(), verified(), upheld()).when(told()).then(ReportFeedbackGiven)
    assert then.event(ReportFeedbackGiven).what is FeedbackKind.OUTCOME
    assert then.event(ReportFeedbackGiven).cause.policy_version is None


def test_a_refusal_is_told_at_once() -> None:
    then = given(filed(place=None)).when(told(0)).then(ReportFeedbackGiven)
    assert then.event(ReportFeedbackGiven).what is FeedbackKind.REFUSAL


def test_a_preliminary_result_may_be_told_before_the_decision() -> None:
    then = given(filed(), verified(), preliminary()).when(told(15)).then(ReportFeedbackGiven)
    assert then.event(ReportFeedbackGiven).what is FeedbackKind.PRELIMINARY_RESULT


def test_a_report_that_never_came_cannot_be_answered() -> None:
    given().when(told()).then_refused(ReportNotFound)


def test_a_second_answer_is_refused() -> None:
    given(filed(), verified(), upheld(), told()).when(told(101)).then_refused(FeedbackGivenBefore)


def test_a_reporter_without_contact_cannot_be_told() -> None:
    given(filed(contact=False), verified(), upheld()).when(told()).then_refused(ReporterNotReachable)


def test_before_there_is_a_result_nothing_can_be_told() -> None:
    given(filed(), verified()).when(told()).then_refused(ReportNotSettled)


def test_another_kind_of_feedback_than_there_is_is_refused() -> None:
    given(filed(), verified(), upheld()).when(told(what=FeedbackKind.REFUSAL)).then_refused(ReportNotSettled)


def test_the_outcome_waits_for_the_other_side() -> None:
    open_side = given(filed(), verified(), dealt())
    open_side.when(told()).then_refused(CounterpartyOpen)
    open_side.and_then(ask(SettleCounterparty(case=item(), reason="nobody else took part"), 50))
    open_side.when(told()).then(ReportFeedbackGiven)


@pytest.mark.parametrize(
    ("happened", "minutes"),
    [((filed(5, place=None),), 4), ((filed(), verified(), upheld()), 19), ((filed(), verified(), preliminary()), 14)],
)
def test_feedback_dated_before_what_it_tells_is_refused(happened: tuple[Request, ...], minutes: float) -> None:
    given(*happened).when(told(minutes)).then_refused(OutOfOrder)

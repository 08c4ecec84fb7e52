"""Who has to be told, since when and of what: once for each report, and never before there is something to tell."""

import pytest

from domain.cases import events as e
from domain.reports.events import ReportAdmitted, ReportFeedbackGiven, ReportReceived, ReportRefused
from domain.values import FeedbackKind
from projections.queries import Query
from tests.support import read_model_ledger as given
from tests.support.read_model_ledger import PLATFORM, Ledger, built, row_of, rows_of

OUTCOME_ONLY = """
zone = "Asia/Shanghai"
[feedback]
to = "contactable"
what = ["outcome", "refusal"]
"""
ALL = OUTCOME_ONLY.replace('"refusal"]', '"refusal", "preliminary_result"]')


def told(text: str = ALL) -> Ledger:
    """A ledger under a policy that says what reporters are told of."""
    ledger = Ledger(policy=False)
    ledger.publish(given.VERSION, text)
    return ledger


def admitted(ledger: Ledger, report: str, *, owed: bool = True, case: str = "one") -> None:
    ledger.add(report, ReportReceived, reachable=owed)
    ledger.add(report, ReportAdmitted, case=given.case(case), feedback_owed=owed, policy=given.PACK)


def state(ledger: Ledger, report: str) -> tuple[object, ...]:
    row = row_of(ledger, "feedback", report=str(given.report(report)))
    return row["state"], row["what"]


def test_before_there_is_something_to_tell_a_reporter_waits() -> None:
    ledger = told()
    admitted(ledger, "r-1")
    assert state(ledger, "r-1") == ("waiting", None)


def test_a_reporter_who_cannot_be_reached_is_owed_nothing() -> None:
    ledger = told()
    admitted(ledger, "r-1", owed=False)
    ledger.add("r-2", ReportRefused, feedback_owed=False)
    ledger.add("one", e.CaseDecided)
    assert rows_of(ledger, "feedback") == []


def test_a_decision_is_owed_to_every_report_of_the_case() -> None:
    ledger = told()
    admitted(ledger, "r-1")
    admitted(ledger, "r-2")
    admitted(ledger, "r-3", case="other")
    ledger.wait(hours=2)
    ledger.add("one", e.CaseDecided)
    assert [state(ledger, report) for report in ("r-1", "r-2", "r-3")] == [
        ("owed", "outcome"),
        ("owed", "outcome"),
        ("waiting", None),
    ]
    assert row_of(ledger, "feedback", report=str(given.report("r-1")))["owed_at"] == "2021-03-10T06:00:00.000000Z"


def test_a_refusal_is_owed_at_once() -> None:
    ledger = told()
    ledger.add("r-1", ReportReceived)
    ledger.add("r-1", ReportRefused, feedback_owed=True)
    assert state(ledger, "r-1") == ("owed", "refusal")


def test_a_preliminary_result_is_owed_where_the_policy_tells_of_it() -> None:
    for text, expected in ((ALL, ("owed", "preliminary_result")), (OUTCOME_ONLY, ("waiting", None))):
        ledger = told(text)
        admitted(ledger, "r-1")
        ledger.add("one", e.CasePreliminaryResultGiven)
        assert state(ledger, "r-1") == expected
        ledger.add("one", e.CaseDecided)
        assert state(ledger, "r-1") == ("owed", "outcome")


def test_who_was_owed_something_stays_owed_since_then() -> None:
    ledger = told()
    admitted(ledger, "r-1")
    ledger.add("one", e.CasePreliminaryResultGiven)
    ledger.wait(hours=5)
    ledger.add("one", e.CaseDecided)
    assert row_of(ledger, "feedback")["owed_at"] == "2021-03-10T04:00:00.000000Z"


def test_a_report_that_joins_later_is_told_what_there_is_already() -> None:
    ledger = told()
    admitted(ledger, "r-1")
    ledger.add("one", e.CasePreliminaryResultGiven)
    ledger.add("one", e.CaseDecided)
    ledger.add("one", e.CasePreliminaryResultGiven)
    ledger.wait(hours=1)
    admitted(ledger, "r-2")
    assert state(ledger, "r-2") == ("owed", "outcome")
    row = row_of(ledger, "feedback", report=str(given.report("r-2")))
    assert row["owed_at"] == "2021-03-10T05:00:00.000000Z"


def test_while_the_other_side_is_open_nobody_is_told() -> None:
    ledger = told()
    admitted(ledger, "r-1")
    ledger.add("one", e.CaseDecided)
    ledger.add("one", e.CaseCounterpartyDue)
    assert state(ledger, "r-1") == ("waiting", None)
    admitted(ledger, "r-2")
    assert state(ledger, "r-2") == ("waiting", None)
    ledger.add("one", e.CaseCounterpartySettled)
    assert (state(ledger, "r-1"), state(ledger, "r-2")) == (("owed", "outcome"), ("owed", "outcome"))


def test_feedback_is_given_once_and_measured_in_the_month_of_the_policys_zone() -> None:
    ledger = told()
    ledger.wait(days=21, hours=10)
    admitted(ledger, "r-1")
    ledger.add("one", e.CaseDecided)
    ledger.wait(hours=2)
    ledger.add("r-1", ReportFeedbackGiven, what=FeedbackKind.OUTCOME)
    ledger.wait(hours=2)
    ledger.add("r-1", ReportFeedbackGiven, what=FeedbackKind.OUTCOME)
    ledger.add("one", e.CaseDecided)
    row = row_of(ledger, "feedback")
    assert (row["state"], row["what"], row["taken_s"], row["given_month"]) == ("given", "outcome", 7200, "2021-04")
    assert row["given_at"] == "2021-03-31T16:00:00.000000Z"


def test_what_nobody_was_owed_is_in_no_list() -> None:
    ledger = told()
    admitted(ledger, "r-1", owed=False)
    ledger.add("r-1", ReportFeedbackGiven, what=FeedbackKind.OUTCOME)
    assert rows_of(ledger, "feedback") == []


def test_the_same_admission_or_refusal_again_changes_nothing() -> None:
    ledger = told()
    admitted(ledger, "r-1")
    ledger.add("one", e.CaseDecided)
    ledger.add("r-1", ReportAdmitted, case=given.case("one"), feedback_owed=True)
    ledger.add("r-1", ReportRefused, feedback_owed=True)
    assert state(ledger, "r-1") == ("owed", "outcome")


@pytest.mark.parametrize("text", ["no = [toml", "feedback = 3", "[feedback]\nwhat = 'all'", ""])
def test_a_text_that_does_not_say_tells_reporters_of_everything(text: str) -> None:
    ledger = told(text)
    admitted(ledger, "r-1")
    ledger.add("one", e.CasePreliminaryResultGiven)
    assert state(ledger, "r-1") == ("owed", "preliminary_result")


def test_without_a_policy_reporters_are_told_of_everything() -> None:
    ledger = Ledger(policy=False)
    admitted(ledger, "r-1")
    ledger.add("one", e.CasePreliminaryResultGiven)
    assert state(ledger, "r-1") == ("owed", "preliminary_result")


@pytest.mark.parametrize("batch_max", range(1, 6))
def test_a_case_that_opens_in_a_later_batch_than_its_report_finds_who_is_owed(batch_max: int) -> None:
    ledger = told()
    admitted(ledger, "r-1")
    ledger.add("one", e.CaseOpened, joined=given.joined("r-1", ledger.at))
    ledger.add("one", e.CaseDecided)
    with built(ledger, batch_max=batch_max) as store:
        (row,) = store.select(PLATFORM, Query("feedback"))
    assert (row["state"], row["what"]) == ("owed", "outcome")

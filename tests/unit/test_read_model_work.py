"""What the read models `queue` and `deadlines` show."""

import pytest

from domain.cases import events as e
from domain.cases import later_events as later
from domain.cases.values import MeasureTaken
from domain.events import Event
from domain.operations.events import OperationClosed, OperationOpened
from domain.reports.events import ReportReceived, ReportRefused
from tests.support import read_model_ledger as given
from tests.support.read_model_decisions import case_id, report_to_case
from tests.support.read_model_ledger import START, Ledger, row_of, rows_of

NEVER = "9999-12-31T23:59:59.999999Z"


def one_case(**wait: float) -> Ledger:
    ledger = Ledger()
    report_to_case(ledger, "one")
    ledger.wait(**wait)
    return ledger


def case(ledger: Ledger, name: str = "one") -> dict[str, object]:
    return row_of(ledger, "queue", case_id=case_id(name))


def clock(ledger: Ledger, name: str, **where: object) -> dict[str, object]:
    return row_of(ledger, "deadlines", clock=name, **where)


def test_a_new_case_is_due_by_its_first_clock() -> None:
    row = case(one_case())
    assert (row["state"], row["is_open"], row["clock"], row["urgency"]) == ("new", True, "verification", 1)
    assert row["due_at"] == "2021-03-10T16:00:00.000000Z"
    assert (row["severity"], row["severity_rank"], row["reports"]) == ("serious", 3, 1)


def test_a_stopped_clock_gives_way_to_the_next() -> None:
    ledger = one_case(hours=1)
    ledger.add("one", e.CaseVerificationStarted)
    row = case(ledger)
    assert (row["state"], row["clock"], row["due_at"]) == ("in_verification", "decision", "2021-03-13T04:00:00.000000Z")


def test_an_earlier_due_time_of_a_joined_report_does_not_move_the_case() -> None:
    ledger = one_case(hours=1)
    ledger.add("one", e.CaseReportJoined, joined=given.joined("late", ledger.at, "3.1.1", source="regulator"))
    row = case(ledger)
    assert (row["reports"], row["severity"], row["sources"]) == (2, "grave", ["regulator", "user"])
    assert row["due_at"] == "2021-03-10T16:00:00.000000Z"


def test_a_report_that_joins_finds_what_was_done_as_done() -> None:
    ledger = one_case(hours=1)
    ledger.add("one", e.CaseVerificationStarted)
    ledger.wait(hours=1)
    ledger.add("one", e.CaseReportJoined, joined=given.joined("late", ledger.at))
    row = clock(ledger, "verification", report=str(given.report("late")))
    assert (row["state"], row["taken_s"], row["stopped_by"]) == ("met", 0, "verification_started")
    assert clock(ledger, "decision", report=str(given.report("late")))["state"] == "running"
    assert case(ledger)["clock"] == "decision"


def test_a_decided_case_leaves_the_queue_and_an_appeal_brings_it_back() -> None:
    ledger = one_case(hours=1)
    ledger.add(
        "one",
        e.CaseDecisionProposed,
        second_officer_required=True,
        ruling=given.ruling("grave"),
        finding=given.finding("mallory"),
    )
    proposed = case(ledger)
    assert (proposed["state"], proposed["severity"], proposed["respondent"]) == (
        "awaiting_confirmation",
        "grave",
        "mallory",
    )
    ledger.add("one", e.CaseDecisionReturned)
    assert case(ledger)["state"] == "returned"
    ledger.add("one", e.CaseDecisionProposed)
    assert case(ledger)["state"] == "proposed"
    ledger.add("one", e.CaseDecided)
    assert (case(ledger)["state"], case(ledger)["is_open"]) == ("decided", False)
    ledger.add("one", later.CaseAppealLodged)
    assert (case(ledger)["state"], case(ledger)["is_open"]) == ("appealed", True)
    ledger.add("one", later.CaseAppealDenied)
    assert case(ledger)["is_open"] is False


def test_duties_after_the_decision_keep_a_case_open_and_a_notice_goes_first() -> None:
    ledger = one_case(hours=1)
    ledger.add("one", e.CaseDecided)
    ledger.add("one", e.CaseAuthorityNoticeDue)
    ledger.add("one", e.CaseCounterpartyDue)
    row = case(ledger)
    assert (row["state"], row["urgency"], row["clock"]) == ("counterparty_open", 0, "authority-notice")
    ledger.add("one", e.CaseCounterpartySettled)
    assert case(ledger)["state"] == "notice_due"
    ledger.add("one", e.CaseAuthorityNotified)
    assert case(ledger)["is_open"] is False
    assert clock(ledger, "authority-notice")["state"] == "met"


def test_of_several_findings_the_queue_shows_the_hardest_and_the_first_respondent() -> None:
    ledger = one_case(hours=1)
    for number, (severity, account) in enumerate((("serious", "eve"), ("grave", "mallory"), ("minor", "oscar")), 1):
        found = {"finding": given.finding(account), "ruling": given.ruling(severity), "decision": number}
        ledger.add("one", e.CaseDecisionProposed, second_officer_required=True, **found)
    row = case(ledger)
    assert (row["state"], row["severity"], row["respondent"]) == ("awaiting_confirmation", "grave", "eve")


def test_a_case_waits_until_the_last_of_its_appeals_is_answered() -> None:
    ledger = one_case(hours=1)
    for number in (1, 2, 3):
        ledger.add("one", e.CaseDecided, decision=number)
        ledger.add("one", later.CaseAppealLodged, decision=number)
    ledger.add("one", later.CaseAppealUpheld, decision=2)
    ledger.add("one", later.CaseAppealReduced, decision=1)
    assert (case(ledger)["state"], case(ledger)["appeals_pending"]) == ("appealed", [3])
    ledger.add("one", later.CaseAppealDenied, decision=3)
    assert case(ledger)["is_open"] is False


def test_duties_end_with_the_decision_they_come_from_and_no_other() -> None:
    ledger = one_case(hours=1)
    for number in (1, 2):
        ledger.add("one", e.CaseDecided, decision=number)
        ledger.add("one", e.CaseAuthorityNoticeDue, decision=number)
        ledger.add("one", e.CaseCounterpartyDue, decision=number)
    ledger.add("one", later.CaseDecisionCorrected, decision=1, measure=MeasureTaken(kind="warn"))
    ledger.add("one", later.CaseDecisionCorrected, decision=2)
    row = case(ledger)
    assert (row["state"], row["counterparties_open"], row["notices_open"]) == ("counterparty_open", [1], [1])
    ledger.add("one", later.CaseAppealUpheld, decision=1)
    assert case(ledger)["is_open"] is False


def test_a_case_of_which_nothing_stands_is_in_the_queue_again_once_somebody_takes_it() -> None:
    ledger = one_case(hours=1)
    for number in (1, 2):
        ledger.add("one", e.CaseDecided, decision=number)
    ledger.add("one", later.CaseDecisionCorrected, decision=1)
    ledger.add("one", e.CaseAssigned, officer="ann")
    assert case(ledger)["state"] == "decided"
    ledger.add("one", later.CaseAppealUpheld, decision=2)
    assert (case(ledger)["state"], case(ledger)["is_open"]) == ("decided", False)
    ledger.add("one", e.CaseAssigned, officer="bob")
    assert (case(ledger)["state"], case(ledger)["is_open"]) == ("in_verification", True)
    ledger.add("one", e.CaseDecided, decision=3)
    assert (case(ledger)["state"], case(ledger)["decisions_standing"]) == ("decided", [3])


@pytest.mark.parametrize(
    "kind", [e.CaseDecided, e.CaseAssigned, e.CaseCounterpartyDue, later.CaseAppealUpheld, e.CaseDecisionProposed]
)
def test_what_happens_to_a_case_that_never_opened_shows_nothing(kind: type[Event]) -> None:
    ledger = Ledger()
    ledger.add("one", kind)
    assert rows_of(ledger, "queue") == []


def test_assignment_referral_and_marks_show() -> None:
    ledger = one_case()
    ledger.add("one", e.CaseAssigned, officer="ann")
    assert case(ledger)["officer"] == "ann"
    ledger.add("one", e.CaseReleased, officer="ann")
    ledger.add("one", e.CaseMarkedMajor)
    ledger.add("one", e.CaseReferred, department="risk")
    row = case(ledger)
    assert (row["officer"], row["department"], row["major"], row["is_open"]) == (None, "risk", True, True)
    ledger.add("one", e.CaseReferred, procedure="infringement")
    assert (case(ledger)["state"], case(ledger)["is_open"]) == ("referred", False)


def test_without_a_policy_nothing_is_due() -> None:
    ledger = Ledger(policy=False)
    report_to_case(ledger, "one", "eve", "3.1.1")
    row = case(ledger)
    assert (row["due_at"], row["clock"], row["severity"]) == (NEVER, None, None)
    assert rows_of(ledger, "deadlines") == []


def test_done_exactly_when_due_is_in_time_and_a_microsecond_later_is_late() -> None:
    ledger = one_case(hours=12)
    ledger.add("one", e.CaseVerificationStarted)
    assert clock(ledger, "verification")["state"] == "met"
    ledger = one_case(hours=12, microseconds=1)
    ledger.add("one", e.CaseVerificationStarted)
    row = clock(ledger, "verification")
    assert (row["state"], row["taken_s"]) == ("late", 43_200)


def test_a_missed_deadline_is_a_breach_and_late_once_it_is_done() -> None:
    ledger = one_case(hours=13)
    miss = {"clock": "verification", "report": given.report("one"), "due_at": START}
    ledger.add("one", later.CaseDeadlineMissed, **miss)
    assert clock(ledger, "verification")["state"] == "breached"
    ledger.add("one", e.CaseVerificationStarted)
    ledger.add("one", later.CaseDeadlineMissed, **miss)
    row = clock(ledger, "verification")
    assert (row["state"], row["missed_at"]) == ("late", "2021-03-10T17:00:00.000000Z")
    assert case(ledger)["missed"] == 2


def test_the_clocks_of_a_refused_report_stop_at_once() -> None:
    ledger = Ledger()
    ledger.add("one", ReportReceived)
    ledger.add("one", ReportRefused)
    assert {(row["state"], row["taken_s"]) for row in rows_of(ledger, "deadlines")} == {("met", 0)}


def test_a_campaign_runs_from_its_opening_to_its_close() -> None:
    ledger = Ledger()
    ledger.add("spring", OperationOpened, campaign=True)
    ledger.add("other", OperationOpened, campaign=False)
    assert clock(ledger, "campaign-end")["due_at"] == "2021-04-10T04:00:00.000000Z"
    ledger.wait(days=31)
    ledger.add("spring", OperationClosed)
    assert clock(ledger, "campaign-end")["state"] == "met"


def test_a_clock_of_the_whole_case_starts_once() -> None:
    ledger = one_case()
    ledger.add("one", e.CaseAuthorityNoticeDue)
    ledger.add("one", e.CaseAuthorityNotified)
    ledger.wait(hours=1)
    ledger.add("one", e.CaseAuthorityNoticeDue)
    assert len(rows_of(ledger, "deadlines", clock="authority-notice")) == 1


def test_times_count_from_the_first_report_to_the_first_of_each_step() -> None:
    ledger = one_case(minutes=10)
    ledger.add("one", e.CaseVerificationStarted)
    ledger.wait(minutes=10)
    ledger.add("one", e.CasePreliminaryResultGiven)
    ledger.add("one", e.CasePreliminaryResultGiven)
    ledger.wait(minutes=10)
    ledger.add("one", e.CaseDecided)
    row = row_of(ledger, "case_times")
    assert (row["to_verification_s"], row["to_preliminary_s"], row["to_decision_s"]) == (600, 1200, 1800)


def test_what_happens_to_a_case_that_was_never_opened_is_passed_over() -> None:
    ledger = Ledger()
    for kind in (e.CaseReportJoined, e.CaseVerificationStarted, e.CaseDecided, later.CaseDeadlineMissed):
        ledger.add("ghost", kind)
    assert rows_of(ledger, "queue") == []


def test_a_case_is_opened_once() -> None:
    ledger = one_case()
    report_to_case(ledger, "one", "mallory")
    assert case(ledger)["respondent"] == "eve"

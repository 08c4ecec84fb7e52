"""Referring a case: to a department or to another procedure."""

from caseledger.application.requests import Request
from domain.cases.events import CaseAssigned, CaseReferred
from domain.commands import AssignCase, ReferCase
from domain.errors import CaseIsAssignedToAnother, CaseIsFinal, CaseNotFound, OutOfOrder, ReferralIncomplete
from tests.support.examples import ANN, BOB, ask, filed, item, upheld, verified
from tests.support.spec import given


def referred(minutes: float = 15, **where: str) -> Request:
    """The case goes elsewhere."""
    return ask(ReferCase(case=item(), reason="not ours", **(where or {"department": "trust"})), minutes)


def test_a_case_goes_to_another_department() -> None:
    assert given(filed()).when(referred()).then(CaseReferred).event(CaseReferred).department == "trust"


def test_a_case_goes_to_another_procedure() -> None:
    then = given(filed()).when(referred(procedure="infringement")).then(CaseReferred)
    assert (then.event(CaseReferred).procedure, then.event(CaseReferred).department) == ("infringement", None)


def test_a_referred_case_is_held_by_nobody() -> None:
    taken = ask(AssignCase(case=item()), 5, ANN)
    given(filed(), taken, referred()).when(ask(AssignCase(case=item()), 20, BOB)).then(CaseAssigned)


def test_neither_or_both_is_no_referral() -> None:
    given(filed()).when(ask(ReferCase(case=item(), reason="x"), 15)).then_refused(ReferralIncomplete)
    given(filed()).when(referred(department="trust", procedure="x")).then_refused(ReferralIncomplete)


def test_no_case_no_referral() -> None:
    given().when(referred()).then_refused(CaseNotFound)


def test_a_decided_case_is_final() -> None:
    given(filed(), verified(), upheld()).when(referred(30)).then_refused(CaseIsFinal)


def test_only_the_officer_who_holds_the_case_refers_it() -> None:
    given(filed(), ask(AssignCase(case=item(), officer=BOB), 11)).when(referred()).then_refused(CaseIsAssignedToAnother)


def test_a_referral_dated_before_the_last_step_is_refused() -> None:
    given(filed(), verified(16)).when(referred()).then_refused(OutOfOrder)

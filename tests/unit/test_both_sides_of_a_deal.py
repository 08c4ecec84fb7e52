"""Both sides of a deal in one case: it is final when the other side has a finding, or a reason why it has none."""

import pytest

from caseledger.application.requests import Request
from domain.accounts.events import AccountSanctionImposed
from domain.cases.events import CaseAssigned, CaseCounterpartyDue, CaseCounterpartySettled, CaseDecided
from domain.commands import AssignCase, GiveFeedback, ReferCase, SettleCounterparty
from domain.errors import AlreadyDecided, CaseIsFinal, CounterpartyOpen
from domain.reports.events import ReportFeedbackGiven
from tests.support.examples import (
    ACCOUNT,
    BOB,
    ask,
    case_of,
    corrected,
    dealt,
    filed,
    finding,
    item,
    one,
    several,
    upheld,
)
from tests.support.spec import given

BUYER = "acc-2"
ASSIGNED = ask(AssignCase(case=item(), officer=BOB), 40)
REFERRED = ask(ReferCase(case=item(), department="trust", reason="x"), 40)
TOLD = ask(GiveFeedback(report="r-1"), 40)
SOLD = one(ACCOUNT, "drugs", role="seller")
PROMOTED = one(ACCOUNT, "drugs", role="promoter")


def other_side(respondent: str = BUYER, minutes: float = 30, **fields: object) -> Request:
    """A further finding."""
    return several(one(respondent, "drugs", **fields), minutes=minutes)


def test_a_finding_about_the_other_side_in_the_same_case_settles_it() -> None:
    before = given(filed(), dealt())
    facts = before.service.handle(other_side()).events
    (settled,) = [fact.event for fact in facts if isinstance(fact.event, CaseCounterpartySettled)]
    assert (settled.case, settled.reason) == (case_of().uuid, None)
    assert {event.account for event in before.events(AccountSanctionImposed)} == {ACCOUNT, BUYER}
    before.when(ASSIGNED).then_refused(CaseIsFinal)


def test_both_sides_in_one_decision_owe_nothing_more() -> None:
    before = given(filed(), several(PROMOTED, one(BUYER, "drugs", role="seller")))
    kinds = [type(event) for event in before.events(CaseDecided) + before.events(CaseCounterpartyDue)]
    assert kinds == [CaseDecided] * 2 + [CaseCounterpartyDue] * 2
    before.when(ASSIGNED).then_refused(CaseIsFinal)
    before.when(TOLD).then(ReportFeedbackGiven)


@pytest.mark.parametrize("role", ["seller", None])
def test_the_other_side_of_a_promoter_is_no_promoter(role: str | None) -> None:
    before = given(filed(), several(PROMOTED, one(BUYER, "drugs", role="promoter")))
    assert before.events(CaseCounterpartySettled) == []
    before.and_then(other_side("acc-3", role=role))
    assert len(before.events(CaseCounterpartySettled)) == 1


def test_another_finding_about_the_same_person_is_no_other_side() -> None:
    other = one(ACCOUNT, "drugs", subject={"type": "account", "id": ACCOUNT}, role="promoter")
    assert given(filed(), several(SOLD, other)).events(CaseCounterpartySettled) == []


def test_until_then_the_case_stays_open_to_work_and_goes_nowhere_else() -> None:
    given(filed(), dealt()).when(ASSIGNED).then(CaseAssigned)
    given(filed(), dealt()).when(REFERRED).then_refused(CounterpartyOpen)
    given(filed(), dealt()).when(TOLD).then_refused(CounterpartyOpen)
    given(filed(), dealt()).when(upheld(40, found=finding("drugs"))).then_refused(AlreadyDecided)


def test_a_recorded_reason_makes_it_final() -> None:
    reason = ask(SettleCounterparty(case=item(), reason="nobody else took part"), 35)
    before = given(filed(), dealt(), reason)
    before.when(ASSIGNED).then_refused(CaseIsFinal)
    before.when(TOLD).then(ReportFeedbackGiven)


def test_the_duty_goes_with_the_decision_that_made_it() -> None:
    both = given(filed(), several(SOLD, one(BUYER, "spam", role="seller")), corrected(account=ACCOUNT))
    both.when(ask(AssignCase(case=item(), officer=BOB), 70)).then_refused(CaseIsFinal)


def test_the_other_side_stays_settled_when_its_finding_is_taken_back() -> None:
    both = given(filed(), dealt(), other_side(), corrected(account=BUYER))
    both.when(ask(AssignCase(case=item(), officer=BOB), 70)).then_refused(CaseIsFinal)

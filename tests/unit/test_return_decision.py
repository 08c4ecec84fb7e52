"""A proposal that goes back to its officer."""

from caseledger.application.requests import Request
from domain.cases.events import CaseDecisionProposed, CaseDecisionReturned
from domain.commands import ReturnDecision
from domain.errors import CaseNotFound, NothingProposed, OutOfOrder, SameOfficer
from tests.support.examples import ANN, BOB, ask, banned, confirmed, filed, item
from tests.support.spec import given


def returned(minutes: float = 25, actor: str = BOB) -> Request:
    """The proposal goes back."""
    return ask(ReturnDecision(case=item(), reason="look again"), minutes, actor)


def test_a_second_officer_sends_the_proposal_back() -> None:
    then = given(filed(), banned()).when(returned()).then(CaseDecisionReturned)
    assert then.event(CaseDecisionReturned).decision == 1


def test_after_that_anybody_may_propose() -> None:
    then = given(filed(), banned(), returned()).when(banned(26, actor=BOB)).then(CaseDecisionProposed)
    assert then.event(CaseDecisionProposed).decision == 2


def test_its_own_officer_does_not_return_it() -> None:
    given(filed(), banned()).when(returned(actor=ANN)).then_refused(SameOfficer)


def test_nothing_proposed_nothing_returned() -> None:
    given(filed()).when(returned()).then_refused(NothingProposed)
    given(filed(), banned(), confirmed(24)).when(returned()).then_refused(NothingProposed)


def test_no_case_nothing_to_return() -> None:
    given().when(returned()).then_refused(CaseNotFound)


def test_a_return_dated_before_the_proposal_is_refused() -> None:
    given(filed(), banned()).when(returned(19)).then_refused(OutOfOrder)

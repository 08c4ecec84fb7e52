"""A first result, before the decision and not before the verification."""

from domain.cases.events import CasePreliminaryResultGiven
from domain.commands import AssignCase, GivePreliminaryResult
from domain.errors import CaseIsAssignedToAnother, CaseIsFinal, CaseNotFound, OutOfOrder, VerificationNotStarted
from tests.support.examples import BOB, ask, filed, item, upheld, verified
from tests.support.spec import given

GIVEN = ask(GivePreliminaryResult(case=item(), result="it looks bad"), 15)


def test_a_preliminary_result_is_given() -> None:
    then = given(filed(), verified()).when(GIVEN).then(CasePreliminaryResultGiven)
    assert then.event(CasePreliminaryResultGiven).result == "it looks bad"


def test_it_needs_a_verification() -> None:
    given(filed()).when(GIVEN).then_refused(VerificationNotStarted)


def test_no_case_no_result() -> None:
    given().when(GIVEN).then_refused(CaseNotFound)


def test_after_the_decision_it_is_too_late() -> None:
    late = ask(GivePreliminaryResult(case=item(), result="it looks bad"), 30)
    given(filed(), verified(), upheld()).when(late).then_refused(CaseIsFinal)


def test_only_the_officer_who_holds_the_case_gives_it() -> None:
    taken = ask(AssignCase(case=item(), officer=BOB), 11)
    given(filed(), verified(), taken).when(GIVEN).then_refused(CaseIsAssignedToAnother)


def test_a_result_dated_before_the_verification_is_refused() -> None:
    given(filed(), verified(16)).when(GIVEN).then_refused(OutOfOrder)

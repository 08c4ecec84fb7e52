"""Assigning a case: taken, given, and not taken from another unless by a senior reviewer."""

from domain.cases.events import CaseAssigned
from domain.commands import AssignCase
from domain.errors import CaseIsAssignedToAnother, CaseIsFinal, CaseNotFound, OutOfOrder
from domain.recorded import Role
from tests.support.examples import BOB, CAT, ask, filed, item, upheld, verified
from tests.support.spec import given

TAKEN = ask(AssignCase(case=item()), 5)


def test_an_officer_takes_the_case() -> None:
    assert given(filed()).when(TAKEN).then(CaseAssigned).event(CaseAssigned).officer == "officer-ann"


def test_an_officer_gives_the_case_to_another() -> None:
    then = given(filed()).when(ask(AssignCase(case=item(), officer=BOB), 5)).then(CaseAssigned)
    assert then.event(CaseAssigned).officer == BOB


def test_taking_what_one_holds_changes_nothing() -> None:
    given(filed(), TAKEN).when(ask(AssignCase(case=item()), 6)).then_nothing()


def test_a_case_held_by_another_is_not_taken() -> None:
    given(filed(), TAKEN).when(ask(AssignCase(case=item()), 6, BOB)).then_refused(CaseIsAssignedToAnother)


def test_a_senior_reviewer_may_give_it_to_somebody_else() -> None:
    moved = ask(AssignCase(case=item(), officer=BOB), 6, CAT, Role.SENIOR_REVIEWER)
    assert given(filed(), TAKEN).when(moved).then(CaseAssigned).event(CaseAssigned).officer == BOB


def test_no_case_no_assignment() -> None:
    given().when(TAKEN).then_refused(CaseNotFound)


def test_a_decided_case_is_final() -> None:
    given(filed(), verified(), upheld()).when(ask(AssignCase(case=item()), 30)).then_refused(CaseIsFinal)


def test_an_assignment_dated_before_the_last_step_is_refused() -> None:
    given(filed(), verified(10)).when(TAKEN).then_refused(OutOfOrder)

"""Releasing a case back to the queue."""

from domain.cases.events import CaseReleased
from domain.commands import AssignCase, ReleaseCase
from domain.errors import CaseIsAssignedToAnother, CaseIsFinal, CaseNotFound, OutOfOrder
from tests.support.examples import ANN, BOB, ask, filed, item, upheld, verified
from tests.support.spec import given

TAKEN = ask(AssignCase(case=item()), 5)
RELEASED = ask(ReleaseCase(case=item()), 6)


def test_its_officer_gives_the_case_back() -> None:
    assert given(filed(), TAKEN).when(RELEASED).then(CaseReleased).event(CaseReleased).officer == ANN


def test_a_case_nobody_holds_stays_as_it_is() -> None:
    given(filed()).when(RELEASED).then_nothing()


def test_only_its_officer_gives_it_back() -> None:
    given(filed(), TAKEN).when(ask(ReleaseCase(case=item()), 6, BOB)).then_refused(CaseIsAssignedToAnother)


def test_no_case_no_release() -> None:
    given().when(RELEASED).then_refused(CaseNotFound)


def test_a_decided_case_is_final() -> None:
    given(filed(), TAKEN, verified(), upheld()).when(ask(ReleaseCase(case=item()), 30)).then_refused(CaseIsFinal)


def test_a_release_dated_before_the_assignment_is_refused() -> None:
    given(filed(), TAKEN).when(ask(ReleaseCase(case=item()), 4)).then_refused(OutOfOrder)

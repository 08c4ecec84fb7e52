"""Marking a case as a suspected major violation, once."""

from caseledger.application.requests import Request
from domain.cases.events import CaseMarkedMajor
from domain.commands import AssignCase, MarkMajor
from domain.errors import CaseIsAssignedToAnother, CaseIsFinal, CaseNotFound, OutOfOrder
from tests.support.examples import BOB, ask, filed, item, upheld, verified
from tests.support.spec import given


def marked(minutes: float = 15) -> Request:
    """The case is marked."""
    return ask(MarkMajor(case=item(), reason="a whole network"), minutes)


def test_a_case_is_marked_major() -> None:
    assert given(filed()).when(marked()).then(CaseMarkedMajor).event(CaseMarkedMajor).reason == "a whole network"


def test_it_is_marked_once() -> None:
    given(filed(), marked(15)).when(marked(16)).then_nothing()


def test_no_case_no_mark() -> None:
    given().when(marked()).then_refused(CaseNotFound)


def test_a_decided_case_is_final() -> None:
    given(filed(), verified(), upheld()).when(marked(30)).then_refused(CaseIsFinal)


def test_only_the_officer_who_holds_the_case_marks_it() -> None:
    given(filed(), ask(AssignCase(case=item(), officer=BOB), 11)).when(marked()).then_refused(CaseIsAssignedToAnother)


def test_a_mark_dated_before_the_case_opened_is_refused() -> None:
    given(filed(16)).when(marked()).then_refused(OutOfOrder)

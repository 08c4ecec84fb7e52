"""An authority is told where a decision obliges the platform to."""

from caseledger.application.requests import Request
from domain.cases.events import CaseAuthorityNotified
from domain.commands import NotifyAuthority
from domain.errors import CaseNotFound, NoAuthorityNoticeDue, OutOfOrder
from tests.support.examples import ask, dealt, filed, item, upheld
from tests.support.spec import given


def notified(minutes: float = 30) -> Request:
    """The police is told."""
    return ask(NotifyAuthority(case=item(), authority="police", reference="n-1", text="see annex"), minutes)


def test_the_authority_is_told() -> None:
    then = given(filed(), dealt()).when(notified()).then(CaseAuthorityNotified)
    assert then.event(CaseAuthorityNotified).reference == "n-1"


def test_it_is_told_once() -> None:
    given(filed(), dealt(), notified()).when(notified(31)).then_refused(NoAuthorityNoticeDue)


def test_where_nothing_obliges_to_nobody_is_told() -> None:
    given(filed(), upheld()).when(notified()).then_refused(NoAuthorityNoticeDue)


def test_no_case_no_notice() -> None:
    given().when(notified()).then_refused(CaseNotFound)


def test_a_notice_dated_before_the_decision_is_refused() -> None:
    given(filed(), dealt()).when(notified(19)).then_refused(OutOfOrder)

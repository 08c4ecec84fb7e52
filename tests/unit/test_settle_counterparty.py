"""The other side of a dealing: a finding in a case of its own, or the reason why it has none."""

from caseledger.application.requests import Request
from domain.cases.events import CaseCounterpartySettled
from domain.command_values import CaseRef
from domain.commands import SettleCounterparty
from domain.errors import CaseNotFound, CounterpartyOpen, NoCounterpartyDue, OutOfOrder
from tests.support.examples import ask, case_of, corrected, dealt, dismissed, filed, item, upheld
from tests.support.spec import given

OTHER = filed(0, "post-2", report="r-2", respondent="acc-2")


def settled(minutes: float = 70, other: CaseRef | None = None, reason: str | None = None) -> Request:
    """The other side is settled."""
    return ask(SettleCounterparty(case=item(), other=other, reason=reason), minutes)


def test_a_finding_about_the_other_side_settles_it() -> None:
    both = given(filed(), OTHER, dealt(), upheld(21, "post-2"))
    then = both.when(settled(other=item("post-2"))).then(CaseCounterpartySettled)
    assert then.event(CaseCounterpartySettled).case == case_of("post-2").uuid


def test_a_reason_settles_it_too() -> None:
    then = given(filed(), dealt()).when(settled(reason="nobody else took part")).then(CaseCounterpartySettled)
    assert then.event(CaseCounterpartySettled).case is None


def test_a_reason_stands_beside_a_case_without_a_finding() -> None:
    then = given(filed(), OTHER, dealt()).when(settled(other=item("post-2"), reason="abroad"))
    assert then.then(CaseCounterpartySettled).event(CaseCounterpartySettled).case == case_of("post-2").uuid


def test_neither_case_nor_reason_leaves_it_open() -> None:
    given(filed(), dealt()).when(settled()).then_refused(CounterpartyOpen)


def test_an_undecided_case_of_the_other_side_leaves_it_open() -> None:
    given(filed(), OTHER, dealt()).when(settled(other=item("post-2"))).then_refused(CounterpartyOpen)


def test_a_dismissal_is_no_finding_about_the_other_side() -> None:
    both = given(filed(), OTHER, dealt(), dismissed(21, "post-2"))
    both.when(settled(other=item("post-2"))).then_refused(CounterpartyOpen)


def test_a_finding_that_was_taken_back_is_none() -> None:
    both = given(filed(), OTHER, dealt(), upheld(21, "post-2"), corrected(60, "post-2"))
    both.when(settled(other=item("post-2"))).then_refused(CounterpartyOpen)


def test_the_case_itself_is_not_its_other_side() -> None:
    given(filed(), dealt()).when(settled(other=item(), reason="x")).then_refused(CounterpartyOpen)


def test_a_case_that_is_not_there_settles_nothing() -> None:
    given(filed(), dealt()).when(settled(other=item("post-9"), reason="x")).then_refused(CaseNotFound)


def test_where_no_other_side_is_due_none_is_settled() -> None:
    given(filed(), upheld()).when(settled(reason="x")).then_refused(NoCounterpartyDue)
    given(filed(), dealt(), settled(30, reason="x")).when(settled(31, reason="y")).then_refused(NoCounterpartyDue)


def test_no_case_nothing_to_settle() -> None:
    given().when(settled(reason="x")).then_refused(CaseNotFound)


def test_a_settlement_dated_before_the_decision_is_refused() -> None:
    given(filed(), dealt()).when(settled(19, reason="x")).then_refused(OutOfOrder)

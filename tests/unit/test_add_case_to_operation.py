"""Cases and persons join an operation while it is open."""

from caseledger.application.requests import Request
from domain.commands import AddCaseToOperation, CloseOperation, OpenOperation
from domain.errors import CaseInOperation, CaseNotFound, OperationIsClosed, OperationNotFound, OutOfOrder
from domain.operations.events import OperationCaseAdded
from tests.support.examples import ask, case_of, filed, item
from tests.support.spec import given

OPENED = ask(OpenOperation(operation="op-1", title="clear skies"), 0)
CLOSED = ask(CloseOperation(operation="op-1"), 30)


def added(minutes: float = 10, content: str = "post-1", **fields: object) -> Request:
    """A case joins."""
    values = {"operation": "op-1", "case": item(content), "account": "acc-1", "role": "seller", **fields}
    return ask(AddCaseToOperation.model_validate(values), minutes)


def test_a_case_joins_with_its_person() -> None:
    then = given(filed(), OPENED).when(added(region="Jiangsu", minor=True)).then(OperationCaseAdded)
    event = then.event(OperationCaseAdded)
    assert (event.case, event.account, event.role) == (case_of().uuid, "acc-1", "seller")
    assert (event.region, event.minor) == ("Jiangsu", True)


def test_another_person_of_the_same_case_joins_too() -> None:
    given(filed(), OPENED, added()).when(added(11, account=None, person="Li")).then(OperationCaseAdded)


def test_the_same_person_again_changes_nothing() -> None:
    given(filed(), OPENED, added()).when(added(11)).then_nothing()


def test_the_same_again_changes_nothing_after_the_end_too() -> None:
    given(filed(), OPENED, added(), CLOSED).when(added()).then_nothing()


def test_the_same_person_with_other_facts_is_refused() -> None:
    given(filed(), OPENED, added()).when(added(11, role="promoter")).then_refused(CaseInOperation)


def test_no_operation_nothing_to_join() -> None:
    given(filed()).when(added()).then_refused(OperationNotFound)


def test_a_case_that_is_not_there_does_not_join() -> None:
    given(OPENED).when(added()).then_refused(CaseNotFound)


def test_a_closed_operation_takes_no_more() -> None:
    given(filed(), OPENED, CLOSED).when(added(31)).then_refused(OperationIsClosed)


def test_a_case_added_before_the_operation_began_is_refused() -> None:
    given(filed(), OPENED).when(added(-1)).then_refused(OutOfOrder)

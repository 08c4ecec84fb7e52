"""An operation ends once."""

from caseledger.application.requests import Request
from domain.commands import CloseOperation, OpenOperation
from domain.errors import OperationNotFound, OutOfOrder
from domain.operations.events import OperationClosed
from tests.support.examples import ask
from tests.support.spec import given

OPENED = ask(OpenOperation(operation="op-1", title="clear skies"), 0)


def closed(minutes: float = 30) -> Request:
    """The operation ends."""
    return ask(CloseOperation(operation="op-1", summary="all done"), minutes)


def test_an_operation_ends() -> None:
    assert given(OPENED).when(closed()).then(OperationClosed).event(OperationClosed).summary == "all done"


def test_ending_it_again_changes_nothing() -> None:
    given(OPENED, closed()).when(closed(31)).then_nothing()


def test_no_operation_nothing_to_end() -> None:
    given().when(closed()).then_refused(OperationNotFound)


def test_an_end_before_the_beginning_is_refused() -> None:
    given(OPENED).when(closed(-1)).then_refused(OutOfOrder)

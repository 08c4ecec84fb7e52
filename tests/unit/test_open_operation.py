"""An operation begins once."""

from caseledger.application.requests import Request
from domain.commands import CloseOperation, OpenOperation
from domain.errors import OperationExists
from domain.operations.events import OperationOpened
from tests.support.examples import ask, operation_of
from tests.support.spec import given


def opened(minutes: float = 0, title: str = "clear skies") -> Request:
    """An operation begins."""
    return ask(OpenOperation(operation="op-1", title=title, campaign=True), minutes)


def test_an_operation_begins() -> None:
    then = given().when(opened()).then(OperationOpened)
    assert then.facts[0].stream == operation_of()
    assert (then.event(OperationOpened).title, then.event(OperationOpened).campaign) == ("clear skies", True)


def test_opening_it_again_changes_nothing() -> None:
    given(opened()).when(opened(1)).then_nothing()


def test_other_facts_under_its_id_are_refused() -> None:
    given(opened()).when(opened(1, "other")).then_refused(OperationExists)


def test_the_same_again_changes_nothing_even_when_it_is_closed() -> None:
    given(opened(), ask(CloseOperation(operation="op-1"), 5)).when(opened()).then_nothing()

"""A campaign that ran over its time missed its end once; what has no clock, or time left, is refused by name."""

from caseledger.application.requests import Request
from domain.clock_commands import MissOperationDeadline
from domain.commands import CloseOperation, OpenOperation
from domain.errors import ClockUnknown, DeadlineNotMissed, OperationNotFound
from domain.operations.events import OperationClosed, OperationDeadlineMissed
from tests.support.examples import DAY, ask
from tests.support.spec import given

CLOCK = {"id": "end", "start": ["campaign_started"], "stop": ["campaign_closed"], "due": "P10D"}
EDITS: dict[str, object] = {"clock": [CLOCK]}
OPENED = ask(OpenOperation(operation="op-1", title="clear skies", campaign=True), 0)
CLOSED = ask(CloseOperation(operation="op-1"), 12 * DAY)


def missed(minutes: float = 11 * DAY, clock: str = "end") -> Request:
    """The clock notices."""
    return ask(MissOperationDeadline(operation="op-1", clock=clock), minutes, None)


def test_a_campaign_that_runs_over_its_time_missed_its_end() -> None:
    event = given(OPENED, edits=EDITS).when(missed()).then(OperationDeadlineMissed).event(OperationDeadlineMissed)
    assert (event.operation, event.clock) == ("op-1", "end")


def test_one_that_was_closed_late_missed_it_as_well() -> None:
    given(OPENED, CLOSED, edits=EDITS).when(missed(13 * DAY)).then(OperationDeadlineMissed)


def test_a_recorded_miss_is_not_recorded_again() -> None:
    given(OPENED, missed(), edits=EDITS).when(missed(12 * DAY)).then_nothing()


def test_a_campaign_may_still_be_closed_as_of_before_the_clock_noticed() -> None:
    late = given(OPENED, missed(), edits=EDITS)
    late.when(ask(CloseOperation(operation="op-1"), 9 * DAY)).then(OperationClosed)


def test_time_that_is_left_is_not_missed() -> None:
    given(OPENED, edits=EDITS).when(missed(10 * DAY)).then_refused(DeadlineNotMissed)


def test_what_is_no_campaign_has_no_clock() -> None:
    plain = ask(OpenOperation(operation="op-1", title="a ring"), 0)
    given(plain, edits=EDITS).when(missed()).then_refused(ClockUnknown)


def test_an_unknown_clock_is_refused() -> None:
    given(OPENED, edits=EDITS).when(missed(clock="other")).then_refused(ClockUnknown)


def test_no_operation_no_deadline() -> None:
    given(edits=EDITS).when(missed()).then_refused(OperationNotFound)

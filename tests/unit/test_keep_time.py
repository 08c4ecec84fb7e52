"""What is due becomes facts: each dated at its due moment, in that order, once, whoever notices and however late."""

from datetime import date, timedelta

import pytest

from caseledger.application.keeping import ANSWER_EVENTS_MAX, KEEPER, TimeKeeper, TooMuchDue, about
from caseledger.application.requests import Request
from caseledger.application.service import DatedInTheFuture
from domain.accounts.events import AccountDelisted, AccountSanctionEnded
from domain.cases.events import CaseNoteAdded
from domain.cases.later_events import CaseDeadlineMissed
from domain.commands import AddNote, CloseOperation, MarkMajor, OpenOperation, PublishPolicy
from domain.operations.events import OperationDeadlineMissed
from domain.recorded import Role
from projections.queries import Page, Query
from tests.support.example_pack import example_pack
from tests.support.examples import (
    ACCOUNT,
    CAT,
    DAY,
    WEEK,
    appeal_decided,
    appealed,
    ask,
    corrected,
    dealt,
    dismissed,
    filed,
    item,
    measure,
    minute,
    report_of,
    upheld,
)
from tests.support.spec import given, nothing_written, refusal_of
from tests.support.time_kept import ScratchTables, events_kept, keeper, kept

JUST = timedelta(microseconds=1)
CAMPAIGN = {
    "clock": [{"id": "end", "start": ["campaign_started"], "stop": ["campaign_closed"], "due": "P1M"}],
}
MUTED = upheld(20, measure=measure("mute:P1D"))
"""It ends a day later, at minute 20 of the second day."""


def test_a_deadline_is_missed_the_moment_after_it_was_due() -> None:
    (event,) = events_kept(given(filed()).service, 9 * DAY)
    assert isinstance(event, CaseDeadlineMissed)
    assert (event.occurred_at, event.due_at) == (minute(3 * DAY) + JUST, minute(3 * DAY))
    assert (event.clock, event.report) == ("decision", report_of().uuid)
    assert (event.cause.actor, event.cause.role) == (KEEPER, Role.CLOCK)


def test_at_the_due_moment_nothing_is_missed_yet() -> None:
    service = given(filed()).service
    assert events_kept(service, 3 * DAY) == []
    assert len(events_kept(service, 3 * DAY + 1)) == 1


def test_what_was_done_in_time_is_no_affair_of_the_clock() -> None:
    assert events_kept(given(filed(), dismissed(3 * DAY)).service, 9 * DAY) == []


def test_a_sanction_ends_when_it_is_over() -> None:
    service = given(filed(), MUTED).service
    assert events_kept(service, DAY + 19) == []
    (event,) = events_kept(service, DAY + 20)
    assert isinstance(event, AccountSanctionEnded)
    assert (event.occurred_at, event.account) == (minute(DAY + 20), ACCOUNT)


def test_a_sanction_that_was_lifted_does_not_end() -> None:
    assert events_kept(given(filed(), MUTED, corrected()).service, WEEK) == []


def test_a_reduction_that_is_over_when_it_is_made_ends_at_once() -> None:
    week = upheld(20, measure=measure("mute:P7D"), reason="again")
    reduced = appeal_decided("reduced", 2 * DAY, measure=measure("mute:P1D"))
    (event,) = events_kept(given(filed(), week, appealed(), reduced).service, WEEK)
    assert event.occurred_at == minute(2 * DAY)


def test_a_listing_leaves_the_list_when_its_term_is_over() -> None:
    service = given(filed(), dealt()).service
    year = [event for event in events_kept(service, 366 * DAY) if isinstance(event, AccountDelisted)]
    assert [event.occurred_at for event in year] == [minute(365 * DAY + 20)]


def test_what_is_due_first_comes_first_whatever_it_is() -> None:
    service = given(
        filed(),
        MUTED,
        *(filed(30 + number, f"post-{number}", report=f"r-{number}") for number in range(2, 7)),
        ask(MarkMajor(case=item("post-2"), reason="a network"), 40),
    ).service
    events = events_kept(service, WEEK)
    assert len(events) == 7
    assert [event.occurred_at for event in events] == sorted(event.occurred_at for event in events)


def test_time_kept_twice_or_late_changes_nothing_the_second_time() -> None:
    service = given(filed(), filed(5, "post-2", report="r-2"), MUTED).service
    assert len(events_kept(service, WEEK)) == 2
    with nothing_written(service):
        assert kept(service, WEEK) == []
        assert kept(service, 2 * WEEK) == []


def test_two_that_keep_time_at_once_write_everything_once() -> None:
    service = given(*(filed(number, f"post-{number}", report=f"r-{number}") for number in range(6))).service
    one, other = (keeper(service).keep(minute(WEEK)) for _ in range(2))
    first = next(one)
    written = [first, *other, *one]
    assert len({each.answer.position for each in written if each.answer}) == len(written) == 6


def test_a_decision_that_came_late_was_missed_before_it_came() -> None:
    """The same fact, whether time was kept before the decision or long after it."""
    in_time = given(filed()).service
    (noticed,) = events_kept(in_time, 3 * DAY + 1)
    after = given(filed(), upheld(4 * DAY)).service
    assert events_kept(after, 4 * DAY) == [noticed]


def test_each_report_of_a_case_has_its_own_deadline() -> None:
    service = given(filed(), filed(60, report="r-2", reporter="reporter-8")).service
    events = events_kept(service, WEEK)
    assert [event.due_at for event in events] == [minute(3 * DAY), minute(3 * DAY + 60)]


def test_a_clock_goes_by_the_policy_of_the_day_it_started() -> None:
    clock = {"id": "decision", "start": ["report_received"], "stop": ["decided"], "due": "P30D"}
    longer = {"version": "2", "valid_from": date(2021, 3, 11), "clock": [clock]}
    started = given(filed())
    started.and_then(ask(PublishPolicy(text=example_pack(longer)), 60), filed(DAY, "post-2", report="r-2"))
    events = events_kept(started.service, 40 * DAY)
    assert [event.due_at for event in events] == [minute(3 * DAY), minute(31 * DAY)]


def test_an_officer_may_still_do_what_was_recorded_after_the_clock_had_noticed() -> None:
    """Somebody fills the ledger with the past while time is kept: late is refused by nothing."""
    filled = given(filed(), MUTED)
    events_kept(filled.service, WEEK)
    filled.when(ask(AddNote(case=item(), text="seen"), 30)).then(CaseNoteAdded)
    filled.and_then(appealed(40))
    assert filled.service.handle(appeal_decided("upheld", 50)).events


def test_a_campaign_that_is_not_closed_in_time_missed_its_end() -> None:
    opened = ask(OpenOperation(operation="op-1", title="clear skies", campaign=True), 0)
    service = given(opened, edits=CAMPAIGN).service
    (event,) = events_kept(service, 40 * DAY)
    assert isinstance(event, OperationDeadlineMissed)
    assert (event.operation, event.clock) == ("op-1", "end")
    assert event.occurred_at == event.due_at + JUST
    assert events_kept(service, 50 * DAY) == []


def test_a_campaign_closed_in_time_missed_nothing() -> None:
    opened = ask(OpenOperation(operation="op-1", title="clear skies", campaign=True), 0)
    closed = ask(CloseOperation(operation="op-1"), 5 * DAY)
    assert events_kept(given(opened, closed, edits=CAMPAIGN).service, 40 * DAY) == []


def test_what_is_not_there_yet_cannot_be_due() -> None:
    service = given().service
    assert isinstance(refusal_of(lambda: keeper(service).answer(minute(3660 * DAY))), DatedInTheFuture)


class WrongTables(ScratchTables):
    """Says that what is not due is."""

    def page(self, question: Query) -> Page:
        """The rows there are, as if their time had come."""
        if question.relation != "deadlines":
            return Page([], None)
        far = super().page(Query("deadlines"))
        rows = [row | {"to_miss_at": "2021-03-10T05:00:00.000000Z"} for row in far.rows]
        return Page(rows, None)


def test_what_the_decider_refuses_is_told_once_and_set_aside() -> None:
    service = given(filed()).service
    wrong = TimeKeeper(service, WrongTables(service))
    with nothing_written(service):
        (told,) = wrong.keep(minute(DAY))
        assert (told.answer, told.refusal and told.refusal.code) == (None, "deadline_not_missed")
        assert list(wrong.keep(minute(DAY))) == []


def test_one_answer_holds_all_that_is_due_up_to_a_bound() -> None:
    service = given(*(filed(number, f"post-{number}", report=f"r-{number}") for number in range(3))).service
    assert ANSWER_EVENTS_MAX == 10_000
    refusal = refusal_of(lambda: keeper(service).answer(minute(WEEK), events_max=1))
    assert isinstance(refusal, TooMuchDue)
    assert len(keeper(service).answer(minute(WEEK)).events) == 1
    rest = keeper(service).answer(minute(WEEK))
    assert (rest.events, rest.position) == ((), service.ledger.head())


def test_a_command_of_time_says_what_it_is_about() -> None:
    opened = ask(OpenOperation(operation="op-1", title="clear skies", campaign=True), 0)
    (campaign,) = kept(given(opened, edits=CAMPAIGN).service, 40 * DAY)
    assert about(campaign.request) == "clock end of operation op-1"
    (ended,) = kept(given(filed(), MUTED).service, 2 * DAY)
    assert about(ended.request) == f"account {ACCOUNT}"
    (missed,) = kept(given(filed()).service, 4 * DAY)
    assert about(missed.request).startswith("clock decision of case ")
    with pytest.raises(TypeError):
        about(Request(platform="example", at=minute(0), command=AddNote(case=item(), text="x"), actor=CAT))

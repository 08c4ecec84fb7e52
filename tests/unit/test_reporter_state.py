"""What a reporter's past comes to: sums of a month, what was reversed by when, and what was booked before."""

from datetime import datetime, timedelta
from uuid import UUID

from domain.cases.bench import Bench, Book, Credited
from domain.cases.events import CaseDecided, CaseOpened
from domain.cases.state import Case
from domain.cases.state import evolve as case_after
from domain.events import Event, Stamp
from domain.policy.load import load
from domain.policy.vocabulary import RewardNote
from domain.recorded import Recorded
from domain.reporters.crediting import credit
from domain.reporters.events import Amount, ReporterRewarded, ReporterRewardReversed
from domain.reporters.state import Month, Reporter, evolve
from domain.values import Outcome
from tests.support import read_model_ledger as given
from tests.support.example_pack import PLATFORM, example_pack
from tests.support.examples import account_of, case_of, minute, reporter_of

COINS = (Amount(currency="coins", amount=10),)
MONTH = "2021-03"
CASE = case_of().uuid


def after(*events: Event) -> Reporter:
    """The reporter after these."""
    state: Reporter | None = None
    for version, event in enumerate(events, 1):
        state = evolve(state, Recorded(reporter_of(), version, event))
    assert state is not None
    return state


def rewarded(report: str, case: UUID = CASE, **fields: object) -> ReporterRewarded:
    values = {"report": given.report(report), "case": case, "decision": 1, "content": None, "month": MONTH}
    shared = {"occurred_at": minute(0), "cause": given.cause(), "policy": given.PACK}
    return given.filled(ReporterRewarded, {**values, **shared, "granted": COINS, **fields}, given.plain)


def taken_back(report: str, at: datetime) -> ReporterRewardReversed:
    values = {"report": given.report(report), "case": CASE, "decision": 1, "month": MONTH, "reversed": COINS}
    return ReporterRewardReversed.model_validate({**values, "occurred_at": at, "cause": given.cause()})


def test_a_month_is_a_sum_and_what_was_reversed_by_then_is_free() -> None:
    state = after(rewarded("one"), rewarded("two"), taken_back("two", minute(60)), taken_back("one", minute(30)))
    month = state.months[MONTH]
    assert [month.taken_at(minute(at))["coins"] for at in (0, 30, 59, 60, 90)] == [20, 10, 10, 0, 0]
    assert Month().taken_at(minute(0)) == {}


def test_what_is_reversed_twice_is_freed_once() -> None:
    state = after(rewarded("one"), taken_back("one", minute(30)), taken_back("one", minute(40)))
    assert state.months[MONTH].taken_at(minute(50)) == {"coins": 0}
    assert list(state.reversed_at.values()) == [minute(30)]


def test_a_row_without_a_grant_is_no_booking() -> None:
    state = after(rewarded("one", content="c-1", note="not_eligible", granted=()))
    assert (len(state.rewards), len(state.booked_reports), len(state.booked_contents)) == (1, 0, 0)


def test_a_report_that_was_booked_in_another_case_earns_nothing_more() -> None:
    """No command leads here today; a ledger that holds it is judged all the same."""
    opened = given.filled(
        CaseOpened,
        {"occurred_at": minute(0), "cause": given.cause(), "joined": given.joined("one", minute(0)), "content": None},
        given.plain,
    )
    case = case_after(None, Recorded(case_of(), 1, opened))
    assert isinstance(case, Case)
    report = case.reports[0].report
    state = after(rewarded("one", case=given.case("another")))
    bench = Bench(
        stream=case_of(),
        case=case,
        book_of=lambda holder: Book(holder, account_of(), 0, None),
        pack=load(example_pack().encode(), PLATFORM),
        reporters={report: Credited(reporter_of(), state)},
    )
    decided = given.filled(
        CaseDecided, {"outcome": Outcome.UPHELD, "decision": 1, "malicious": (), "policy": given.PACK}, given.plain
    )
    stamp = Stamp(minute(0) + timedelta(days=1), given.cause())
    (booked,) = [
        fact.event for fact in credit(bench, case, decided, None, stamp) if isinstance(fact.event, ReporterRewarded)
    ]
    assert (booked.note, sum(each.amount for each in booked.granted)) == (RewardNote.DUPLICATE, 0)

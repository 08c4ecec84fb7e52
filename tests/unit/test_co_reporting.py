"""Accounts that report together are seen by how often they did before; chance is no signal, and nothing is decided."""

import pytest

from domain.policy.durations import EARLIEST, LATEST
from domain.reports.events import ReportAdmitted, ReportReceived, ReportRefused
from domain.streams import reporter_stream
from projections.catalogue import by_name
from projections.co_reporting_tables import ACCOUNTS_MAX, PAIRED_MAX
from projections.queries import Query
from tests.support import read_model_ledger as given
from tests.support.read_model_ledger import PLATFORM, Ledger, built, row_of, rows_of

BRIGADE = ("ming", "lan", "bo", "yu")


def reported(ledger: Ledger, item: str, *who: str | None, respondent: str | None = "eve", minutes: int = 5) -> None:
    """Each of these reports the item, one after the other."""
    for name in who:
        ledger.wait(minutes=minutes)
        report = f"{item}-{name}-{len(ledger.events)}"
        ledger.add(report, ReportReceived, reporter=name, respondent=respondent)
        ledger.add(report, ReportAdmitted, case=given.case(item))


def together(*rounds: str, days: int = 2) -> Ledger:
    """The brigade reports one item after the other, some days apart."""
    ledger = Ledger()
    for item in rounds:
        reported(ledger, item, *BRIGADE)
        ledger.wait(days=days)
    return ledger


def of_item(ledger: Ledger, item: str) -> dict[str, object]:
    return row_of(ledger, "co_reporting", target_kind="item", target=str(given.case(item)))


def of_respondent(ledger: Ledger, account: str = "eve") -> dict[str, object]:
    return row_of(ledger, "co_reporting", target_kind="respondent", target=account)


def figures(row: dict[str, object]) -> tuple[object, ...]:
    return row["reporters"], row["together"], row["earlier_max"], row["signal"]


def test_many_who_never_met_before_are_no_signal() -> None:
    assert figures(of_item(together("one"), "one")) == (4, 0, 0, False)


def test_who_met_once_before_may_have_met_by_chance() -> None:
    assert figures(of_item(together("one", "two"), "two")) == (4, 0, 0, False)


def test_who_met_twice_before_report_together() -> None:
    ledger = together("one", "two", "three")
    assert figures(of_item(ledger, "three")) == (4, 4, 2, True)
    assert figures(of_item(ledger, "one")) == (4, 0, 0, False)


def test_what_is_reported_within_a_day_is_one_occasion() -> None:
    ledger = Ledger()
    for item in ("one", "two", "three", "four"):
        reported(ledger, item, *BRIGADE)
    assert figures(of_item(ledger, "four")) == (4, 0, 0, False)
    assert {row["occasions"] for row in rows_of(ledger, "co_reporting_pairs")} == {1}


def test_a_stranger_among_them_is_counted_and_not_accused() -> None:
    ledger = together("one", "two")
    reported(ledger, "three", *BRIGADE, "stranger")
    assert figures(of_item(ledger, "three")) == (5, 4, 2, True)


def test_two_who_agree_are_no_brigade() -> None:
    ledger = Ledger()
    for item in ("one", "two", "three", "four"):
        reported(ledger, item, "ming", "lan")
        ledger.wait(days=2)
    assert figures(of_item(ledger, "four")) == (2, 2, 3, False)


def test_one_respondent_reported_over_several_items_is_seen_as_well() -> None:
    ledger = together("one", "two")
    for number, name in enumerate(BRIGADE):
        reported(ledger, f"alone-{number}", name)
    assert figures(of_respondent(ledger)) == (4, 4, 2, True)
    assert figures(of_item(ledger, "alone-0")) == (1, 0, 0, False)


def test_reports_more_than_a_day_apart_are_not_together() -> None:
    ledger = Ledger()
    for item in ("one", "two", "three"):
        reported(ledger, item, *BRIGADE, minutes=24 * 60 + 1)
    assert rows_of(ledger, "co_reporting_pairs") == []
    assert figures(of_item(ledger, "three")) == (4, 0, 0, False)


def test_a_pair_that_did_not_meet_for_half_a_year_begins_anew() -> None:
    ledger = together("one", "two", days=181)
    reported(ledger, "three", *BRIGADE)
    assert figures(of_item(ledger, "three")) == (4, 0, 0, False)


def test_accounts_leave_the_window_after_a_month() -> None:
    ledger = together("one", "two", "three")
    ledger.wait(days=31)
    reported(ledger, "three", "stranger")
    assert figures(of_item(ledger, "three")) == (1, 0, 0, False)


def test_who_reports_again_counts_once_and_keeps_what_was_seen() -> None:
    ledger = together("one", "two", "three")
    reported(ledger, "three", "ming")
    row = of_item(ledger, "three")
    assert figures(row) == (4, 4, 2, True)
    accounts = row["accounts"]
    assert isinstance(accounts, list)
    assert accounts[0][1] == str(reporter_stream(PLATFORM, "ming").uuid)


def test_refused_and_anonymous_reports_count_for_nothing() -> None:
    ledger = Ledger()
    reported(ledger, "one", None)
    ledger.add("bad", ReportReceived, reporter="ming", respondent="eve")
    ledger.add("bad", ReportRefused)
    assert rows_of(ledger, "co_reporting") == []
    assert rows_of(ledger, "co_reporting_pending") == []


def test_an_item_that_nobody_answers_for_counts_by_itself() -> None:
    ledger = Ledger()
    reported(ledger, "one", "ming", respondent=None)
    (row,) = rows_of(ledger, "co_reporting")
    assert row["target_kind"] == "item"


def test_before_a_policy_is_published_there_is_nobody_to_tell_apart() -> None:
    ledger = Ledger(policy=False)
    reported(ledger, "one", "ming")
    assert rows_of(ledger, "co_reporting") == []


def test_what_is_kept_of_one_target_is_bounded() -> None:
    ledger = Ledger()
    reported(ledger, "one", *(f"reader-{number}" for number in range(ACCOUNTS_MAX + 5)), minutes=1)
    row = of_item(ledger, "one")
    assert row["reporters"] == len(row["accounts"]) == ACCOUNTS_MAX
    pairs = rows_of(ledger, "co_reporting_pairs")
    assert len(pairs) == sum(min(number, PAIRED_MAX) for number in range(ACCOUNTS_MAX + 5))


@pytest.mark.parametrize("batch_max", [1, 3, 7])
def test_read_in_any_pieces_it_is_the_same(batch_max: int) -> None:
    ledger = together("one", "two", "three")
    model = by_name("co_reporting")
    with built(ledger) as whole, built(ledger, batch_max=batch_max) as pieces:
        assert whole.digest(PLATFORM, model) == pieces.digest(PLATFORM, model)
        shown = str(list(pieces.select(PLATFORM, Query("co_reporting"))))
    assert not [name for name in BRIGADE if name in shown]


def test_at_the_ends_of_the_calendar_nothing_is_refused() -> None:
    ledger = Ledger()
    for at in (EARLIEST, LATEST, EARLIEST):
        ledger.at = at
        for name in ("ming", "lan"):
            report = f"far-{name}-{len(ledger.events)}"
            ledger.add(report, ReportReceived, reporter=name, respondent=None)
            ledger.add(report, ReportAdmitted, case=given.case("far"))
    assert figures(of_item(ledger, "far")) == (2, 0, 0, False)

"""Times to verify, to decide and to feedback, by month in the policy's zone: figures of what was measured."""

from caseledger.cli.tables import StoredTables
from caseledger.cli.work_views import duration_text
from caseledger.queries.ports import Reading
from caseledger.queries.times import times
from domain.cases import events as e
from domain.reports.events import ReportAdmitted, ReportFeedbackGiven, ReportReceived
from domain.values import FeedbackKind
from tests.support import read_model_ledger as given
from tests.support.fakes import MemoryLedger
from tests.support.read_model_decisions import report_to_case
from tests.support.read_model_ledger import PLATFORM, Ledger, built


def measured(ledger: Ledger, since: str | None = None, until: str | None = None) -> list[dict[str, object]]:
    """The figures of this ledger."""
    with built(ledger) as store:
        reading = Reading(PLATFORM, MemoryLedger(), StoredTables(PLATFORM, store), len(ledger.events))
        return times([reading], since, until)


def decided(ledger: Ledger, name: str, hours: float) -> None:
    """A case decided so many hours after its report."""
    report_to_case(ledger, name)
    ledger.wait(hours=hours)
    ledger.add(name, e.CaseDecided)


def test_the_median_and_the_ninetieth_percentile_are_times_that_were_measured() -> None:
    ledger = Ledger()
    for hours in range(1, 11):
        decided(ledger, f"case-{hours}", hours)
    (row,) = measured(ledger)
    assert row == {
        "platform": PLATFORM,
        "month": "2021-03",
        "step": "decide",
        "count": 10,
        "mean_s": 19800,
        "median_s": 5 * 3600,
        "p90_s": 9 * 3600,
        "longest_s": 10 * 3600,
    }


def test_one_time_is_its_own_median_and_percentile() -> None:
    ledger = Ledger()
    decided(ledger, "one", 3)
    (row,) = measured(ledger)
    assert (row["count"], row["median_s"], row["p90_s"], row["mean_s"]) == (1, 10800, 10800, 10800)


def test_a_step_counts_in_the_month_in_which_it_was_taken_in_the_policys_zone() -> None:
    ledger = Ledger()
    ledger.wait(days=21)
    decided(ledger, "march", 11)
    decided(ledger, "april", 2)
    assert [(row["month"], row["count"]) for row in measured(ledger)] == [("2021-03", 1), ("2021-04", 1)]


def test_each_step_is_measured_by_itself_and_in_order() -> None:
    ledger = Ledger()
    ledger.add("told", ReportReceived)
    ledger.add("told", ReportAdmitted, case=given.case("one"), feedback_owed=True)
    report_to_case(ledger, "one")
    ledger.wait(hours=1)
    ledger.add("one", e.CaseVerificationStarted)
    ledger.wait(hours=1)
    ledger.add("one", e.CaseDecided)
    ledger.wait(hours=1)
    ledger.add("told", ReportFeedbackGiven, what=FeedbackKind.OUTCOME)
    found = measured(ledger)
    assert [(row["step"], row["median_s"]) for row in found] == [
        ("verify", 3600),
        ("decide", 7200),
        ("feedback", 10800),
    ]


def test_only_the_first_decision_of_a_case_is_measured() -> None:
    ledger = Ledger()
    decided(ledger, "one", 1)
    ledger.wait(hours=40)
    ledger.add("one", e.CaseDecided)
    (row,) = measured(ledger)
    assert (row["count"], row["longest_s"]) == (1, 3600)


def test_months_may_be_bounded() -> None:
    ledger = Ledger()
    decided(ledger, "march", 1)
    ledger.wait(days=31)
    decided(ledger, "april", 1)
    ledger.wait(days=31)
    decided(ledger, "may", 1)
    assert [row["month"] for row in measured(ledger, "2021-04")] == ["2021-04", "2021-05"]
    assert [row["month"] for row in measured(ledger, until="2021-04")] == ["2021-03", "2021-04"]
    assert measured(ledger, "2022-01") == []


def test_lengths_of_time_are_told_in_their_two_largest_units() -> None:
    told = [duration_text(seconds) for seconds in (0, 59, 60, 3599, 3600, 7 * 3600 + 300, 86_400, 3 * 86_400 + 14_400)]
    assert told == ["0 s", "59 s", "1 min", "59 min", "1 h 00", "7 h 05", "1 d 00 h", "3 d 04 h"]

"""What the read models `reporters`, `operations`, `statistics` and `audit_trail` show."""

from datetime import timedelta

import pytest

from domain.accounts import events as a
from domain.cases import events as e
from domain.cases import later_events as later
from domain.cases.values import MeasureTaken
from domain.events import Event
from domain.operations.events import OperationCaseAdded, OperationClosed, OperationOpened
from domain.reporters import events as r
from domain.reporters.events import Amount
from domain.reports.events import ReportReceived, ReportRefused
from domain.values import Outcome
from tests.support import read_model_ledger as given
from tests.support.read_model_decisions import decide, report_to_case, undo
from tests.support.read_model_ledger import START, Ledger, row_of, rows_of


def about(name: str) -> dict[str, object]:
    return {"report": given.report(name), "case": given.case(name), "decision": 1}


def coins(amount: int) -> tuple[Amount, ...]:
    return (Amount(currency="coins", amount=amount),)


def test_accuracy_counts_what_stands() -> None:
    ledger = Ledger()
    for name in ("one", "two"):
        ledger.add("rob", r.ReporterReportUpheld, **about(name))
    ledger.add("rob", r.ReporterReportDismissed, **about("three"))
    assert row_of(ledger, "reporters")["accuracy_permille"] == 666
    ledger.add("rob", r.ReporterCreditWithdrawn, **about("two"))
    row = row_of(ledger, "reporters")
    assert (row["upheld"], row["dismissed"], row["withdrawn"], row["accuracy_permille"]) == (1, 1, 1, 500)
    assert row["reporter"] == str(given.reporter("rob"))


def test_the_same_result_twice_counts_once() -> None:
    ledger = Ledger()
    ledger.add("rob", r.ReporterReportUpheld, **about("one"))
    ledger.add("rob", r.ReporterReportUpheld, **about("one"))
    assert row_of(ledger, "reporters")["upheld"] == 1


def test_a_malicious_report_marks_the_reporter_once() -> None:
    ledger = Ledger()
    ledger.add("rob", r.ReporterMaliciousReportFound, report=given.report("one"), case=given.case("one"))
    ledger.add("rob", r.ReporterMaliciousReportFound, report=given.report("one"))
    ledger.add("rob", r.ReporterReportDismissed, **about("one"))
    row = row_of(ledger, "reporters")
    assert (row["standing"], row["malicious"], row["dismissed"]) == ("malicious", 1, 1)
    assert row_of(ledger, "reporter_reports")["malicious"] is True


def test_a_malicious_report_is_none_any_more_once_its_decision_is_taken_back() -> None:
    ledger = Ledger()
    ledger.add("rob", r.ReporterMaliciousReportFound, report=given.report("one"), case=given.case("one"))
    ledger.add("rob", r.ReporterMaliciousReportFound, report=given.report("two"), case=None)
    ledger.add("rob", r.ReporterCreditWithdrawn, **about("one"))
    row = row_of(ledger, "reporters")
    assert (row["standing"], row["malicious"], row["withdrawn"]) == ("malicious", 1, 1)
    assert row_of(ledger, "reporter_reports", report=str(given.report("one")))["malicious"] is False
    alone = Ledger()
    alone.add("rob", r.ReporterMaliciousReportFound, report=given.report("one"), case=given.case("one"))
    alone.add("rob", r.ReporterCreditWithdrawn, **about("one"))
    assert (row_of(alone, "reporters")["standing"], row_of(alone, "reporters")["malicious"]) == ("good", 0)


def test_rewards_of_a_month_stand_beside_their_cap() -> None:
    ledger = Ledger()
    ledger.add("rob", r.ReporterRewarded, **about("one"), month="2021-03", granted=coins(90), policy=given.PACK)
    ledger.add(
        "rob",
        r.ReporterRewarded,
        **about("two"),
        month="2021-03",
        granted=coins(10),
        capped=coins(5),
        perk="p",
        policy=given.PACK,
    )
    row = row_of(ledger, "reporter_rewards")
    assert (row["booked"], row["capped"], row["cap"], row["room"]) == (100, 5, 100, 0)
    assert row_of(ledger, "reporters")["perks"] == 1
    for _ in range(2):
        ledger.add("rob", r.ReporterRewardReversed, **about("two"), month="2021-03", reversed=coins(10))
    row = row_of(ledger, "reporter_rewards")
    assert (row["booked"], row["granted"], row["reversed"], row["capped"], row["room"]) == (90, 100, 10, 0, 10)
    assert row_of(ledger, "reporters")["perks"] == 0


def test_a_currency_without_a_cap_has_no_room_either() -> None:
    ledger = Ledger()
    gems = (Amount(currency="gems", amount=3),)
    ledger.add("rob", r.ReporterRewarded, **about("one"), month="2021-03", granted=gems, policy=given.PACK)
    row = row_of(ledger, "reporter_rewards")
    assert (row["booked"], row["cap"], row["room"]) == (3, None, None)


def test_an_operation_counts_persons_once_and_cases_by_their_outcome() -> None:
    ledger = Ledger()
    ledger.add("spring", OperationOpened, operation="spring", campaign=True)
    ledger.add("one", e.CaseDecided, outcome=Outcome.UPHELD, decision=1, finding=given.finding("eve"))
    for name, account in (("one", "eve"), ("two", "eve"), ("two", None)):
        ledger.add(
            "spring",
            OperationCaseAdded,
            operation="spring",
            case=given.case(name),
            account=account,
            minor=True,
            region="Jiangsu",
        )
    ledger.add("two", e.CaseDecided, outcome=Outcome.DISMISSED, decision=1)
    row = row_of(ledger, "operations")
    assert (row["cases"], row["persons"], row["minors"], row["upheld"], row["dismissed"]) == (2, 2, 2, 1, 1)
    ledger.add("one", later.CaseDecisionCorrected, decision=1)
    ledger.add("spring", OperationClosed, operation="spring")
    row = row_of(ledger, "operations")
    assert (row["upheld"], row["state"]) == (0, "closed")


def test_persons_of_one_case_have_outcomes_of_their_own() -> None:
    ledger = Ledger()
    ledger.add("ring", OperationOpened, operation="ring")
    one = {"operation": "ring", "case": given.case("one")}
    for account in ("eve", "mallory", "oscar", None):
        ledger.add("ring", OperationCaseAdded, account=account, **one)
    ledger.add("one", e.CaseDecided, outcome=Outcome.UPHELD, decision=1, finding=given.finding("eve"))
    detention = {"measure": MeasureTaken(kind="administrative_detention", duration="P10D"), "authority": "police"}
    ledger.add("one", later.CaseExternalOutcomeRecorded, account="mallory", **detention)
    persons = {row["account"]: (row["outcome"], row["measures"]) for row in rows_of(ledger, "operation_persons")}
    assert persons == {
        "eve": ("upheld", []),
        "mallory": (None, ["administrative_detention:P10D"]),
        "oscar": (None, []),
        None: ("upheld", []),
    }
    assert row_of(ledger, "operations")["persons_with_outcome"] == 3
    ledger.add("one", later.CaseAppealUpheld, decision=1)
    ledger.add("one", e.CaseDecided, outcome=Outcome.DISMISSED, decision=2)
    outcomes = {row["account"]: row["outcome"] for row in rows_of(ledger, "operation_persons")}
    assert set(outcomes.values()) == {"dismissed"}
    assert row_of(ledger, "operations")["persons_with_outcome"] == 4


def test_a_person_with_outcomes_in_two_cases_is_counted_once() -> None:
    ledger = Ledger()
    ledger.add("ring", OperationOpened, operation="ring")
    for name in ("one", "two"):
        ledger.add(name, e.CaseDecided, outcome=Outcome.UPHELD, decision=1, finding=given.finding("eve"))
        ledger.add("ring", OperationCaseAdded, operation="ring", case=given.case(name), account="eve")
    row = row_of(ledger, "operations")
    assert (row["cases"], row["persons"], row["persons_with_outcome"]) == (2, 1, 1)
    ledger.add("one", later.CaseAppealUpheld, decision=1)
    assert row_of(ledger, "operations")["persons_with_outcome"] == 1
    ledger.add("two", later.CaseDecisionCorrected, decision=1)
    assert row_of(ledger, "operations")["persons_with_outcome"] == 0


def test_what_is_taken_back_without_having_been_there_changes_nothing() -> None:
    ledger = Ledger()
    ledger.add("ring", OperationOpened, operation="ring")
    ledger.add("ring", OperationCaseAdded, operation="ring", case=given.case("one"), account="eve")
    ledger.add("one", later.CaseAppealUpheld, decision=1)
    assert row_of(ledger, "operations")["persons_with_outcome"] == 0


def test_a_person_shows_what_stands_against_them() -> None:
    ledger = Ledger()
    ledger.add("spring", OperationOpened, operation="spring")
    ledger.add(
        "spring", OperationCaseAdded, operation="spring", case=given.case("one"), account="eve", role="organiser"
    )
    _, sanction, *_ = decide(ledger, "one")
    detention = {"measure": MeasureTaken(kind="administrative_detention", duration="P10D"), "authority": "police"}
    ledger.add("one", later.CaseExternalOutcomeRecorded, account="eve", **detention)
    row = row_of(ledger, "operation_persons")
    assert (row["outcome"], row["part"]) == ("upheld", "organiser")
    assert row["measures"] == ["administrative_detention:P10D", "mute:P1D"]
    ledger.add("one", later.CaseAppealUpheld, decision=1)
    ledger.add("eve", a.AccountSanctionLifted, account="eve", case=given.case("one"), sanction=sanction.event_id)
    row = row_of(ledger, "operation_persons")
    assert (row["outcome"], row["measures"]) == (None, ["administrative_detention:P10D"])


def test_statistics_count_on_the_day_of_the_platform() -> None:
    ledger = Ledger()
    ledger.at = START + timedelta(hours=11, minutes=59)
    report_to_case(ledger, "one")
    ledger.wait(minutes=1)
    report_to_case(ledger, "two")
    received = {row["day"]: row["ever"] for row in rows_of(ledger, "statistics", figure="reports_received")}
    assert received == {"2021-03-10": 1, "2021-03-11": 1}


def test_a_refusal_is_counted_with_its_reason_and_what_was_reported() -> None:
    ledger = Ledger()
    ledger.add("one", ReportReceived, source="user", subject_type="group", codes=("3.2.1", "3.1.1"))
    ledger.add("one", ReportRefused, reason="off_platform")
    row = row_of(ledger, "statistics", figure="reports_refused")
    assert (row["source"], row["subject_type"], row["class"], row["outcome"]) == (
        "user",
        "group",
        "3.2",
        "off_platform",
    )
    assert rows_of(ledger, "statistics_pending") == []


def test_a_lifted_sanction_stops_standing_on_the_day_it_was_imposed_and_so_does_its_end() -> None:
    ledger = Ledger()
    report_to_case(ledger, "one")
    decided = decide(ledger, "one")
    ledger.add("eve", a.AccountSanctionEnded, account="eve", sanction=decided[1].event_id, kind="mute")
    ledger.wait(days=3)
    undo(ledger, "one", "eve", decided)
    for figure in ("sanctions_imposed", "sanctions_ended", "decisions", "content_removed", "listings"):
        row = row_of(ledger, "statistics", figure=figure)
        assert (row["day"], row["ever"], row["standing"]) == ("2021-03-10", 1, 0), figure
    assert row_of(ledger, "statistics", figure="sanctions_lifted")["day"] == "2021-03-13"


def test_a_milder_correction_leaves_the_decision_standing() -> None:
    ledger = Ledger()
    decide(ledger, "one")
    ledger.add("one", later.CaseDecisionCorrected, decision=1, measure=MeasureTaken(kind="warn"))
    assert row_of(ledger, "statistics", figure="decisions")["standing"] == 1
    assert row_of(ledger, "statistics", figure="corrections")["outcome"] == "reduced"


def taken(ledger: Ledger) -> dict[str, tuple[int, int]]:
    figures = rows_of(ledger, "statistics", figure="measures_taken")
    return {row["measure"]: (row["ever"], row["standing"]) for row in figures}


def test_every_kind_of_measure_is_counted_once_a_decision_those_on_content_included() -> None:
    ledger = Ledger()
    report_to_case(ledger, "one")
    chosen = given.choice().model_copy(
        update={
            "content_measures": (MeasureTaken(kind="delete_content"),),
            "also": (MeasureTaken(kind="notify_authority"),),
            "added": (MeasureTaken(kind="freeze_permissions"), MeasureTaken(kind="freeze_permissions", duration="P1D")),
        }
    )
    found = given.finding("eve", "3.2.1")
    about = {"decision": 1, "outcome": Outcome.UPHELD, "subject_type": "content", "finding": found}
    ledger.add("one", e.CaseDecided, choice=chosen, policy=given.PACK, **about)
    kinds = ("delete_content", "mute", "notify_authority", "freeze_permissions")
    assert taken(ledger) == dict.fromkeys(kinds, (1, 1))
    row = row_of(ledger, "statistics", figure="measures_taken", measure="mute")
    assert (row["source"], row["subject_type"], row["class"], row["outcome"]) == ("user", "content", "3.2", "upheld")
    ledger.add("one", later.CaseAppealUpheld, decision=1)
    assert taken(ledger) == dict.fromkeys(kinds, (1, 0))
    ledger.add("one", later.CaseAppealUpheld, decision=1)
    assert taken(ledger) == dict.fromkeys(kinds, (1, 0))


def test_a_decision_without_measures_takes_none() -> None:
    ledger = Ledger()
    nothing = given.choice().model_copy(update={"party_measure": None})
    ledger.add("one", e.CaseDecided, decision=1, outcome=Outcome.UPHELD, choice=nothing)
    assert taken(ledger) == {}


@pytest.mark.parametrize("undone", [later.CaseAppealReduced, later.CaseDecisionCorrected])
def test_a_milder_measure_is_counted_in_place_of_the_first(undone: type[Event]) -> None:
    ledger = Ledger()
    decide(ledger, "one")
    old, new = MeasureTaken(kind="mute", duration="P1D"), MeasureTaken(kind="warn")
    ledger.add("one", undone, decision=1, replaced=old, measure=new)
    assert taken(ledger) == {"mute": (1, 0), "warn": (1, 1)}
    ledger.add("one", later.CaseDecisionCorrected, decision=1)
    assert taken(ledger) == {"mute": (1, 0), "warn": (1, 0)}

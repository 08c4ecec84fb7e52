"""What an audit trail shows of a case and of an account, and of whom each line is."""

from domain.cases import events as e
from domain.cases import later_events as later
from domain.reports.events import ReportFeedbackGiven, ReportReceived
from domain.values import Evidence
from tests.support import read_model_ledger as given
from tests.support.read_model_decisions import case_id, decide, report_to_case, undo
from tests.support.read_model_ledger import START, Ledger, rows_of


def test_the_trail_of_a_case_begins_with_its_report_and_holds_what_follows_elsewhere() -> None:
    ledger = Ledger()
    report_to_case(ledger, "one")
    report_to_case(ledger, "other", "mallory")
    ledger.add("one", ReportFeedbackGiven, text="secret")
    decided = decide(ledger, "one")
    undo(ledger, "one", "eve", decided)
    trail = [row["type"] for row in rows_of(ledger, "audit_trail", "position", case_id=case_id("one"))]
    assert trail[:4] == ["report.received.v1", "report.admitted.v1", "case.opened.v1", "report.feedback_given.v1"]
    assert trail[4:6] == ["case.decided.v1", "account.sanction_imposed.v1"]
    assert trail[-1] == "reporter.reward_reversed.v1"
    assert len(trail) == 19


def test_the_trail_of_an_account_holds_its_record_and_its_cases() -> None:
    ledger = Ledger()
    report_to_case(ledger, "one", None)
    decide(ledger, "one")
    ledger.add("one", e.CaseNoteAdded)
    trail = [row["type"] for row in rows_of(ledger, "audit_trail", "position", account="eve")]
    assert trail[0] == "case.decided.v1"
    assert trail[-1] == "case.note_added.v1"
    assert len(trail) == 6


def test_a_line_says_who_why_and_on_which_evidence() -> None:
    ledger = Ledger()
    report_to_case(ledger, "one")
    seen = Evidence(
        sha256="a" * 64,
        media_type="image/png",
        size=1,
        captured_at=START,
        captured_how="screenshot",
        captured_from="eve's page",
    )
    ledger.add("one", e.CaseEvidenceAttached, evidence=seen)
    decided = decide(ledger, "one")[0]
    ledger.add("one", later.CaseAppealDenied, reason="no_exemption", explanation="secret")
    attached, verdict, denied = rows_of(ledger, "audit_trail", "position", stream=case_id("one"))[1:]
    assert attached["evidence"] == ["a" * 64]
    assert "captured_from" not in attached["facts"]["evidence"]
    assert (verdict["event_id"], verdict["rule"], verdict["explanation"]) == (decided.event_id, "graded", "graded")
    assert (verdict["actor"], verdict["role"], verdict["policy_version"]) == ("ann", "reviewer", given.VERSION)
    assert verdict["policy_digest"] == given.PACK.digest
    assert (denied["explanation"], "explanation" in denied["facts"]) == ("no_exemption", False)
    assert "secret" not in str(denied)


def test_the_evidence_of_a_report_is_what_it_showed() -> None:
    ledger = Ledger()
    seen = Evidence(sha256="b" * 64, media_type="image/png", size=1, captured_at=START, captured_how="upload")
    ledger.add("one", ReportReceived, attachments=(seen,), snapshot_digest="c" * 64)
    joined = given.joined("one", START).model_copy(update={"attachments": ("b" * 64,), "snapshot_digest": "c" * 64})
    ledger.add("one", e.CaseOpened, joined=joined)
    ledger.add("ghost", e.CaseReportJoined, joined=joined)
    received, opened, ghost = rows_of(ledger, "audit_trail", "position")[1:]
    assert received["evidence"] == opened["evidence"] == ghost["evidence"] == ["b" * 64, "c" * 64]
    assert ghost["account"] is None


def test_what_happens_to_a_decision_is_about_its_respondent() -> None:
    ledger = Ledger()
    report_to_case(ledger, "one", "eve")
    for number, account in enumerate(("eve", "mallory", None), 1):
        ledger.add("one", e.CaseDecisionProposed, decision=number, finding=given.finding(account))
    for number, account in enumerate(("eve", "mallory", None), 1):
        ledger.add("one", e.CaseDecided, decision=number, finding=given.finding(account))
    for number in (2, 1, 3, 4):
        ledger.add("one", later.CaseAppealLodged, decision=number)
    ledger.add("one", e.CaseNoteAdded)
    trail = rows_of(ledger, "audit_trail", case_id=case_id("one"))
    told = [row["account"] for row in sorted(trail, key=lambda row: row["position"]) if row["stream_kind"] == "case"]
    assert told == ["eve", *("eve", "mallory", "eve") * 2, *("mallory", "eve", "eve", "eve"), "eve"]


def test_an_appeal_in_a_case_that_never_opened_is_about_nobody() -> None:
    ledger = Ledger()
    ledger.add("one", later.CaseAppealLodged, decision=1)
    ledger.add("one", e.CaseDecided, decision=2)
    assert [row["account"] for row in rows_of(ledger, "audit_trail", stream_kind="case")] == [None, None]

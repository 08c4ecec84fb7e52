"""Evidence requests in the read models: what was asked for and sent, the accounts, and the clock between them."""

from domain.evidence_requests import events as e
from infra.read_models.query import Query
from tests.support.read_model_ledger import PLATFORM, START, Ledger, built, case, row_of, rows_of

NOON, NEXT_NOON = "2021-03-10T04:00:00.000000Z", "2021-03-11T04:00:00.000000Z"
"""In the policy's zone; the first is the start of the ledger."""

ASKED = {"accounts": ("eve", "mallory"), "classes": ("registration", "transaction"), "case": None}
SENT = {"accounts": ("eve", "trent"), "classes": ("registration",), "sha256": "a" * 64}


def received(**fields: object) -> Ledger:
    """One request, received at the start."""
    ledger = Ledger()
    ledger.add("one", e.EvidenceRequestReceived, document="doc-1", **{**ASKED, **fields})
    return ledger


def test_a_request_is_received() -> None:
    row = row_of(received(period_from=START, period_to=None), "evidence_requests")
    assert (row["document"], row["state"], row["classes_asked"]) == (
        "doc-1",
        "received",
        ["registration", "transaction"],
    )
    assert (row["received_at"], row["period_from"], row["period_to"]) == (NOON, NOON, None)
    assert (row["sent_at"], row["classes_sent"], row["package_sha256"], row["case_id"]) == (None, [], None, None)


def test_its_case_is_known_by_the_id_of_its_stream() -> None:
    ledger = Ledger()
    ledger.add("one", e.EvidenceRequestReceived, **{**ASKED, "accounts": (), "case": case("one")})
    assert row_of(ledger, "evidence_requests")["case_id"] == str(case("one"))


def test_its_accounts_say_what_was_asked_about_and_what_was_sent() -> None:
    ledger = received()
    asked = {row["account"]: (row["asked"], row["sent"]) for row in rows_of(ledger, "evidence_request_accounts")}
    assert asked == {"eve": (True, False), "mallory": (True, False)}
    ledger.add("one", e.EvidenceRequestPackageSent, **SENT)
    sent = {row["account"]: (row["asked"], row["sent"]) for row in rows_of(ledger, "evidence_request_accounts")}
    assert sent == {"eve": (True, True), "mallory": (True, False), "trent": (False, True)}


def test_a_package_is_sent_once() -> None:
    ledger = received()
    ledger.wait(hours=1)
    ledger.add("one", e.EvidenceRequestPackageSent, **SENT)
    ledger.wait(hours=1)
    ledger.add("one", e.EvidenceRequestPackageSent, **{**SENT, "sha256": "b" * 64})
    row = row_of(ledger, "evidence_requests")
    assert (row["state"], row["sent_at"], row["package_sha256"]) == ("sent", "2021-03-10T05:00:00.000000Z", "a" * 64)
    assert row["classes_sent"] == ["registration"]


def test_a_request_begins_once_and_what_has_no_beginning_is_none() -> None:
    ledger = received()
    ledger.add("one", e.EvidenceRequestReceived, document="other", **ASKED)
    ledger.add("ghost", e.EvidenceRequestPackageSent, **SENT)
    assert [row["document"] for row in rows_of(ledger, "evidence_requests")] == ["doc-1"]


def test_no_persons_name_is_kept() -> None:
    ledger = received(case_name="the case of zhang san")
    ledger.add("one", e.EvidenceRequestPackageSent, sent_to="sergeant xu", **SENT)
    with built(ledger) as store:
        for table in ("evidence_requests", "evidence_request_accounts", "audit_trail"):
            kept = str(list(store.select(PLATFORM, Query(table))))
            assert "zhang san" not in kept
            assert "sergeant" not in kept


def test_a_request_has_a_day() -> None:
    ledger = received()
    row = row_of(ledger, "deadlines")
    assert (row["clock"], row["stream_kind"], row["goes_first"]) == ("authority-package", "evidence_request", True)
    assert (row["started_at"], row["due_at"], row["state"], row["to_miss_at"]) == (
        NOON,
        NEXT_NOON,
        "running",
        NEXT_NOON,
    )
    ledger.wait(hours=24)
    ledger.add("one", e.EvidenceRequestPackageSent, **SENT)
    row = row_of(ledger, "deadlines")
    assert (row["state"], row["stopped_by"], row["taken_s"]) == ("met", "authority_package_sent", 86_400)


def test_a_day_that_is_over_is_a_breach_and_late_once_the_package_is_sent() -> None:
    ledger = received()
    ledger.wait(hours=24, microseconds=1)
    ledger.add("one", e.EvidenceRequestDeadlineMissed, clock="authority-package", case=None)
    assert row_of(ledger, "deadlines")["state"] == "breached"
    ledger.add("one", e.EvidenceRequestPackageSent, **SENT)
    row = row_of(ledger, "deadlines")
    assert (row["state"], row["missed_at"]) == ("late", "2021-03-11T04:00:00.000001Z")


def test_the_trail_of_a_case_has_the_requests_about_it() -> None:
    ledger = Ledger()
    about = case("one")
    ledger.add("one", e.EvidenceRequestReceived, **{**ASKED, "case": about})
    ledger.add("one", e.EvidenceRequestPackageSent, **SENT, case=about)
    ledger.add("one", e.EvidenceRequestDeadlineMissed, clock="authority-package", case=about)
    trail = rows_of(ledger, "audit_trail", "position", case_id=str(about))
    assert [row["type"].rpartition(".")[0] for row in trail] == [
        "evidence_request.received",
        "evidence_request.package_sent",
        "evidence_request.deadline_missed",
    ]

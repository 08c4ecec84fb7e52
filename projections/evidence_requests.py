"""Evidence requests of authorities: what was asked for, about which accounts, and what was sent; no person's name."""

from typing import Final

from domain.evidence_requests.events import EvidenceRequestPackageSent, EvidenceRequestReceived
from projections.fact import Fact
from projections.instants import id_text, instant_text
from projections.packs import canonical_list
from projections.read_model import Handlers, ReadModel
from projections.rows import Rows
from projections.tables import Table, boolean, instant, json_text, text, text_id

NAME: Final = "evidence_requests"
"""Permanent: checkpoints are kept under it."""

VERSION: Final = 1

RECEIVED: Final = "received"
SENT: Final = "sent"

NOTHING: Final = "[]"
"""The records that were sent before any were."""

_REQUEST_ID: Final = text_id(
    "request_id", "Id of the request's stream; its clocks are in `deadlines` under this `stream`."
)

REQUESTS: Final = Table(
    "evidence_requests",
    "One row per document by which an authority asked for evidence. Neither the name of its case nor that of whoever "
    "received the package is kept.",
    ("request_id",),
    (
        _REQUEST_ID,
        text("authority", "The authority that asks."),
        text_id("document", "Number of its document."),
        text("legal_basis", "What it rests its request on."),
        text_id("case_id", "Case that it asks about.", nullable=True),
        instant("period_from", "Begin of the period asked about; null where it is open.", nullable=True),
        instant("period_to", "End of that period.", nullable=True),
        json_text(
            "classes_asked",
            "List of the records asked for: `registration`, `operation_log`, `transaction`, `communication`.",
        ),
        text("state", "`received`, or `sent` once the package was sent."),
        instant("received_at", "When it was received."),
        instant("sent_at", "When the package was sent.", nullable=True),
        json_text("classes_sent", "List of the records that were sent; empty until then."),
        text("package_sha256", "SHA-256 of what was sent.", nullable=True),
    ),
    indexes=(("document",), ("case_id",), ("state", "received_at")),
)

ACCOUNTS: Final = Table(
    "evidence_request_accounts",
    "One row per request and account that it asks about, or about which something was sent as it is in the case.",
    ("request_id", "account"),
    (
        _REQUEST_ID,
        text_id("account", "The account."),
        boolean("asked", "Whether the request names it; else it was found in the case that the request is about."),
        boolean("sent", "Whether the package that was sent is about it."),
    ),
    indexes=(("account",),),
)


def _receive(rows: Rows, fact: Fact[EvidenceRequestReceived]) -> None:
    """A request begins once; what no command records, a second beginning, would change nothing."""
    event, request_id = fact.event, fact.stream
    if rows.get(REQUESTS, (request_id,)) is not None:
        return
    rows.put(
        REQUESTS,
        {
            "request_id": request_id,
            "authority": event.authority,
            "document": event.document,
            "legal_basis": event.legal_basis,
            "case_id": id_text(event.case) if event.case else None,
            "period_from": instant_text(event.period_from) if event.period_from else None,
            "period_to": instant_text(event.period_to) if event.period_to else None,
            "classes_asked": canonical_list(event.classes),
            "state": RECEIVED,
            "received_at": fact.at,
            "sent_at": None,
            "classes_sent": NOTHING,
            "package_sha256": None,
        },
    )
    for account in event.accounts:
        rows.put(ACCOUNTS, {"request_id": request_id, "account": account, "asked": True, "sent": False})


def _send(rows: Rows, fact: Fact[EvidenceRequestPackageSent]) -> None:
    """A package is sent once; a second one, which no command records, would change nothing."""
    event, request_id = fact.event, fact.stream
    request = rows.get(REQUESTS, (request_id,))
    if request is None or request["sent_at"] is not None:
        return
    rows.put(
        REQUESTS,
        {
            **request,
            "state": SENT,
            "sent_at": fact.at,
            "classes_sent": canonical_list(event.classes),
            "package_sha256": event.sha256,
        },
    )
    for account in event.accounts:
        asked = rows.get(ACCOUNTS, (request_id, account)) is not None
        rows.put(ACCOUNTS, {"request_id": request_id, "account": account, "asked": asked, "sent": True})


def read_model() -> ReadModel:
    """The read model `evidence_requests`."""
    on = (
        Handlers()
        .on(EvidenceRequestReceived, _receive)
        .on(EvidenceRequestPackageSent, _send)
        .owns(EvidenceRequestReceived, REQUESTS)
        .owns(EvidenceRequestPackageSent, REQUESTS)
        .reads(EvidenceRequestPackageSent, ACCOUNTS, lambda fact: [(fact.stream, each) for each in fact.event.accounts])
    )
    meaning = "Evidence requests of authorities, with what was asked for and what was sent."
    return ReadModel(NAME, VERSION, meaning, (REQUESTS, ACCOUNTS), on.handlers, on.ahead)

"""The audit trail: every event of a case or an account in order, with who, what, why and on which evidence."""

from collections.abc import Iterable
from typing import Final, cast, get_args

from domain.cases.events import (
    CaseAuthorityNoticeDue,
    CaseCounterpartyDue,
    CaseDecided,
    CaseDecisionProposed,
    CaseDecisionReturned,
    CaseEvidenceAttached,
    CaseOpened,
    CaseReportJoined,
)
from domain.cases.later_events import (
    CaseAppealDenied,
    CaseAppealLodged,
    CaseAppealReduced,
    CaseAppealUpheld,
    CaseDecisionCorrected,
)
from domain.cases.values import ReportInCase
from domain.catalogue import EVENT_TYPES
from domain.events import Event
from domain.reports.events import ReportAdmitted, ReportReceived
from domain.streams import StreamKind
from projections.audit_facts import shape_of
from projections.fact import Fact
from projections.instants import id_text
from projections.packs import canonical_list
from projections.read_model import Ahead, Handler, ReadModel, own_rows
from projections.rows import Rows
from projections.tables import Key, Table, Value, boolean, instant, integer, json_text, text, text_id

NAME: Final = "audit_trail"
"""Permanent: checkpoints are kept under it."""

VERSION: Final = 1

_NO_EVIDENCE: Final = "[]"

TRAIL: Final = Table(
    "audit_trail",
    "One row per event of the ledger. The trail of a case is `case_id = …`, of an account `account = …`, both in the "
    "order of `position`. No personal field is kept.",
    ("position",),
    (
        integer("position", "Place of the event in the ledger.", "position"),
        text_id("event_id", "Id of the event: `<stream>.<version>`."),
        text(
            "stream_kind",
            "`report`, `case`, `account`, `reporter`, `operation`, `policy`, `identity` or `evidence_request`.",
        ),
        text_id("stream", "Id of its stream."),
        integer("version", "Its number in the stream, from 1.", "version"),
        text("type", "Name of the event: what happened."),
        instant("occurred_at", "When it happened."),
        text("actor", "Who made it happen: a work name or the name of a system."),
        text("role", "The capacity in which they acted."),
        text_id("command_id", "The command that caused it."),
        text_id("correlation_id", "What that command belonged to."),
        text_id("case_id", "Case it belongs to, for a report the case that took it up.", nullable=True),
        text_id(
            "account",
            "Account it is about; for an event of a decision its respondent, of a case else the one known by then.",
            nullable=True,
        ),
        text_id("operation", "Operation it belongs to.", nullable=True),
        text("rule", "Rule of the policy that led to it.", nullable=True),
        text("explanation", "Why: explanation code of the rule, reason of a refusal or denial.", nullable=True),
        text("policy_version", "Version of the policy that was applied.", nullable=True),
        text("policy_digest", "SHA-256 of that policy's text, where the event names it.", nullable=True),
        json_text("evidence", "List of the SHA-256 of the evidence it rests on or brings."),
        json_text("facts", "Everything else it says, under the names of docs/events.md; no personal field, no nulls."),
    ),
    indexes=(("case_id", "position"), ("account", "position")),
)

STREAMS: Final = Table(
    "audit_streams",
    "What the later events of a report or a case belong to.",
    ("stream",),
    (
        text_id("stream", "The report or case."),
        integer("received_at_position", "Place of a report's receipt in the ledger.", "position", nullable=True),
        text_id("case_id", "The case of a report.", nullable=True),
        text_id("account", "The respondent: that of the first decision, before that of the reports.", nullable=True),
        boolean("decided", "Whether a decision named that account."),
    ),
    internal=True,
)

DECISIONS: Final = Table(
    "audit_decisions",
    "Whom each decision of a case is about.",
    ("stream", "decision"),
    (
        text_id("stream", "The case."),
        integer("decision", "Number of the decision in the case, from 1.", "ordinal"),
        text_id("account", "Its respondent.", nullable=True),
    ),
    internal=True,
)

OfDecision = (
    CaseDecisionReturned
    | CaseAuthorityNoticeDue
    | CaseCounterpartyDue
    | CaseAppealLodged
    | CaseAppealDenied
    | CaseAppealUpheld
    | CaseAppealReduced
    | CaseDecisionCorrected
)
"""Events of a case that name the decision they are about."""


def _trace(rows: Rows, fact: Fact[Event]) -> None:
    """Any event: what it names itself, and for a report or a case what is known of the stream."""
    event = fact.event
    stream = fact.stream
    shape = shape_of(type(event))
    case = shape.case(event)
    case_id = None if case is None else id_text(case)
    account = shape.account(event)
    kind = fact.kind
    if kind is StreamKind.CASE or kind is StreamKind.REPORT:
        known = rows.get(STREAMS, (stream,)) or {"case_id": None, "account": None}
        case_id = stream if kind is StreamKind.CASE else cast("str | None", known["case_id"])
        account = account or cast("str | None", known["account"])
    rows.append(TRAIL, _row(fact, stream, case_id, account))


def _receive(rows: Rows, fact: Fact[ReportReceived]) -> None:
    event = fact.event
    stream = fact.stream
    known = _known(stream, event.respondent)
    rows.put(STREAMS, known | {"received_at_position": fact.position})
    digests = [evidence.sha256 for evidence in event.attachments]
    if event.snapshot_digest is not None:
        digests.append(event.snapshot_digest)
    evidence = canonical_list(tuple(digests)) if digests else _NO_EVIDENCE
    rows.append(TRAIL, _row(fact, stream, None, event.respondent, evidence))


def _admit(rows: Rows, fact: Fact[ReportAdmitted]) -> None:
    """From now on the report belongs to its case, and so does its receipt."""
    stream, case_id = fact.stream, id_text(fact.event.case)
    known = rows.get(STREAMS, (stream,)) or _known(stream, None)
    rows.put(STREAMS, {**known, "case_id": case_id})
    if known["received_at_position"] is not None:
        rows.change(TRAIL, (cast("int", known["received_at_position"]),), case_id=case_id)
    rows.append(TRAIL, _row(fact, stream, case_id, cast("str | None", known["account"])))


def _open(rows: Rows, fact: Fact[CaseOpened]) -> None:
    event = fact.event
    stream = fact.stream
    rows.put(STREAMS, _known(stream, event.respondent))
    rows.append(TRAIL, _row(fact, stream, stream, event.respondent, _shown(event.joined)))


def _join(rows: Rows, fact: Fact[CaseReportJoined]) -> None:
    _bring(rows, fact, _shown(fact.event.joined))


def _attach(rows: Rows, fact: Fact[CaseEvidenceAttached]) -> None:
    _bring(rows, fact, canonical_list((fact.event.evidence.sha256,)))


def _propose(rows: Rows, fact: Fact[CaseDecisionProposed]) -> None:
    account = _about(rows, fact)
    rows.append(TRAIL, _row(fact, fact.stream, fact.stream, account))


def _decide(rows: Rows, fact: Fact[CaseDecided]) -> None:
    """The first decision says who answers for the case, where the reports did not or named somebody else."""
    stream = fact.stream
    account = _about(rows, fact)
    known = rows.get(STREAMS, (stream,))
    if account is not None and not (known and known["decided"]):
        rows.put(STREAMS, _known(stream, account) | {"decided": True})
    rows.append(TRAIL, _row(fact, stream, stream, account, canonical_list(fact.event.evidence)))


def _about(rows: Rows, fact: Fact[CaseDecisionProposed] | Fact[CaseDecided]) -> str | None:
    """Whom the decision is about, kept for what happens to it later; a dismissal is about whom the case is about."""
    stream, finding = fact.stream, fact.event.finding
    known = rows.get(STREAMS, (stream,))
    account = finding.respondent if finding else None
    rows.put(DECISIONS, {"stream": stream, "decision": fact.event.decision, "account": account})
    return account or (cast("str | None", known["account"]) if known else None)


def _of_decision(rows: Rows, fact: Fact[OfDecision]) -> None:
    stream = fact.stream
    decision = rows.get(DECISIONS, (stream, fact.event.decision))
    known = decision if decision and decision["account"] is not None else rows.get(STREAMS, (stream,))
    account = cast("str | None", known["account"]) if known else None
    rows.append(TRAIL, _row(fact, stream, stream, account))


def read_model() -> ReadModel:
    """The read model `audit_trail`; it takes every event."""
    special: dict[type[Event], object] = {
        ReportReceived: _receive,
        ReportAdmitted: _admit,
        CaseOpened: _open,
        CaseReportJoined: _join,
        CaseEvidenceAttached: _attach,
        CaseDecisionProposed: _propose,
        CaseDecided: _decide,
        **dict.fromkeys(get_args(OfDecision), _of_decision),
    }
    handlers = {kind: cast("Handler", special.get(kind, _trace)) for kind in EVENT_TYPES.values()}
    about_streams = (own_rows(STREAMS),)
    ahead: dict[type[Event], tuple[Ahead, ...]] = {
        kind: about_streams
        for kind in EVENT_TYPES.values()
        if kind.TYPE.startswith((f"{StreamKind.CASE}.", f"{StreamKind.REPORT}."))
    }
    for kind in (CaseDecisionProposed, CaseDecided, *get_args(OfDecision)):
        ahead[kind] = (*about_streams, Ahead(DECISIONS, _key_of_decision))
    meaning = "Every event of a case or account in order: who, what, why, rule, policy version, evidence digests."
    return ReadModel(NAME, VERSION, meaning, (TRAIL, STREAMS, DECISIONS), handlers, ahead)


def _key_of_decision(fact: Fact[Event]) -> Iterable[Key]:
    return ((fact.stream, cast("CaseDecided", fact.event).decision),)


def _bring(rows: Rows, fact: Fact[Event], evidence: str) -> None:
    stream = fact.stream
    known = rows.get(STREAMS, (stream,))
    account = cast("str | None", known["account"]) if known else None
    rows.append(TRAIL, _row(fact, stream, stream, account, evidence))


def _known(stream: str, account: str | None) -> dict[str, Value]:
    return {"stream": stream, "received_at_position": None, "case_id": None, "account": account, "decided": False}


def _shown(joined: ReportInCase) -> str:
    digests = [digest for digest in (*joined.attachments, joined.snapshot_digest) if digest is not None]
    return canonical_list(tuple(digests)) if digests else _NO_EVIDENCE


def _row(
    fact: Fact[Event], stream: str, case_id: str | None, account: str | None, evidence: str = _NO_EVIDENCE
) -> dict[str, Value]:
    event = fact.event
    cause = event.cause
    shape = shape_of(type(event))
    rule, explanation = shape.why(event)
    policy = shape.policy(event)
    return {
        "position": fact.position,
        "event_id": f"{stream}.{fact.version}",
        "stream_kind": fact.kind.value,
        "stream": stream,
        "version": fact.version,
        "type": event.TYPE,
        "occurred_at": fact.at,
        "actor": cause.actor,
        "role": cause.role.value,
        "command_id": id_text(cause.command_id),
        "correlation_id": id_text(cause.correlation_id),
        "case_id": case_id,
        "account": account,
        "operation": shape.operation(event),
        "rule": rule,
        "explanation": explanation,
        "policy_version": cause.policy_version if policy is None else policy.version,
        "policy_digest": None if policy is None else policy.digest,
        "evidence": evidence,
        "facts": shape.facts(event),
    }

"""What tests talk about: one small platform with every rule there can be, its people, and the commands they give."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from caseledger.application.requests import Request
from domain import command_values as v
from domain import commands as c
from domain import request_commands as r
from domain.policy.measures import Measure, parse_measure
from domain.policy.vocabulary import EvidenceStrength, RecordClass, Severity, Source, SubjectType
from domain.recorded import Role
from domain.streams import (
    StreamId,
    account_stream,
    case_stream,
    evidence_request_stream,
    operation_stream,
    policy_stream,
    report_stream,
    reporter_stream,
)
from domain.values import Evidence, Outcome
from tests.support.example_pack import PLATFORM

START = datetime(2021, 3, 10, 4, 0, tzinfo=UTC)
"""Minute 0 of every example; noon in the pack's zone."""

ANN, BOB, CAT = "officer-ann", "officer-bob", "officer-cat"
ACCOUNT = "acc-1"
REPORTER = "reporter-7"
POLICE = "police"
DAY, WEEK = 24 * 60, 7 * 24 * 60
SHA = "ab" * 32


def minute(minutes: float) -> datetime:
    """A moment after the start."""
    return START + timedelta(minutes=minutes)


def ask(command: c.Command, minutes: float, actor: str | None = ANN, role: Role | None = None) -> Request:
    """The command, given by somebody at a minute."""
    return Request(platform=PLATFORM, at=minute(minutes), command=command, actor=actor, role=role)


def item(content: str = "post-1") -> v.ItemRef:
    """The case about a piece of content."""
    return v.ItemRef(subject=v.SubjectRef(type=SubjectType.CONTENT, id=content), content=content)


def case_of(content: str = "post-1") -> StreamId:
    """The stream of that case."""
    return case_stream(PLATFORM, "content", content, content, report_of("any"))


def report_of(report: str = "r-1") -> StreamId:
    """The stream of a report."""
    return report_stream(PLATFORM, "direct", report)


def account_of(account: str = ACCOUNT) -> StreamId:
    """The stream of an account."""
    return account_stream(PLATFORM, account)


def reporter_of(reporter: str = REPORTER) -> StreamId:
    """The stream of a reporter."""
    return reporter_stream(PLATFORM, reporter)


def operation_of(operation: str = "op-1") -> StreamId:
    """The stream of an operation."""
    return operation_stream(PLATFORM, operation)


def request_of(document: str = "doc-1") -> StreamId:
    """The stream of an evidence request."""
    return evidence_request_stream(PLATFORM, POLICE, document)


def policy_of() -> StreamId:
    """The stream of the platform's policies."""
    return policy_stream(PLATFORM)


def measure(text: str) -> Measure:
    """A measure in the notation of packs."""
    return parse_measure(text)


def report(content: str | None = "post-1", **fields: object) -> c.FileReport:
    """A report by a verified, reachable user that passes every check."""
    subject = v.SubjectRef(type=SubjectType.CONTENT, id=content or "post-1")
    values: dict[str, object] = {
        "report": "r-1",
        "source": Source.USER,
        "channel": "button",
        "reporter": REPORTER,
        "reporter_verified": True,
        "contact": True,
        "place": "app",
        "subject": subject,
        "respondent": ACCOUNT,
        "content": content,
        "codes": ("spam",),
        "evidence": EvidenceStrength.SUFFICIENT,
        "snapshot": "what it showed",
    }
    return c.FileReport.model_validate({**values, **fields})


def filed(minutes: float = 0, content: str | None = "post-1", **fields: object) -> Request:
    """That report, filed by the source system."""
    return ask(report(content, **fields), minutes, actor=None)


def bare(minutes: float = 0, **fields: object) -> Request:
    """A report that shows nothing: no snapshot, no attachment."""
    return filed(minutes, snapshot=None, **fields)


def verified(minutes: float = 10, content: str = "post-1", actor: str = ANN) -> Request:
    """Verification begun."""
    return ask(c.StartVerification(case=item(content)), minutes, actor)


def evidence(sha256: str = SHA, **fields: object) -> Evidence:
    """A reference to some bytes."""
    values: dict[str, object] = {
        "sha256": sha256,
        "media_type": "image/png",
        "size": 10,
        "captured_at": START,
        "captured_how": "screenshot",
    }
    return Evidence.model_validate({**values, **fields})


def attached(minutes: float = 15, content: str = "post-1", actor: str = ANN) -> Request:
    """Evidence attached."""
    return ask(c.AttachEvidence(case=item(content), evidence=evidence()), minutes, actor)


def finding(*codes: str, **fields: object) -> v.FindingAsked:
    """What an officer established; spam if no code is named."""
    return v.FindingAsked.model_validate({"codes": codes or ("spam",), **fields})


def upheld(
    minutes: float = 20,
    content: str = "post-1",
    actor: str = ANN,
    found: v.FindingAsked | None = None,
    **fields: object,
) -> Request:
    """An upheld decision: at once, unless its measures need a second officer."""
    asked = {"case": item(content), "outcome": Outcome.UPHELD, "finding": found or finding(), **fields}
    return ask(c.ProposeDecision.model_validate(asked), minutes, actor)


def one(respondent: str = ACCOUNT, *codes: str, **fields: object) -> v.FindingDecided:
    """A finding about one person."""
    return v.FindingDecided.model_validate({"codes": codes or ("spam",), "respondent": respondent, **fields})


def several(*findings: v.FindingDecided, minutes: float = 20, actor: str = ANN, **fields: object) -> Request:
    """A decision on several findings."""
    values = {"case": item(), "outcome": Outcome.UPHELD, "findings": findings, **fields}
    return ask(c.ProposeDecision.model_validate(values), minutes, actor)


def banned(minutes: float = 20, content: str = "post-1", actor: str = ANN, **fields: object) -> Request:
    """A proposal that needs a second officer."""
    return upheld(minutes, content, actor, finding(severity=Severity.GRAVE), **fields)


def dealt(minutes: float = 20, content: str = "post-1", **fields: object) -> Request:
    """A decision with every extra: listing, bar, duties."""
    return upheld(minutes, content, ANN, finding("drugs"), **fields)


def dismissed(minutes: float = 20, content: str = "post-1", actor: str = ANN, **fields: object) -> Request:
    """A dismissal."""
    return ask(
        c.ProposeDecision.model_validate({"case": item(content), "outcome": Outcome.DISMISSED, **fields}),
        minutes,
        actor,
    )


def confirmed(minutes: float = 30, content: str = "post-1", actor: str = BOB) -> Request:
    """A proposal confirmed by its second officer."""
    return ask(c.ConfirmDecision(case=item(content)), minutes, actor)


def appealed(minutes: float = 40, content: str = "post-1", **fields: object) -> Request:
    """The respondent's appeal."""
    command = c.LodgeAppeal.model_validate({"case": item(content), "text": "it was not me", **fields})
    return ask(command, minutes, ACCOUNT)


def appeal_decided(
    outcome: str, minutes: float = 50, content: str = "post-1", actor: str = CAT, **fields: object
) -> Request:
    """An appeal decided."""
    values = {"case": item(content), "outcome": outcome, "reason": "looked at again", **fields}
    return ask(c.DecideAppeal.model_validate(values), minutes, actor)


def corrected(minutes: float = 60, content: str = "post-1", actor: str = CAT, **fields: object) -> Request:
    """The platform's own correction."""
    values = {"case": item(content), "reason": "our mistake", **fields}
    return ask(c.CorrectDecision.model_validate(values), minutes, actor)


def ended(minutes: float, account: str = ACCOUNT, sanction: str | None = None) -> Request:
    """The clock, ending sanctions."""
    return ask(c.EndSanction(account=account, sanction=sanction), minutes, None)


def with_id(request: Request, number: int) -> Request:
    """The same request under an id of its own."""
    return Request(
        platform=request.platform,
        at=request.at,
        command=request.command,
        actor=request.actor,
        role=request.role,
        command_id=UUID(int=number),
    )


def requested(minutes: float = 0, **fields: object) -> Request:
    """The police ask for two classes of records about the account."""
    values: dict[str, object] = {
        "authority": POLICE,
        "document": "doc-1",
        "legal_basis": "article 54",
        "accounts": (ACCOUNT,),
        "classes": (RecordClass.OPERATION_LOG, RecordClass.REGISTRATION),
    }
    return ask(r.ReceiveEvidenceRequest.model_validate({**values, **fields}), minutes)


def package_sent(minutes: float = 60, **fields: object) -> Request:
    """They are sent what they asked for."""
    values: dict[str, object] = {
        "authority": POLICE,
        "document": "doc-1",
        "sha256": SHA,
        "accounts": (ACCOUNT,),
        "classes": (RecordClass.REGISTRATION, RecordClass.OPERATION_LOG),
        "sent_to": "sergeant xu",
    }
    return ask(r.RecordPackageSent.model_validate({**values, **fields}), minutes)

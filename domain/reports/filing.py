"""How a report comes in: once, whole, and either taken up in a case or refused with its reasons."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from domain import facts
from domain.cases.events import CaseOpened, CaseReportJoined
from domain.cases.state import Case
from domain.cases.values import ReportInCase
from domain.commands import FileReport
from domain.errors import ReportConflicts
from domain.events import Event, Stamp
from domain.facts import Facts
from domain.policy.admission import Admission, PastReport, admit
from domain.policy.admission import Report as Incoming
from domain.policy.pack import Pack
from domain.policy.vocabulary import RefusalReason, ReportState
from domain.reporters.events import ReporterMaliciousReportFound
from domain.reports.events import ReportAdmitted, ReportReceived, ReportRefused
from domain.reports.state import Report
from domain.streams import StreamId
from domain.values import PackRef

OTHER_REPORTER = "another"
"""Stands for a past reporter who is not the present one; admission asks only whether they are the same."""

_CONTENT = set(FileReport.model_fields)

ReporterDigest = Callable[[StreamId, str], str]
"""The keyed digest of a reporter in a case: (case, reporter id) to hexadecimal text, under the platform's secret."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What filing one report reads: its own stream, the case of its item, the pack and the reporter's stream."""

    stream: StreamId
    report: Report | None
    case_stream: StreamId
    case: Case | None
    reporter: StreamId | None
    pack: Pack
    digest_of: ReporterDigest


def file_report(desk: Desk, command: FileReport, stamp: Stamp) -> Facts:
    """Received, then admitted or refused. Empty for a report seen before; a different one under its id is refused."""
    content_digest = report_digest(command)
    if desk.report is not None:
        if desk.report.received.digest != content_digest:
            raise ReportConflicts(
                f"report {command.report!r} of {command.system!r} came before with other content; the first one stands"
            )
        return ()
    received = facts.of(desk.stream, _received(command, content_digest, stamp))
    key = None if command.reporter is None else desk.digest_of(desk.case_stream, command.reporter)
    verdict = admit(desk.pack, _past(desk, command, key), _incoming(command, stamp))
    if verdict.reasons:
        return (*received, *_refused(desk, verdict, stamp))
    return (*received, *_admitted(desk, command, verdict, key, stamp))


def report_digest(command: FileReport) -> str:
    """SHA-256 of what the report says; how it came (time, actor) is no part of it, so a delivery can be repeated."""
    return sha256(command.model_dump_json(include=_CONTENT, exclude_defaults=True).encode()).hexdigest()


def _received(command: FileReport, content_digest: str, stamp: Stamp) -> Event:
    snapshot = command.snapshot
    return ReportReceived(
        occurred_at=stamp.at,
        cause=stamp.cause,
        system=command.system,
        report=command.report,
        source=command.source.value,
        channel=command.channel,
        reporter=command.reporter,
        reporter_verified=command.reporter_verified,
        reachable=_reachable(command),
        contact_details=command.contact_details,
        place=command.place,
        subject_type=command.subject.type.value,
        subject=command.subject.id,
        respondent=command.respondent,
        content=command.content,
        posted_at=command.posted_at,
        codes=command.codes,
        evidence=command.evidence,
        malicious_established=command.malicious_established,
        statement=command.statement,
        snapshot=snapshot,
        snapshot_digest=None if snapshot is None else sha256(snapshot.encode()).hexdigest(),
        attachments=command.attachments,
        digest=content_digest,
    )


def _admitted(desk: Desk, command: FileReport, verdict: Admission, key: str | None, stamp: Stamp) -> Facts:
    joined = _joined(desk, command, key, stamp)
    into: Event
    if desk.case is None:
        into = CaseOpened(
            occurred_at=stamp.at,
            cause=stamp.cause,
            subject_type=command.subject.type.value,
            subject=command.subject.id,
            content=command.content,
            respondent=command.respondent,
            posted_at=command.posted_at,
            department=verdict.department,
            decider=verdict.decider,
            joined=joined,
        )
    else:
        into = CaseReportJoined(occurred_at=stamp.at, cause=stamp.cause, joined=joined)
    admitted = ReportAdmitted(
        occurred_at=stamp.at,
        cause=stamp.cause,
        case=desk.case_stream.uuid,
        department=verdict.department,
        decider=verdict.decider,
        feedback_owed=verdict.feedback,
        policy=_policy(desk.pack),
    )
    return (*facts.of(desk.stream, admitted), *facts.of(desk.case_stream, into))


def _refused(desk: Desk, verdict: Admission, stamp: Stamp) -> Facts:
    refused = ReportRefused(
        occurred_at=stamp.at,
        cause=stamp.cause,
        reason=verdict.reasons[0].value,
        reasons=tuple(reason.value for reason in verdict.reasons),
        redirect=verdict.to,
        feedback_owed=verdict.feedback,
        policy=_policy(desk.pack),
    )
    made = facts.of(desk.stream, refused)
    if RefusalReason.MALICIOUS_REPORTER not in verdict.reasons or desk.reporter is None:
        return made
    found = ReporterMaliciousReportFound(occurred_at=stamp.at, cause=stamp.cause, report=desk.stream.uuid, case=None)
    return (*made, *facts.of(desk.reporter, found))


def _joined(desk: Desk, command: FileReport, key: str | None, stamp: Stamp) -> ReportInCase:
    known = None if desk.case is None or key is None else desk.case.reporters.get(key)
    count = 0 if desk.case is None else len(desk.case.reporters)
    return ReportInCase(
        report=desk.stream.uuid,
        received_at=stamp.at,
        source=command.source.value,
        pseudonym=None if key is None else known or f"R{count + 1}",
        reporter_digest=key,
        reachable=_reachable(command),
        codes=command.codes,
        evidence=command.evidence.value,
        snapshot_digest=None if command.snapshot is None else sha256(command.snapshot.encode()).hexdigest(),
        attachments=tuple(evidence.sha256 for evidence in command.attachments),
    )


def _past(desk: Desk, command: FileReport, key: str | None) -> tuple[PastReport, ...]:
    """The case's reports on this content, as far as admission can tell them apart: by this reporter, or by another."""
    case = desk.case
    if case is None or command.content is None:
        return ()
    handled_at = case.decided_at
    state = ReportState.PENDING if handled_at is None else ReportState.HANDLED
    mine = key is not None and key in case.reporters
    others = len(case.reporters) > mine or any(joined.pseudonym is None for joined in case.reports[:1])
    who = [name for name, there in ((command.reporter, mine), (OTHER_REPORTER, others)) if there]
    return tuple(
        PastReport(
            report=str(place),
            reporter=name,
            content=command.content,
            at=case.opened.occurred_at,
            state=state,
            handled_at=handled_at,
        )
        for place, name in enumerate(who)
    )


def _incoming(command: FileReport, stamp: Stamp) -> Incoming:
    return Incoming(
        at=stamp.at,
        source=command.source,
        channel=command.channel,
        reporter=command.reporter,
        reporter_verified=command.reporter_verified,
        place=command.place,
        subject_type=command.subject.type,
        content=command.content,
        codes=command.codes,
        evidence=command.evidence,
        malicious_established=command.malicious_established,
        contact=_reachable(command),
    )


def _reachable(command: FileReport) -> bool:
    return command.contact or command.contact_details is not None


def _policy(pack: Pack) -> PackRef:
    return PackRef(platform=pack.platform, version=pack.version, digest=pack.digest)

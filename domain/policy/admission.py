"""Whether a report is taken up, for which reasons it is not, who handles it, and whether feedback is owed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from domain.policy.finding import CODES_MAX, Closed, Id
from domain.policy.instants import Instant
from domain.policy.pack import AdmissionRule, Pack
from domain.policy.vocabulary import (
    Check,
    EvidenceStrength,
    FeedbackItem,
    HandledBy,
    RefusalReason,
    ReportState,
    Source,
    SubjectType,
    Verdict,
)


class Report(Closed):
    """A report as the checks see it. `malicious_established` is a fact put in by an officer, never a guess."""

    at: Instant
    source: Source
    channel: str | None = None
    reporter: Id | None = None
    reporter_verified: Annotated[bool, Field(strict=True)] = False
    place: str | None = None
    subject_type: SubjectType
    content: Id | None = None
    codes: Annotated[tuple[Id, ...], Field(max_length=CODES_MAX)] = ()
    evidence: EvidenceStrength = EvidenceStrength.NONE
    malicious_established: Annotated[bool, Field(strict=True)] = False
    contact: Annotated[bool, Field(strict=True)] = False


class PastReport(Closed):
    """What became of an earlier report; `handled_at` is None unless it was handled on the merits."""

    report: Id
    reporter: Id | None = None
    content: Id | None = None
    at: Instant
    state: ReportState
    handled_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """The outcome; `reasons` stand in the order of the pack, `to` is the other procedure where one is competent."""

    verdict: Verdict
    reasons: tuple[RefusalReason, ...]
    to: str | None
    department: str | None
    decider: str | None
    feedback: bool


def admit(pack: Pack, past: Iterable[PastReport], report: Report) -> Admission:
    """The outcome for `report`, with `past` as the earlier reports. A pack without checks admits everything."""
    earlier = tuple(past)
    failed = [rule for rule in pack.admissions if _fails(pack, rule, earlier, report)]
    flow = next((flow for flow in pack.flows if report.subject_type in flow.subjects), None)
    handled_here = flow is not None and not failed
    return Admission(
        verdict=Verdict.REFUSED if failed else Verdict.ADMITTED,
        reasons=tuple(dict.fromkeys(rule.reason for rule in failed)),
        to=next((rule.redirect for rule in failed if rule.check is Check.JUDGED_HERE), None),
        department=flow.department if flow and handled_here else None,
        decider=flow.decider if flow and handled_here else None,
        feedback=feedback_owed(pack, contact=report.contact, refused=bool(failed)),
    )


def feedback_owed(pack: Pack, *, contact: bool, refused: bool) -> bool:
    """Whether a reporter is told: only who can be reached, and of a refusal only where the pack says so."""
    if pack.feedback is None or not contact:
        return False
    return not refused or FeedbackItem.REFUSAL in pack.feedback.what


def _fails(pack: Pack, rule: AdmissionRule, past: tuple[PastReport, ...], report: Report) -> bool:
    from_user = report.source is Source.USER
    match rule.check:
        case Check.REPORTER_VERIFIED:
            failed = from_user and not report.reporter_verified
        case Check.NOT_MALICIOUS:
            failed = report.malicious_established
        case Check.IN_SCOPE:
            failed = report.place not in pack.places
        case Check.NOT_ALREADY_HANDLED:
            failed = from_user and any(_repeats(report, earlier, rule.by) for earlier in past)
        case Check.SUFFICIENT_EVIDENCE:
            failed = from_user and report.evidence is not EvidenceStrength.SUFFICIENT
        case Check.JUDGED_HERE | _:
            failed = bool(report.codes) and all(_belongs_elsewhere(pack, code) for code in report.codes)
    return failed


def _repeats(report: Report, earlier: PastReport, by: HandledBy) -> bool:
    """Whether the same content was handled on the merits by the time of the new report."""
    return (
        report.content is not None
        and earlier.content == report.content
        and earlier.state is ReportState.HANDLED
        and earlier.handled_at is not None
        and earlier.handled_at <= report.at
        and (by is HandledBy.ANYONE or (report.reporter is not None and earlier.reporter == report.reporter))
    )


def _belongs_elsewhere(pack: Pack, code: str) -> bool:
    violation = pack.violations.get(code)
    return violation is not None and violation.procedure is not None

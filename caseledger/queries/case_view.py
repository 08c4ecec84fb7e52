"""One case as it stands: who and what it is about, what was done, decided and appealed; no personal field in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from caseledger.queries.case_steps import Step, steps
from caseledger.queries.decision_view import DecisionView, decided, proposed
from caseledger.queries.errors import NotFound
from caseledger.queries.minors import minors_of, names_minors_by_initial
from caseledger.queries.ports import Reading, Row
from caseledger.queries.signals import signals
from caseledger.queries.streams import case_state, many, of_type, report_state, stream_events
from domain.cases import events as e
from domain.cases.state import Case
from domain.cases.values import ReportInCase
from domain.events import Event
from domain.policy.instants import utc_text
from domain.recorded import Recorded
from domain.reports.state import Report


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report of the case: by its id and its reporter's pseudonym, never by who reported."""

    report: str
    stream: str
    pseudonym: str | None
    source: str
    channel: str | None
    received_at: str
    codes: tuple[str, ...]
    evidence: str
    feedback_owed: bool
    feedback_given_at: str | None


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A piece of evidence by its digest; `came_as` is `snapshot`, `attachment` (of a report) or `attached`."""

    sha256: str
    came_as: str
    media_type: str | None
    size: int | None
    at: str
    by: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """The whole of one case. The lists of rows are those of the read models of the same names.

    A case with several persons or contents has a decision for each; `decision` is the first that stands, or the last,
    and `proposal` the first that waits. `minors` are the accounts of persons under age; `by_initial` those of them
    whose names the policy shows as an initial only.
    """

    platform: str
    case: str
    position: int
    version: int
    state: str
    subject_type: str
    subject: str
    content: str | None
    respondent: str | None
    minors: tuple[str, ...]
    by_initial: tuple[str, ...]
    posted_at: str | None
    opened_at: str
    department: str | None
    decider: str | None
    officer: str | None
    major: bool
    open_duties: tuple[str, ...]
    reports: tuple[ReportLine, ...]
    evidence: tuple[EvidenceLine, ...]
    deadlines: list[Row]
    proposal: DecisionView | None
    decision: DecisionView | None
    proposals: tuple[DecisionView, ...]
    decisions: tuple[DecisionView, ...]
    steps: tuple[Step, ...]
    sanctions: list[Row]
    removals: list[Row]
    operations: list[Row]
    co_reporting: list[Row]


def case_view(reading: Reading, case: UUID) -> CaseView:
    """The case as it stands; raises `NotFound`."""
    events = stream_events(reading.ledger, case)
    state = case_state(events)
    if state is None:
        raise NotFound("case_not_found", f"no case {case} on {reading.platform}")
    case_id = str(case)
    rows = reading.all("queue", case_id=case_id)
    proposals, decisions = proposed(reading, state), decided(reading, state)
    opened = state.opened
    operations = reading.all("operation_persons", "operation_id", case_id=case_id)
    minors = minors_of(state, operations)
    return CaseView(
        platform=reading.platform,
        case=case_id,
        position=reading.position,
        version=events[-1].version,
        state=str(rows[0]["state"]) if rows else "new",
        subject_type=opened.subject_type,
        subject=opened.subject,
        content=opened.content,
        respondent=state.respondent,
        minors=minors,
        by_initial=minors if names_minors_by_initial(reading) else (),
        posted_at=utc_text(opened.posted_at) if opened.posted_at else None,
        opened_at=utc_text(opened.occurred_at),
        department=state.department,
        decider=opened.decider,
        officer=state.officer,
        major=state.major,
        open_duties=_duties(state),
        reports=_reports(reading, state),
        evidence=_evidence(reading, state, events),
        deadlines=reading.all("deadlines", "due_at", stream=case_id),
        proposal=next(iter(proposals), None),
        decision=_foremost(decisions),
        proposals=proposals,
        decisions=decisions,
        steps=tuple(step for fact in events for step in steps(fact)),
        sanctions=reading.all("sanctions", "position", case_id=case_id),
        removals=reading.all("content_removals", "position", case_id=case_id),
        operations=operations,
        co_reporting=signals(reading, [(case_id, state.respondent)])[case_id],
    )


def _foremost(decisions: tuple[DecisionView, ...]) -> DecisionView | None:
    standing = [each for each in decisions if not each.taken_back]
    return next(iter((*standing, *reversed(decisions))), None)


def _duties(case: Case) -> tuple[str, ...]:
    duties = {
        "appeal_pending": bool(case.pending_appeals),
        "counterparty_open": bool(case.counterparties_due),
        "authority_notice_due": bool(case.notices_due),
    }
    return tuple(name for name, is_open in duties.items() if is_open)


def _reports(reading: Reading, case: Case) -> tuple[ReportLine, ...]:
    streams = many(reading.ledger, [joined.report for joined in case.reports])
    return tuple(_report_line(joined, report_state(streams.get(joined.report, ()))) for joined in case.reports)


def _report_line(joined: ReportInCase, report: Report | None) -> ReportLine:
    feedback = report.feedback if report else None
    return ReportLine(
        report=f"{report.received.system}/{report.received.report}" if report else str(joined.report),
        stream=str(joined.report),
        pseudonym=joined.pseudonym,
        source=joined.source,
        channel=report.received.channel if report else None,
        received_at=utc_text(joined.received_at),
        codes=joined.codes,
        evidence=joined.evidence,
        feedback_owed=bool(report and report.feedback_owed and feedback is None),
        feedback_given_at=utc_text(feedback.occurred_at) if feedback else None,
    )


def _evidence(reading: Reading, case: Case, events: Sequence[Recorded[Event]]) -> tuple[EvidenceLine, ...]:
    """Each digest once, in the order in which the case came to hold it."""
    found: dict[str, EvidenceLine] = {}
    received = many(reading.ledger, [joined.report for joined in case.reports if joined.attachments])
    for joined in case.reports:
        at, by = utc_text(joined.received_at), joined.pseudonym or joined.source
        if joined.snapshot_digest is not None:
            line = EvidenceLine(joined.snapshot_digest, "snapshot", "text/plain", None, at, by)
            found.setdefault(joined.snapshot_digest, line)
        report = report_state(received.get(joined.report, ()))
        facts = {each.sha256: each for each in report.received.attachments} if report else {}
        for digest in joined.attachments:
            known = facts.get(digest)
            media_type, size = (known.media_type, known.size) if known else (None, None)
            found.setdefault(digest, EvidenceLine(digest, "attachment", media_type, size, at, by))
    for fact in of_type(events, e.CaseEvidenceAttached):
        kept = fact.event.evidence
        at, by = utc_text(kept.captured_at), fact.event.cause.actor
        line = EvidenceLine(kept.sha256, "attached", kept.media_type, kept.size, at, by)
        found.setdefault(kept.sha256, line)
    return tuple(found.values())

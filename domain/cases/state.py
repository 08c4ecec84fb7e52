"""A case as its events left it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from domain.cases import events as e
from domain.cases import later_events as later
from domain.cases.later_events import CaseEvent
from domain.cases.values import ReportInCase
from domain.growing import Growing, GrowingMap
from domain.policy.vocabulary import ClockEvent
from domain.recorded import Recorded
from domain.values import Evidence


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that was made; `taken_back` when an appeal or a correction undid all of it."""

    made: e.CaseDecided
    officers: frozenset[str]
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal; `outcome` is `None` while it waits."""

    lodged: later.CaseAppealLodged
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `moments` are the events that policy clocks start and stop at, `officers` all who took part so far,
    `shown` the digests of what its reports showed, `missed` the clocks (with their report) recorded as run out.
    """

    opened: e.CaseOpened
    respondent: str | None
    department: str | None
    reports: Growing[ReportInCase]
    reporters: GrowingMap[str, str]
    latest_at: datetime
    officer: str | None = None
    verification_started: bool = False
    major: bool = False
    evidence: GrowingMap[str, Evidence] = field(default_factory=GrowingMap)
    shown: GrowingMap[str, None] = field(default_factory=GrowingMap)
    moments: Growing[tuple[ClockEvent, datetime]] = field(default_factory=Growing)
    officers: frozenset[str] = frozenset()
    commands: GrowingMap[UUID, None] = field(default_factory=GrowingMap)
    proposal: e.CaseDecisionProposed | None = None
    proposals: int = 0
    decision: Decision | None = None
    appeal: Appeal | None = None
    appeals: int = 0
    counterparty_open: bool = False
    authority_notice_open: bool = False
    missed: GrowingMap[tuple[str, UUID | None], None] = field(default_factory=GrowingMap)


_ByOfficer = (
    e.CaseAssigned
    | e.CaseReleased
    | e.CaseVerificationStarted
    | e.CaseEvidenceAttached
    | e.CasePreliminaryResultGiven
    | e.CaseMarkedMajor
    | e.CaseNoteAdded
    | e.CaseReferred
    | e.CaseDecisionProposed
    | e.CaseDecisionReturned
    | e.CaseDecided
)


def evolve(case: Case | None, fact: Recorded[CaseEvent]) -> Case | None:
    """The case after this event."""
    event = fact.event
    if isinstance(event, e.CaseOpened):
        return _opened(event) if case is None else case
    if case is None:
        return None
    case = replace(case, commands=case.commands.plus(event.cause.command_id, None))
    if isinstance(event, e.CaseReportJoined):
        return _joined(case, event.joined)
    if isinstance(event, later.CaseDeadlineMissed):
        return replace(case, missed=case.missed.plus((event.clock, event.report), None))
    case = replace(case, latest_at=max(case.latest_at, event.occurred_at))
    if isinstance(event, _ByOfficer):
        return _handled(replace(case, officers=case.officers | {event.cause.actor}), event)
    return _later(case, event)


def _opened(event: e.CaseOpened) -> Case:
    case = Case(
        opened=event,
        respondent=event.respondent,
        department=event.department,
        reports=Growing(),
        reporters=GrowingMap(),
        latest_at=event.occurred_at,
        commands=GrowingMap[UUID, None]().plus(event.cause.command_id, None),
    )
    return _joined(case, event.joined)


def _joined(case: Case, joined: ReportInCase) -> Case:
    reporters, shown = case.reporters, case.shown
    if joined.reporter_digest is not None and joined.pseudonym is not None:
        reporters = reporters.plus(joined.reporter_digest, joined.pseudonym)
    for digest in (joined.snapshot_digest, *joined.attachments):
        if digest is not None:
            shown = shown.plus(digest, None)
    return replace(case, reports=case.reports.plus(joined), reporters=reporters, shown=shown)


def _handled(case: Case, event: _ByOfficer) -> Case:
    match event:
        case e.CaseAssigned():
            return replace(case, officer=event.officer)
        case e.CaseReleased():
            return replace(case, officer=None)
        case e.CaseVerificationStarted():
            return _at(replace(case, verification_started=True), ClockEvent.VERIFICATION_STARTED, event.occurred_at)
        case e.CaseEvidenceAttached():
            return replace(case, evidence=case.evidence.plus(event.evidence.sha256, event.evidence))
        case e.CasePreliminaryResultGiven():
            return _at(case, ClockEvent.PRELIMINARY_RESULT, event.occurred_at)
        case e.CaseMarkedMajor():
            return _at(replace(case, major=True), ClockEvent.MARKED_MAJOR, event.occurred_at)
        case e.CaseNoteAdded():
            return case
        case e.CaseReferred():
            return replace(case, department=event.department or case.department, officer=None)
        case e.CaseDecisionProposed():
            return replace(case, proposal=event, proposals=max(case.proposals, event.decision))
        case e.CaseDecisionReturned():
            return replace(case, proposal=None)
        case _:
            decided = replace(case, proposal=None, decision=Decision(event, case.officers))
            return _at(decided, ClockEvent.DECIDED, event.occurred_at)


_Later = (
    e.CaseAuthorityNoticeDue
    | e.CaseAuthorityNotified
    | e.CaseCounterpartyDue
    | e.CaseCounterpartySettled
    | later.CaseAppealLodged
    | later.CaseAppealDenied
    | later.CaseAppealUpheld
    | later.CaseAppealReduced
    | later.CaseDecisionCorrected
    | later.CaseExternalOutcomeRecorded
)


def _later(case: Case, event: _Later) -> Case:
    match event:
        case e.CaseAuthorityNoticeDue():
            return _at(replace(case, authority_notice_open=True), ClockEvent.AUTHORITY_NOTICE_DUE, event.occurred_at)
        case e.CaseAuthorityNotified():
            return _at(replace(case, authority_notice_open=False), ClockEvent.AUTHORITY_NOTIFIED, event.occurred_at)
        case e.CaseCounterpartyDue():
            return replace(case, counterparty_open=True)
        case e.CaseCounterpartySettled():
            return replace(case, counterparty_open=False)
        case later.CaseAppealLodged():
            return replace(case, appeal=Appeal(event), appeals=event.appeal)
        case later.CaseAppealDenied():
            return _appeal_ended(case, "denied")
        case later.CaseAppealReduced():
            return _appeal_ended(case, "reduced")
        case later.CaseAppealUpheld():
            return _taken_back(_appeal_ended(case, "upheld"))
        case later.CaseDecisionCorrected():
            return _made_milder(case, event.cause.actor) if event.measure else _taken_back(case)
        case later.CaseExternalOutcomeRecorded():
            return case
        case unknown:
            assert_never(unknown)


def _at(case: Case, moment: ClockEvent, at: datetime) -> Case:
    return replace(case, moments=case.moments.plus((moment, at)))


def _appeal_ended(case: Case, outcome: str) -> Case:
    return replace(case, appeal=case.appeal and replace(case.appeal, outcome=outcome))


def _made_milder(case: Case, actor: str) -> Case:
    """Whoever changes a decision takes part in it."""
    decision = case.decision
    return replace(case, decision=decision and replace(decision, officers=decision.officers | {actor}))


def _taken_back(case: Case) -> Case:
    """Nothing of the decision stands, its duties neither."""
    decision = case.decision and replace(case.decision, taken_back=True)
    return replace(case, decision=decision, authority_notice_open=False, counterparty_open=False)

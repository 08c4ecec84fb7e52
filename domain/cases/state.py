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
    """A decision that was made, and who took part in the case until then."""

    made: e.CaseDecided
    officers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `moments` are the events that policy clocks start and stop at, `officers` all who took part so far,
    `shown` the digests of what its reports showed, `missed` the clocks (with their report) recorded as run out.

    A decision is about one finding; a case with several persons or contents has several, each known by its number.
    `pending` are the proposals that wait, all of one command; `milder_by` says who made which decision milder;
    `appeals` and `answers` are by the number of the decision, `notices_due` and `counterparties_due` are such numbers.
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
    pending: tuple[e.CaseDecisionProposed, ...] = ()
    proposals: int = 0
    decisions: GrowingMap[int, Decision] = field(default_factory=GrowingMap)
    taken_back: frozenset[int] = frozenset()
    milder_by: frozenset[tuple[int, str]] = frozenset()
    appeals: GrowingMap[int, later.CaseAppealLodged] = field(default_factory=GrowingMap)
    answers: GrowingMap[int, str] = field(default_factory=GrowingMap)
    notices_due: frozenset[int] = frozenset()
    counterparties_due: frozenset[int] = frozenset()
    missed: GrowingMap[tuple[str, UUID | None], None] = field(default_factory=GrowingMap)

    @property
    def standing(self) -> tuple[Decision, ...]:
        """The decisions that nothing has taken back, in order."""
        return tuple(decision for number, decision in self.decisions.items() if number not in self.taken_back)

    @property
    def foremost(self) -> Decision | None:
        """The first decision that stands; where none does, the one made last."""
        return next(iter((*self.standing, *reversed(tuple(self.decisions.values())))), None)

    @property
    def decided_at(self) -> datetime | None:
        """When the case was decided for the first time."""
        return next((decision.made.occurred_at for decision in self.decisions.values()), None)

    @property
    def is_final(self) -> bool:
        """Whether a decision stands and nothing further waits: no proposal, and no other side to be examined."""
        return bool(self.standing) and not self.pending and not self.counterparties_due

    @property
    def pending_appeals(self) -> tuple[later.CaseAppealLodged, ...]:
        """The appeals that wait, in order."""
        return tuple(lodged for number, lodged in self.appeals.items() if number not in self.answers)

    @property
    def persons(self) -> tuple[str, ...]:
        """The accounts that the case is about: the one reported, and those with a finding, made or proposed."""
        made = (decision.made.finding for decision in self.decisions.values())
        findings = (*made, *(proposal.finding for proposal in self.pending))
        named = (self.respondent, *(finding.respondent for finding in findings if finding is not None))
        return tuple(dict.fromkeys(account for account in named if account is not None))

    def took_part(self, decision: int) -> frozenset[str]:
        """Who took part in a decision: all who worked on the case before it, and who made it milder since."""
        return self.decisions[decision].officers | {who for number, who in self.milder_by if number == decision}


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
            return _proposed(case, event)
        case e.CaseDecisionReturned():
            return replace(case, pending=_without(case, event.decision))
        case _:
            decisions = case.decisions.plus(event.decision, Decision(event, case.officers))
            decided = replace(case, pending=_without(case, event.decision), decisions=decisions)
            return _at(decided, ClockEvent.DECIDED, event.occurred_at)


def _proposed(case: Case, event: e.CaseDecisionProposed) -> Case:
    """Proposals of one command wait together; a new command's take the place of those before."""
    together = case.pending and case.pending[0].cause.command_id == event.cause.command_id
    pending = (*case.pending, event) if together else (event,)
    return replace(case, pending=pending, proposals=max(case.proposals, event.decision))


def _without(case: Case, decision: int) -> tuple[e.CaseDecisionProposed, ...]:
    return tuple(proposal for proposal in case.pending if proposal.decision != decision)


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
            due = replace(case, notices_due=case.notices_due | {event.decision})
            return _at(due, ClockEvent.AUTHORITY_NOTICE_DUE, event.occurred_at)
        case e.CaseAuthorityNotified():
            return _at(replace(case, notices_due=frozenset()), ClockEvent.AUTHORITY_NOTIFIED, event.occurred_at)
        case e.CaseCounterpartyDue():
            return replace(case, counterparties_due=case.counterparties_due | {event.decision})
        case e.CaseCounterpartySettled():
            return replace(case, counterparties_due=frozenset())
        case later.CaseAppealLodged():
            return replace(case, appeals=case.appeals.plus(event.decision, event))
        case later.CaseAppealDenied():
            return _answered(case, event.decision, "denied")
        case later.CaseAppealReduced():
            return _answered(case, event.decision, "reduced")
        case later.CaseAppealUpheld():
            return _taken_back(_answered(case, event.decision, "upheld"), event.decision)
        case later.CaseDecisionCorrected():
            return _corrected(case, event)
        case later.CaseExternalOutcomeRecorded():
            return case
        case unknown:
            assert_never(unknown)


def _at(case: Case, moment: ClockEvent, at: datetime) -> Case:
    return replace(case, moments=case.moments.plus((moment, at)))


def _answered(case: Case, decision: int, outcome: str) -> Case:
    return replace(case, answers=case.answers.plus(decision, outcome))


def _corrected(case: Case, event: later.CaseDecisionCorrected) -> Case:
    """Whoever makes a decision milder takes part in it."""
    if event.measure is None:
        return _taken_back(case, event.decision)
    return replace(case, milder_by=case.milder_by | {(event.decision, event.cause.actor)})


def _taken_back(case: Case, decision: int) -> Case:
    """Nothing of the decision stands, its duties neither."""
    return replace(
        case,
        taken_back=case.taken_back | {decision},
        notices_due=case.notices_due - {decision},
        counterparties_due=case.counterparties_due - {decision},
    )

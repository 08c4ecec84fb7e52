"""What can happen to a case after its decision: appeals, corrections, outside outcomes, missed deadlines."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.cases import events as before
from domain.cases.values import MeasureTaken
from domain.events import Event
from domain.personal import Personal


class CaseAppealLodged(Event):
    """The respondent objected to a decision; `appeal` counts from 1 in the case."""

    TYPE: ClassVar[str] = "case.appeal_lodged.v1"

    appeal: int
    decision: int
    text: Personal[str]


class CaseAppealDenied(Event):
    """The appeal changes nothing; `reason` is `no_exemption` where the policy hears none, else `on_the_merits`."""

    TYPE: ClassVar[str] = "case.appeal_denied.v1"

    appeal: int
    decision: int
    reason: str
    explanation: Personal[str] | None


class CaseAppealUpheld(Event):
    """The appeal was right: everything the decision did is taken back."""

    TYPE: ClassVar[str] = "case.appeal_upheld.v1"

    appeal: int
    decision: int
    explanation: Personal[str]


class CaseAppealReduced(Event):
    """The appeal was right in part: one measure is replaced by a milder one from the same start."""

    TYPE: ClassVar[str] = "case.appeal_reduced.v1"

    appeal: int
    decision: int
    replaced: MeasureTaken
    measure: MeasureTaken
    explanation: Personal[str]


class CaseDecisionCorrected(Event):
    """The platform took back its own decision, or made it milder, of its own motion."""

    TYPE: ClassVar[str] = "case.decision_corrected.v1"

    decision: int
    replaced: MeasureTaken | None
    measure: MeasureTaken | None
    explanation: Personal[str]


class CaseExternalOutcomeRecorded(Event):
    """An authority or court decided something about a person; the platform only records it."""

    TYPE: ClassVar[str] = "case.external_outcome_recorded.v1"

    account: str | None
    person: Personal[str] | None
    measure: MeasureTaken
    authority: str
    decided_at: AwareDatetime
    reference: str | None


class CaseDeadlineMissed(Event):
    """A clock of the policy ran out before it was stopped."""

    TYPE: ClassVar[str] = "case.deadline_missed.v1"

    clock: str
    report: UUID | None
    due_at: AwareDatetime


CaseEvent = (
    before.CaseOpened
    | before.CaseReportJoined
    | before.CaseAssigned
    | before.CaseReleased
    | before.CaseVerificationStarted
    | before.CaseEvidenceAttached
    | before.CasePreliminaryResultGiven
    | before.CaseMarkedMajor
    | before.CaseNoteAdded
    | before.CaseReferred
    | before.CaseDecisionProposed
    | before.CaseDecisionReturned
    | before.CaseDecided
    | before.CaseAuthorityNoticeDue
    | before.CaseAuthorityNotified
    | before.CaseCounterpartyDue
    | before.CaseCounterpartySettled
    | CaseAppealLodged
    | CaseAppealDenied
    | CaseAppealUpheld
    | CaseAppealReduced
    | CaseDecisionCorrected
    | CaseExternalOutcomeRecorded
    | CaseDeadlineMissed
)

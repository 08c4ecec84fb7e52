"""What can happen to a case before and with its decision."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.cases.values import Choice, FindingMade, ReportInCase, RulingMade
from domain.events import Event
from domain.personal import Personal
from domain.values import AssociatedParty, Evidence, Outcome, PackRef


class CaseOpened(Event):
    """The first report about this item opened its case."""

    TYPE: ClassVar[str] = "case.opened.v1"

    subject_type: str
    subject: str
    content: str | None
    respondent: str | None
    posted_at: AwareDatetime | None
    department: str | None
    decider: str | None
    joined: ReportInCase


class CaseReportJoined(Event):
    """Another report about the same item joined the case."""

    TYPE: ClassVar[str] = "case.report_joined.v1"

    joined: ReportInCase


class CaseAssigned(Event):
    """An officer took the case."""

    TYPE: ClassVar[str] = "case.assigned.v1"

    officer: str


class CaseReleased(Event):
    """The officer gave the case back to the queue."""

    TYPE: ClassVar[str] = "case.released.v1"

    officer: str


class CaseVerificationStarted(Event):
    """The facts are being verified."""

    TYPE: ClassVar[str] = "case.verification_started.v1"


class CaseEvidenceAttached(Event):
    """Evidence was added to the case."""

    TYPE: ClassVar[str] = "case.evidence_attached.v1"

    evidence: Evidence


class CasePreliminaryResultGiven(Event):
    """A first result was given before the decision."""

    TYPE: ClassVar[str] = "case.preliminary_result_given.v1"

    result: Personal[str]


class CaseMarkedMajor(Event):
    """The case was marked as a suspected major violation."""

    TYPE: ClassVar[str] = "case.marked_major.v1"

    reason: Personal[str]


class CaseNoteAdded(Event):
    """An officer's note."""

    TYPE: ClassVar[str] = "case.note_added.v1"

    text: Personal[str]


class CaseReferred(Event):
    """The case went to another department or procedure."""

    TYPE: ClassVar[str] = "case.referred.v1"

    department: str | None
    procedure: str | None
    reason: Personal[str]


class CaseDecisionProposed(Event):
    """An officer proposed a decision; `decision` counts from 1 in the case."""

    TYPE: ClassVar[str] = "case.decision_proposed.v1"

    decision: int
    outcome: Outcome
    finding: FindingMade | None
    ruling: RulingMade | None
    choice: Choice | None
    reason: Personal[str] | None
    associated: tuple[AssociatedParty, ...]
    malicious: tuple[str, ...]
    perk: str | None
    second_officer_required: bool
    policy: PackRef


class CaseDecisionReturned(Event):
    """The second officer sent the proposal back."""

    TYPE: ClassVar[str] = "case.decision_returned.v1"

    decision: int
    reason: Personal[str]


class CaseDecided(Event):
    """The decision stands. It holds all it rests on: finding, ruling, choice, reason, policy and evidence digests."""

    TYPE: ClassVar[str] = "case.decided.v1"

    decision: int
    outcome: Outcome
    subject_type: str
    finding: FindingMade | None
    ruling: RulingMade | None
    choice: Choice | None
    reason: Personal[str] | None
    associated: tuple[AssociatedParty, ...]
    malicious: tuple[str, ...]
    proposed_by: str
    confirmed_by: str | None
    evidence: tuple[str, ...]
    reports: tuple[UUID, ...]
    policy: PackRef


class CaseAuthorityNoticeDue(Event):
    """The ruling obliges the platform to tell an authority."""

    TYPE: ClassVar[str] = "case.authority_notice_due.v1"

    decision: int


class CaseAuthorityNotified(Event):
    """An authority was told."""

    TYPE: ClassVar[str] = "case.authority_notified.v1"

    authority: str
    reference: str | None
    text: Personal[str] | None


class CaseCounterpartyDue(Event):
    """The other side of the dealing must be examined before the case can become final."""

    TYPE: ClassVar[str] = "case.counterparty_due.v1"

    decision: int


class CaseCounterpartySettled(Event):
    """The other side has a finding in another case, or there is a reason why it has none."""

    TYPE: ClassVar[str] = "case.counterparty_settled.v1"

    case: UUID | None
    reason: Personal[str] | None

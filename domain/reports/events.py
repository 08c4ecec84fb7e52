"""What can happen to a report."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.events import Event
from domain.personal import Personal
from domain.policy.vocabulary import EvidenceStrength
from domain.values import Evidence, FeedbackKind, PackRef


class ReportReceived(Event):
    """A report came in; everything it showed is kept here, so losing the source later changes nothing.

    `digest` is the SHA-256 of the report's content in canonical JSON: the same id with another digest is a conflict.
    """

    TYPE: ClassVar[str] = "report.received.v1"

    system: str
    report: str
    source: str
    channel: str | None
    reporter: Personal[str] | None
    reporter_verified: bool
    reachable: bool
    contact_details: Personal[str] | None
    place: str | None
    subject_type: str
    subject: str
    respondent: str | None
    content: str | None
    posted_at: AwareDatetime | None
    codes: tuple[str, ...]
    evidence: EvidenceStrength
    malicious_established: bool
    statement: Personal[str] | None
    snapshot: Personal[str] | None
    snapshot_digest: str | None
    attachments: tuple[Evidence, ...]
    digest: str


class ReportAdmitted(Event):
    """The report was taken up in a case."""

    TYPE: ClassVar[str] = "report.admitted.v1"

    case: UUID
    department: str | None
    decider: str | None
    feedback_owed: bool
    policy: PackRef


class ReportRefused(Event):
    """The report was not taken up. `reasons` are all that applied, in the policy's order; `reason` is the first."""

    TYPE: ClassVar[str] = "report.refused.v1"

    reason: str
    reasons: tuple[str, ...]
    redirect: str | None
    feedback_owed: bool
    policy: PackRef


class ReportFeedbackGiven(Event):
    """The reporter was told, once."""

    TYPE: ClassVar[str] = "report.feedback_given.v1"

    what: FeedbackKind
    text: Personal[str] | None


ReportEvent = ReportReceived | ReportAdmitted | ReportRefused | ReportFeedbackGiven

"""Every command: what may be asked of the ledger, and the bounds on each field."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from domain.clock_commands import MissEvidenceRequestDeadline, MissOperationDeadline
from domain.command_values import (
    CaseRef,
    Command,
    FindingAsked,
    Findings,
    MeasureAsked,
    MeasureChoice,
    Measures,
    OnCase,
    OnDecision,
    ReportRef,
    SubjectRef,
)
from domain.list_commands import LIST_COMMANDS
from domain.personal import Personal
from domain.policy.instants import Instant
from domain.policy.vocabulary import EvidenceStrength, Source
from domain.request_commands import REQUEST_COMMANDS
from domain.values import (
    EVIDENCE_PER_REPORT_MAX,
    PARTIES_MAX,
    AssociatedParty,
    Codes,
    Evidence,
    FeedbackKind,
    Id,
    LongText,
    Outcome,
    PackText,
    ShortText,
    SnapshotText,
)


class FileReport(Command):
    """Take in one report: received, then admitted to a case or refused, in one step."""

    NAME: ClassVar[str] = "file_report"

    system: Id = "direct"
    report: Id
    source: Source
    channel: Id | None = None
    reporter: Personal[Id] | None = None
    reporter_verified: bool = False
    contact: bool = False
    contact_details: Personal[ShortText] | None = None
    place: Id | None = None
    subject: SubjectRef
    respondent: Id | None = None
    content: Id | None = None
    posted_at: Instant | None = None
    codes: Codes = ()
    evidence: EvidenceStrength = EvidenceStrength.NONE
    malicious_established: bool = False
    statement: Personal[LongText] | None = None
    snapshot: Personal[SnapshotText] | None = None
    attachments: Annotated[tuple[Evidence, ...], Field(max_length=EVIDENCE_PER_REPORT_MAX)] = ()


class GiveFeedback(Command):
    """Tell the reporter what became of a report, once."""

    NAME: ClassVar[str] = "give_feedback"

    system: Id = "direct"
    report: Id
    what: FeedbackKind | None = None
    text: Personal[LongText] | None = None


class AssignCase(OnCase):
    """Take the case, or give it to `officer`."""

    NAME: ClassVar[str] = "assign_case"

    officer: Id | None = None


class ReleaseCase(OnCase):
    """Give the case back to the queue."""

    NAME: ClassVar[str] = "release_case"


class StartVerification(OnCase):
    """Begin to verify the facts."""

    NAME: ClassVar[str] = "start_verification"


class AttachEvidence(OnCase):
    """Add evidence by the digest of its bytes."""

    NAME: ClassVar[str] = "attach_evidence"

    evidence: Evidence


class GivePreliminaryResult(OnCase):
    """Give a first result before the decision."""

    NAME: ClassVar[str] = "give_preliminary_result"

    result: Personal[LongText]


class MarkMajor(OnCase):
    """Mark the case as a suspected major violation."""

    NAME: ClassVar[str] = "mark_major"

    reason: Personal[LongText]


class AddNote(OnCase):
    """Leave a note on the case."""

    NAME: ClassVar[str] = "add_note"

    text: Personal[LongText]


class ReferCase(OnCase):
    """Pass the case to another department, or to another procedure."""

    NAME: ClassVar[str] = "refer_case"

    department: Id | None = None
    procedure: Id | None = None
    reason: Personal[LongText]


class ProposeDecision(OnCase):
    """Decide the case, or propose a decision where the policy wants a second officer.

    `measure` is one of the ruling's options, the default when left out, `"none"` for none; `content_measures` may put
    a substitute in a measure's place; `add` holds measures that the policy lets an officer add.

    With several persons or contents, `findings` holds one finding for each, with its own choice, in the order in which
    they are judged; the first is about the case's own item, and the fields above are left out.
    """

    NAME: ClassVar[str] = "propose_decision"

    outcome: Outcome
    finding: FindingAsked | None = None
    measure: MeasureChoice | None = None
    content_measures: Measures | None = None
    add: Measures = ()
    findings: Findings = ()
    reason: Personal[LongText] | None = None
    associated: Annotated[tuple[AssociatedParty, ...], Field(max_length=PARTIES_MAX)] = ()
    malicious: Annotated[tuple[Id, ...], Field(max_length=PARTIES_MAX)] = ()
    perk: Id | None = None


class ConfirmDecision(OnCase):
    """Confirm a proposal as its second officer."""

    NAME: ClassVar[str] = "confirm_decision"


class ReturnDecision(OnCase):
    """Send a proposal back to its officer."""

    NAME: ClassVar[str] = "return_decision"

    reason: Personal[LongText]


class LodgeAppeal(OnDecision):
    """Object to a decision as its respondent."""

    NAME: ClassVar[str] = "lodge_appeal"

    text: Personal[LongText]


class DecideAppeal(OnDecision):
    """Decide a pending appeal; `measure` is the milder one when it is reduced."""

    NAME: ClassVar[str] = "decide_appeal"

    outcome: Literal["denied", "upheld", "reduced"]
    measure: MeasureAsked | None = None
    reason: Personal[LongText]


class CorrectDecision(OnDecision):
    """Take back the platform's own decision, or make its measure milder."""

    NAME: ClassVar[str] = "correct_decision"

    measure: MeasureAsked | None = None
    reason: Personal[LongText]


class RecordExternalOutcome(OnCase):
    """Record what an authority or a court decided about a person of the case."""

    NAME: ClassVar[str] = "record_external_outcome"

    measure: MeasureAsked
    account: Id | None = None
    person: Personal[ShortText] | None = None
    authority: ShortText
    decided_at: Instant
    reference: Id | None = None


class NotifyAuthority(OnCase):
    """Record that an authority was told."""

    NAME: ClassVar[str] = "notify_authority"

    authority: ShortText
    reference: Id | None = None
    text: Personal[LongText] | None = None


class SettleCounterparty(OnCase):
    """Record the other side's case, or why there is none."""

    NAME: ClassVar[str] = "settle_counterparty"

    other: CaseRef | None = None
    reason: Personal[LongText] | None = None


class MissDeadline(OnCase):
    """Record that a clock ran out. The report, where the clock runs for one, by its id or by that of its stream."""

    NAME: ClassVar[str] = "miss_deadline"

    clock: Id
    report: UUID | ReportRef | None = None


class EndSanction(Command):
    """End a sanction that has run out; without an id, every one of the account that has."""

    NAME: ClassVar[str] = "end_sanction"

    account: Id
    sanction: Id | None = None


class OpenOperation(Command):
    """Begin an operation or a campaign."""

    NAME: ClassVar[str] = "open_operation"

    operation: Id
    title: ShortText
    campaign: bool = False


class AddCaseToOperation(OnCase):
    """Add a case, and the person it concerns, to an operation."""

    NAME: ClassVar[str] = "add_case_to_operation"

    operation: Id
    account: Id | None = None
    person: Personal[ShortText] | None = None
    role: Id | None = None
    region: Id | None = None
    minor: bool = False


class CloseOperation(Command):
    """End an operation."""

    NAME: ClassVar[str] = "close_operation"

    operation: Id
    summary: Personal[LongText] | None = None


class PublishPolicy(Command):
    """Publish a policy pack by its whole text."""

    NAME: ClassVar[str] = "publish_policy"

    text: PackText


COMMAND_TYPES: dict[str, type[Command]] = {
    kind.NAME: kind
    for kind in (
        FileReport,
        GiveFeedback,
        AssignCase,
        ReleaseCase,
        StartVerification,
        AttachEvidence,
        GivePreliminaryResult,
        MarkMajor,
        AddNote,
        ReferCase,
        ProposeDecision,
        ConfirmDecision,
        ReturnDecision,
        LodgeAppeal,
        DecideAppeal,
        CorrectDecision,
        RecordExternalOutcome,
        NotifyAuthority,
        SettleCounterparty,
        MissDeadline,
        MissOperationDeadline,
        MissEvidenceRequestDeadline,
        EndSanction,
        OpenOperation,
        AddCaseToOperation,
        CloseOperation,
        PublishPolicy,
    )
} | {kind.NAME: kind for kind in (*LIST_COMMANDS, *REQUEST_COMMANDS)}
"""Every command by its name."""

"""The ways a command can be refused: one class each, with a code that never changes."""

from typing import ClassVar


class Refused(Exception):  # noqa: N818 - a refusal is named as the sentence it says
    """A command may not take effect. `code` is stable; `reason` says what was wrong and what to do."""

    code: ClassVar[str] = "refused"

    def __init__(self, reason: str) -> None:
        """Keep the sentence that people read."""
        super().__init__(reason)
        self.reason = reason


class ReportConflicts(Refused):
    """The same source system sent this report id before with other content."""

    code = "report_conflicts"


class ReportNotFound(Refused):
    """No report with this id was received."""

    code = "report_not_found"


class ReportNotSettled(Refused):
    """Nothing can be told to the reporter yet."""

    code = "report_not_settled"


class ReporterNotReachable(Refused):
    """The reporter left no contact."""

    code = "reporter_not_reachable"


class FeedbackGivenBefore(Refused):
    """Feedback was given with other content; it is given once."""

    code = "feedback_given_before"


class CaseNotFound(Refused):
    """No such case."""

    code = "case_not_found"


class CaseIsFinal(Refused):
    """The case is decided; only appeals, corrections and outside outcomes remain."""

    code = "case_is_final"


class CaseIsAssignedToAnother(Refused):
    """Another officer holds the case."""

    code = "case_is_assigned_to_another"


class ReferralIncomplete(Refused):
    """A referral names exactly one of department and procedure."""

    code = "referral_incomplete"


class VerificationNotStarted(Refused):
    """The facts are not being verified yet."""

    code = "verification_not_started"


class OutOfOrder(Refused):
    """The command is dated before something this stream already holds."""

    code = "out_of_order"


class EvidenceRequired(Refused):
    """No sanction without at least one piece of evidence."""

    code = "evidence_required"


class EvidenceConflicts(Refused):
    """The same bytes were attached before with other facts about them."""

    code = "evidence_conflicts"


class MeasureNotInOptions(Refused):
    """The chosen measure is not among those the ruling allows."""

    code = "measure_not_in_options"


class MeasureMissing(Refused):
    """A measure that the ruling makes mandatory was left out."""

    code = "measure_missing"


class ReasonRequired(Refused):
    """Leaving the default of the ruling needs a reason."""

    code = "reason_required"


class ViolationUnknown(Refused):
    """The policy pack in force has no such violation."""

    code = "violation_unknown"


class FindingNotJudged(Refused):
    """The policy pack gives no ruling on this finding."""

    code = "finding_not_judged"


class FindingRequired(Refused):
    """A report can be upheld only on a finding; a dismissal carries none."""

    code = "finding_required"


class FindingBeforeContent(Refused):
    """The finding is dated before the content was posted."""

    code = "finding_before_content"


class SubjectNotInCase(Refused):
    """The finding is about another subject or content than the case."""

    code = "subject_not_in_case"


class AlreadyDecided(Refused):
    """A decision on this stands; it can be appealed or corrected, not made again."""

    code = "already_decided"


class AlreadyProposed(Refused):
    """A proposal waits for a second officer."""

    code = "already_proposed"


class NothingProposed(Refused):
    """There is no proposal to confirm or return."""

    code = "nothing_proposed"


class SameOfficer(Refused):
    """The second officer must not be the first."""

    code = "same_officer"


class RulingChanged(Refused):
    """The record moved since the proposal and the ruling is another now; propose again."""

    code = "ruling_changed"


class NotDecided(Refused):
    """The case has no decision yet."""

    code = "not_decided"


class NothingToUndo(Refused):
    """The decision imposed nothing, or all of it was taken back before."""

    code = "nothing_to_undo"


class NoAppealPending(Refused):
    """No appeal waits for a decision."""

    code = "no_appeal_pending"


class AppealPending(Refused):
    """An appeal waits for its decision; decide that first."""

    code = "appeal_pending"


class AppealTooLate(Refused):
    """The term for an appeal has passed, or this decision's appeal was decided before."""

    code = "appeal_too_late"


class NotTheRespondent(Refused):
    """Only the respondent may appeal."""

    code = "not_the_respondent"


class DeciderTookPart(Refused):
    """Whoever decides an appeal must have taken no part in the decision."""

    code = "decider_took_part"


class NotMilder(Refused):
    """A reduced measure must be milder than the one it replaces."""

    code = "not_milder"


class PseudonymUnknown(Refused):
    """The case has no reporter of this pseudonym."""

    code = "pseudonym_unknown"


class PerkNotInPolicy(Refused):
    """The policy grants no such perk."""

    code = "perk_not_in_policy"


class SanctionNotFound(Refused):
    """The account has no such sanction."""

    code = "sanction_not_found"


class SanctionNotOver(Refused):
    """The sanction has not reached its end, or has none."""

    code = "sanction_not_over"


class NoAuthorityNoticeDue(Refused):
    """No authority has to be told of this case."""

    code = "no_authority_notice_due"


class CounterpartyOpen(Refused):
    """The other side of the dealing has neither a finding nor a reason why there is none."""

    code = "counterparty_open"


class NoCounterpartyDue(Refused):
    """No other side has to be examined in this case."""

    code = "no_counterparty_due"


class ClockUnknown(Refused):
    """The policy pack has no such clock, or it does not run on this case."""

    code = "clock_unknown"


class DeadlineNotMissed(Refused):
    """The deadline has not passed, or was met in time."""

    code = "deadline_not_missed"


class OutcomeNotInPolicy(Refused):
    """The policy pack knows no such outcome from outside."""

    code = "outcome_not_in_policy"


class OperationNotFound(Refused):
    """No such operation."""

    code = "operation_not_found"


class OperationExists(Refused):
    """An operation with this id was opened before with other content."""

    code = "operation_exists"


class OperationIsClosed(Refused):
    """The operation is closed."""

    code = "operation_is_closed"


class CaseInOperation(Refused):
    """This person of this case is part of the operation with other facts."""

    code = "case_in_operation"


class PolicyVersionExists(Refused):
    """This version was published with other text; a changed text needs a new version."""

    code = "policy_version_exists"


class PolicyForAnotherPlatform(Refused):
    """The pack's own text names another platform."""

    code = "policy_for_another_platform"


class PolicyInvalid(Refused):
    """The pack has faults; the reason names each."""

    code = "policy_invalid"


class NoPolicyInForce(Refused):
    """No published policy version applies at this time."""

    code = "no_policy_in_force"

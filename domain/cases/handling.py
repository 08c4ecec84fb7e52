"""What may be done to a case before it is decided, and the notes and outside facts that may follow at any time."""

from typing import assert_never

from domain import facts
from domain.cases import events as e
from domain.cases import later_events as later
from domain.cases.state import Case
from domain.cases.values import MeasureTaken
from domain.commands import (
    AddNote,
    AssignCase,
    AttachEvidence,
    GivePreliminaryResult,
    MarkMajor,
    NotifyAuthority,
    RecordExternalOutcome,
    ReferCase,
    ReleaseCase,
    StartVerification,
)
from domain.decision_errors import PersonNotInCase, PersonNotNamed
from domain.errors import (
    CaseIsAssignedToAnother,
    CaseIsFinal,
    CaseNotFound,
    CounterpartyOpen,
    EvidenceConflicts,
    NoAuthorityNoticeDue,
    OutcomeNotInPolicy,
    OutOfOrder,
    ReferralIncomplete,
    VerificationNotStarted,
)
from domain.events import Event, Stamp
from domain.facts import Facts
from domain.policy.pack import Pack
from domain.recorded import Role
from domain.streams import StreamId

BeforeDecision = AssignCase | ReleaseCase | StartVerification | GivePreliminaryResult | MarkMajor | ReferCase
AtAnyTime = AttachEvidence | AddNote | NotifyAuthority


def handle(stream: StreamId, case: Case | None, command: BeforeDecision | AtAnyTime, stamp: Stamp) -> Facts:
    """What a reviewer's command causes. Empty when the case is so already, or has seen this command."""
    case = found(case)
    if stamp.cause.command_id in case.commands:
        return ()
    in_order(case, stamp)
    event: Event | None
    if isinstance(command, AttachEvidence):
        event = _attached(case, command, stamp)
    elif isinstance(command, AddNote):
        event = e.CaseNoteAdded(occurred_at=stamp.at, cause=stamp.cause, text=command.text)
    elif isinstance(command, NotifyAuthority):
        event = _notified(case, command, stamp)
    else:
        event = _before_decision(case, command, stamp)
    return () if event is None else facts.of(stream, event)


def found(case: Case | None) -> Case:
    """The case, which must exist."""
    if case is None:
        raise CaseNotFound("no such case; a case opens with its first admitted report")
    return case


def in_order(case: Case, stamp: Stamp) -> None:
    """Refuse what is dated before the last thing an officer did: the ledger's order is the order of facts."""
    if stamp.at < case.latest_at:
        raise OutOfOrder(f"dated {stamp.at.isoformat()}, but the case has moved on at {case.latest_at.isoformat()}")


def not_final(case: Case) -> None:
    """Refuse what only makes sense while something is left to decide."""
    if case.is_final:
        raise CaseIsFinal("the case is decided; only appeals, corrections, notes and outside facts remain")


def not_anothers(case: Case, stamp: Stamp) -> None:
    """Refuse an officer who acts on a case that another holds."""
    if case.officer is not None and case.officer != stamp.cause.actor:
        raise CaseIsAssignedToAnother(f"{case.officer!r} holds the case; it must be released first")


def record_external_outcome(
    stream: StreamId,
    case: Case | None,
    pack: Pack,
    command: RecordExternalOutcome,
    stamp: Stamp,
) -> Facts:
    """Record an authority's decision about a person of the case; only kinds that the policy knows.

    It is theirs to contest where it was made: here it is a fact, and no appeal is lodged against it.
    """
    case = found(case)
    if stamp.cause.command_id in case.commands:
        return ()
    in_order(case, stamp)
    if command.measure.kind not in pack.external_outcomes:
        known = ", ".join(pack.external_outcomes) or "none"
        raise OutcomeNotInPolicy(f"{command.measure.kind.value!r} is no outcome of this policy; known: {known}")
    return facts.of(
        stream,
        later.CaseExternalOutcomeRecorded(
            occurred_at=stamp.at,
            cause=stamp.cause,
            account=_person(case, command.account),
            person=command.person,
            measure=MeasureTaken(kind=command.measure.kind.value, duration=command.measure.duration),
            authority=command.authority,
            decided_at=command.decided_at,
            reference=command.reference,
        ),
    )


def _person(case: Case, account: str | None) -> str | None:
    """Whom it is about: the account named, or the only one of the case; nobody known where the case knows none."""
    persons = case.persons
    if account is None:
        if len(persons) > 1:
            raise PersonNotNamed(f"the case is about {len(persons)} persons; name the account of the one meant")
        return persons[0] if persons else None
    if account not in persons:
        raise PersonNotInCase(f"{account!r} is nobody of this case: neither reported nor in a finding of it")
    return account


def _before_decision(case: Case, command: BeforeDecision, stamp: Stamp) -> Event | None:
    not_final(case)
    if isinstance(command, AssignCase):
        return _assign(case, command, stamp)
    not_anothers(case, stamp)
    at, cause = stamp.at, stamp.cause
    match command:
        case ReleaseCase():
            return None if case.officer is None else e.CaseReleased(occurred_at=at, cause=cause, officer=case.officer)
        case StartVerification():
            return None if case.verification_started else e.CaseVerificationStarted(occurred_at=at, cause=cause)
        case GivePreliminaryResult():
            if not case.verification_started:
                raise VerificationNotStarted("a result needs a verification; start it first")
            return e.CasePreliminaryResultGiven(occurred_at=at, cause=cause, result=command.result)
        case MarkMajor():
            return None if case.major else e.CaseMarkedMajor(occurred_at=at, cause=cause, reason=command.reason)
        case ReferCase():
            return _refer(case, command, stamp)
        case unknown:
            assert_never(unknown)


def _assign(case: Case, command: AssignCase, stamp: Stamp) -> Event | None:
    officer = command.officer or stamp.cause.actor
    if case.officer == officer:
        return None
    if stamp.cause.role is not Role.SENIOR_REVIEWER:
        not_anothers(case, stamp)
    return e.CaseAssigned(occurred_at=stamp.at, cause=stamp.cause, officer=officer)


def _refer(case: Case, command: ReferCase, stamp: Stamp) -> Event:
    if case.counterparties_due:
        raise CounterpartyOpen("the other side is examined in this case, or a reason is recorded why it is not")
    if (command.department is None) == (command.procedure is None):
        raise ReferralIncomplete("name either the department or the procedure that the case goes to")
    return e.CaseReferred(
        occurred_at=stamp.at,
        cause=stamp.cause,
        department=command.department,
        procedure=command.procedure,
        reason=command.reason,
    )


def _attached(case: Case, command: AttachEvidence, stamp: Stamp) -> Event | None:
    known = case.evidence.get(command.evidence.sha256)
    if known == command.evidence:
        return None
    if known is not None:
        raise EvidenceConflicts("these bytes were attached with other facts about them; a fact is not changed")
    return e.CaseEvidenceAttached(occurred_at=stamp.at, cause=stamp.cause, evidence=command.evidence)


def _notified(case: Case, command: NotifyAuthority, stamp: Stamp) -> Event:
    if not case.notices_due:
        raise NoAuthorityNoticeDue("no decision of this case obliges the platform to tell an authority now")
    return e.CaseAuthorityNotified(
        occurred_at=stamp.at,
        cause=stamp.cause,
        authority=command.authority,
        reference=command.reference,
        text=command.text,
    )

"""From what an officer asked for to findings: about whom and what, in the order in which they are judged."""

from datetime import datetime

from domain.cases.state import Case
from domain.command_values import FindingDecided, SubjectRef
from domain.commands import ProposeDecision
from domain.decision_errors import FindingRepeated, FindingsMixed
from domain.errors import (
    AlreadyDecided,
    FindingBeforeContent,
    FindingRequired,
    SubjectNotInCase,
)
from domain.policy.finding import Finding, Subject
from domain.values import Outcome

About = tuple[str, str, str | None, str | None]
"""What tells one finding of a case from another: subject type, subject, content, respondent."""


def findings_of(case: Case, command: ProposeDecision, at: datetime) -> tuple[tuple[FindingDecided, Finding], ...]:
    """The findings that the command asks for, each with its choice; none for a dismissal.

    Raises `FindingRequired`, `FindingsMixed`, `SubjectNotInCase`, `FindingRepeated`, `AlreadyDecided` or
    `FindingBeforeContent`.
    """
    asked = _asked(command)
    if asked:
        _about_the_case(case, asked[0])
    findings = tuple(_finding(case, each, at) for each in asked)
    seen: set[About] = set()
    for finding in findings:
        about = _about(finding)
        if about in seen:
            raise FindingRepeated("two findings about the same respondent, subject and content are one finding")
        seen.add(about)
    _not_decided(case, seen)
    for finding in findings:
        _after_content(finding)
    return tuple(zip(asked, findings, strict=True))


def _asked(command: ProposeDecision) -> tuple[FindingDecided, ...]:
    chosen = command.measure or command.content_measures or command.add
    if command.outcome is Outcome.DISMISSED:
        if command.finding or command.findings or chosen:
            raise FindingRequired("a dismissal carries no finding and no measure")
        return ()
    if command.findings:
        if command.finding or chosen or command.associated:
            raise FindingsMixed("with several findings each holds its own measures and associated parties")
        return tuple(
            each if each.reason is not None else each.model_copy(update={"reason": command.reason})
            for each in command.findings
        )
    if command.finding is None:
        raise FindingRequired("a report is upheld on a finding: name at least one violation code")
    return (
        FindingDecided.model_construct(
            **dict(command.finding),
            measure=command.measure,
            content_measures=command.content_measures,
            add=command.add,
            reason=command.reason,
            associated=command.associated,
        ),
    )


def _about_the_case(case: Case, asked: FindingDecided) -> None:
    """Refuse a decision that does not begin with what was reported."""
    opened = case.opened
    if asked.subject is not None and asked.subject != _subject(case):
        raise SubjectNotInCase(
            f"the case is about {opened.subject_type} {opened.subject!r}; the first finding is about that"
        )
    if asked.content is not None and asked.content != opened.content:
        raise SubjectNotInCase("the case is about another content; the first finding is about that")


def _finding(case: Case, asked: FindingDecided, at: datetime) -> Finding:
    """The finding at this moment. What is left out is taken from the case; of another subject only the respondent."""
    opened = case.opened
    subject = asked.subject or _subject(case)
    content = asked.content or (opened.content if subject == _subject(case) else None)
    is_own = subject == _subject(case) and content == opened.content
    return Finding(
        at=at,
        subject=Subject(type=subject.type, id=subject.id),
        respondent=asked.respondent or case.respondent,
        content=content,
        posted_at=asked.posted_at or (opened.posted_at if is_own else None),
        codes=asked.codes,
        severity=asked.severity,
        flags=asked.flags,
        role=asked.role,
    )


def _subject(case: Case) -> SubjectRef:
    return SubjectRef.model_validate({"type": case.opened.subject_type, "id": case.opened.subject})


def _about(finding: Finding) -> About:
    return finding.subject.type.value, finding.subject.id, finding.content, finding.respondent


def _not_decided(case: Case, asked: set[About]) -> None:
    """Refuse to decide again what stands: a dismissal of the whole case, or a finding about the same."""
    for decision in case.standing:
        made = decision.made.finding
        if made is None or not asked:
            raise AlreadyDecided("a decision stands; it can be appealed or corrected, not made again")
        if (made.subject_type, made.subject, made.content, made.respondent) in asked:
            raise AlreadyDecided("a finding about this stands; it can be appealed or corrected, not made again")


def _after_content(finding: Finding) -> None:
    posted_at = finding.posted_at
    if posted_at is not None and finding.at < posted_at:
        raise FindingBeforeContent(f"found at {finding.at.isoformat()}, but posted at {posted_at.isoformat()}")

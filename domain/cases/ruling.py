"""From a finding to what the policy makes of it: the ruling, and the officer's choice from it."""

from dataclasses import dataclass
from datetime import datetime

from domain.accounts.state import Account
from domain.cases.values import Choice, FindingMade, MeasureTaken, RulingMade
from domain.command_values import FindingDecided
from domain.errors import (
    FindingNotJudged,
    MeasureMissing,
    MeasureNotInOptions,
    OutOfOrder,
    ReasonRequired,
    Refused,
    ViolationUnknown,
)
from domain.policy.decision import parts_of, refusals
from domain.policy.errors import ChoiceCode, JudgeCode, JudgeRefused
from domain.policy.finding import Finding, Ruling
from domain.policy.judge import facts_of, judge
from domain.policy.kinds import MeasureRole
from domain.policy.measures import Measure
from domain.policy.pack import Pack
from domain.values import PackRef


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding with its ruling, in the engine's form and as they are stored."""

    finding: Finding
    ruling: Ruling
    made: FindingMade
    stored: RulingMade


_REFUSAL_OF_CHOICE: dict[ChoiceCode, type[Refused]] = {
    ChoiceCode.MEASURE_REPEATED: MeasureNotInOptions,
    ChoiceCode.MEASURE_MISSING: MeasureMissing,
    ChoiceCode.OPTION_MISSING: MeasureMissing,
    ChoiceCode.SEVERAL_OPTIONS: MeasureNotInOptions,
    ChoiceCode.MEASURE_NOT_IN_OPTIONS: MeasureNotInOptions,
    ChoiceCode.REASON_REQUIRED: ReasonRequired,
}


_FOREMOST = (ChoiceCode.MEASURE_NOT_IN_OPTIONS, ChoiceCode.SEVERAL_OPTIONS)
"""What names a choice best that has several problems: a wrong measure also leaves the right one missing."""


def holder_of(finding: Finding | FindingMade) -> str:
    """Whose record counts: the respondent's, or that of the subject itself where nobody answers for it."""
    if finding.respondent is not None:
        return finding.respondent
    if isinstance(finding, FindingMade):
        return f"{finding.subject_type}:{finding.subject}"
    return f"{finding.subject.type}:{finding.subject.id}"


def pack_ref(pack: Pack) -> PackRef:
    """Which text was applied, as events name it."""
    return PackRef(platform=pack.platform, version=pack.version, digest=pack.digest)


def finding_again(made: FindingMade, at: datetime) -> Finding:
    """A stored finding, established anew at another moment."""
    return Finding.model_validate(
        {
            **made.model_dump(exclude={"subject_type", "subject"}),
            "subject": {"type": made.subject_type, "id": made.subject},
            "at": at,
        }
    )


def judged(pack: Pack, account: Account | None, finding: Finding) -> Judged:
    """The ruling on the finding and the record as it stands."""
    record = (account or Account()).entries
    if account is not None and account.latest_at is not None and finding.at < account.latest_at:
        raise OutOfOrder(f"found at {finding.at.isoformat()}, but the record moved at {account.latest_at.isoformat()}")
    try:
        ruling = judge(pack, record, finding)
        severity = facts_of(pack, record, finding).severity
    except JudgeRefused as refusal:
        kind = ViolationUnknown if refusal.code == JudgeCode.UNKNOWN_CODE else FindingNotJudged
        raise kind(f"{refusal.code}: {refusal.reason}") from refusal
    return Judged(finding, ruling, _made(finding), _stored(pack, ruling, severity.value))


def choice_of(pack: Pack, found: Judged, asked: FindingDecided) -> Choice:
    """What the officer chose from the ruling, checked against it."""
    ruling = found.ruling
    party = ruling.party_measures.default if asked.measure is None else asked.measure
    content = ruling.content_measures if asked.content_measures is None else asked.content_measures
    chosen = (party,) if isinstance(party, Measure) else ()
    measures = (*content, *chosen, *ruling.also, *asked.add)
    outside = [str(measure) for measure in measures if measure.role is MeasureRole.EXTERNAL]
    if outside:
        raise MeasureNotInOptions(f"{', '.join(outside)}: decided by an authority, recorded here and never chosen")
    problems = refusals(pack, found.finding, ruling, measures, asked.reason)
    if problems:
        foremost = next((problem for problem in problems if problem.code in _FOREMOST), problems[0])
        kind = _REFUSAL_OF_CHOICE[ChoiceCode(foremost.code)]
        raise kind("; ".join(problem.reason for problem in problems))
    parts = parts_of(pack, found.finding, ruling, measures)
    return Choice(
        content_measures=taken(parts.content),
        party_measure=taken(parts.party)[0] if parts.party else None,
        also=taken(parts.also),
        added=taken(parts.beyond),
    )


def still_allowed(pack: Pack, found: Judged, choice: Choice, reason: str | None) -> bool:
    """Whether a choice made earlier is valid against this ruling."""
    party = () if choice.party_measure is None else (choice.party_measure,)
    chosen = (*choice.content_measures, *party, *choice.also, *choice.added)
    measures = [Measure.model_validate(measure.model_dump()) for measure in chosen]
    return not refusals(pack, found.finding, found.ruling, measures, reason)


def same_outcome(one: RulingMade, other: RulingMade) -> bool:
    """Whether two rulings give the same measures by the same rule, whichever past events they counted."""
    return one.model_copy(update={"because": ()}) == other.model_copy(update={"because": ()})


def taken(measures: tuple[Measure, ...]) -> tuple[MeasureTaken, ...]:
    """Measures as they are stored."""
    return tuple(MeasureTaken(kind=measure.kind.value, duration=measure.duration) for measure in measures)


def _made(finding: Finding) -> FindingMade:
    return FindingMade(
        at=finding.at,
        subject_type=finding.subject.type.value,
        subject=finding.subject.id,
        respondent=finding.respondent,
        content=finding.content,
        posted_at=finding.posted_at,
        codes=finding.codes,
        severity=finding.severity and finding.severity.value,
        flags=tuple(flag.value for flag in finding.flags),
        role=finding.role and finding.role.value,
    )


def _stored(pack: Pack, ruling: Ruling, severity: str) -> RulingMade:
    default = ruling.party_measures.default
    return RulingMade(
        rule=ruling.rule,
        explanation=ruling.explanation.value,
        severity=severity,
        content_measures=taken(ruling.content_measures),
        options=taken(ruling.party_measures.options),
        default=None if default is None else taken((default,))[0],
        also=taken(ruling.also),
        because=ruling.because,
        appeal=ruling.appeal.value,
        no_penalty=pack.rules[ruling.rule].no_penalty,
    )

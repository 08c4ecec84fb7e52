"""A proposal or decision of a case as it stands, with the words of the policy that was applied."""

from collections.abc import Sequence
from dataclasses import dataclass

from caseledger.queries.packs import Title, pack_of_digest, titles
from caseledger.queries.ports import Reading
from domain.cases import events as e
from domain.cases.state import Case
from domain.cases.values import FindingMade, MeasureTaken, RulingMade
from domain.policy.instants import utc_text
from domain.policy.pack import Pack


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A proposal or a decision with all it rests on; measures are in the short form of packs, `mute:P7D`."""

    decision: int
    outcome: str
    at: str
    proposed_by: str
    confirmed_by: str | None
    second_officer_required: bool | None
    respondent: str | None
    subject_type: str | None
    subject: str | None
    content: str | None
    codes: tuple[Title, ...]
    severity: str | None
    flags: tuple[str, ...]
    role: str | None
    rule: str | None
    clause: str | None
    explanation: str | None
    options: tuple[str, ...]
    default: str | None
    chosen: str | None
    content_measures: tuple[str, ...]
    also: tuple[str, ...]
    added: tuple[str, ...]
    because: tuple[str, ...]
    policy_version: str
    policy_digest: str
    evidence: tuple[str, ...]
    taken_back: bool


def proposed(reading: Reading, case: Case) -> tuple[DecisionView, ...]:
    """The proposals that wait."""
    packs = _Packs(reading)
    return tuple(
        decision_view(proposal, packs.of(proposal), proposal.cause.actor, None, (), taken_back=False)
        for proposal in case.pending
    )


def decided(reading: Reading, case: Case) -> tuple[DecisionView, ...]:
    """The decisions that were made, in order."""
    packs = _Packs(reading)
    return tuple(
        decision_view(
            made,
            packs.of(made),
            made.proposed_by,
            made.confirmed_by,
            made.evidence,
            taken_back=made.decision in case.taken_back,
        )
        for made in (decision.made for decision in case.decisions.values())
    )


class _Packs:
    """The packs that decisions of a case were made under, each looked up once."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._known: dict[str, Pack | None] = {}

    def of(self, made: e.CaseDecisionProposed | e.CaseDecided) -> Pack | None:
        digest = made.policy.digest
        if digest not in self._known:
            self._known[digest] = pack_of_digest(self._reading.ledger, self._reading.platform, digest)
        return self._known[digest]


def decision_view(
    made: e.CaseDecisionProposed | e.CaseDecided,
    pack: Pack | None,
    proposed_by: str,
    confirmed_by: str | None,
    evidence: tuple[str, ...],
    *,
    taken_back: bool,
) -> DecisionView:
    """A proposal or decision in the words of the pack that was applied, where that is known."""
    finding, ruling, choice = made.finding, made.ruling, made.choice
    rule = pack.rules.get(ruling.rule) if pack and ruling else None
    return DecisionView(
        decision=made.decision,
        outcome=made.outcome.value,
        at=utc_text(made.occurred_at),
        proposed_by=proposed_by,
        confirmed_by=confirmed_by,
        second_officer_required=made.second_officer_required if isinstance(made, e.CaseDecisionProposed) else None,
        respondent=finding.respondent if finding else None,
        subject_type=finding.subject_type if finding else None,
        subject=finding.subject if finding else None,
        content=finding.content if finding else None,
        codes=titles(pack, finding.codes) if finding else (),
        severity=_severity(finding, ruling),
        flags=finding.flags if finding else (),
        role=finding.role if finding else None,
        rule=ruling.rule if ruling else None,
        clause=rule.source if rule else None,
        explanation=ruling.explanation if ruling else None,
        options=_short(ruling.options) if ruling else (),
        default=short(ruling.default) if ruling else None,
        chosen=short(choice.party_measure) if choice else None,
        content_measures=_short(choice.content_measures) if choice else (),
        also=_short(choice.also) if choice else (),
        added=_short(choice.added) if choice else (),
        because=ruling.because if ruling else (),
        policy_version=made.policy.version,
        policy_digest=made.policy.digest,
        evidence=evidence,
        taken_back=taken_back,
    )


def short(measure: MeasureTaken | None) -> str | None:
    """A measure in the short form of packs, such as `mute:P7D`."""
    if measure is None:
        return None
    return measure.kind if measure.duration is None else f"{measure.kind}:{measure.duration}"


def _short(measures: Sequence[MeasureTaken]) -> tuple[str, ...]:
    return tuple(text for text in map(short, measures) if text is not None)


def _severity(finding: FindingMade | None, ruling: RulingMade | None) -> str | None:
    if ruling is not None:
        return ruling.severity
    return finding.severity if finding else None

"""What follows from one decision, in the same append: entries on the respondent's record, and duties of the case."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.accounts import events as a
from domain.cases import events as e
from domain.cases.values import Choice, FindingMade, MeasureTaken, RulingMade
from domain.events import Event, Stamp
from domain.policy.kinds import KINDS, Kind, MeasureRole, Target
from domain.policy.measures import Measure, ends_at
from domain.policy.pack import Pack
from domain.policy.vocabulary import EntryCause, Explanation, SubjectType
from domain.values import AssociatedParty, PartyType

_DONE_ELSEWHERE = (Kind.LIST_HIGH_RISK, Kind.NOTIFY_AUTHORITY, Kind.PURSUE_COUNTERPARTY, Kind.TRANSFER_TO_AUTHORITY)
"""Extras that are a listing or a duty of the case, and no sanction of the account."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision about one finding: in which case, under which pack, and on whose record it goes."""

    case: UUID
    pack: Pack
    holder: str
    decided: e.CaseDecided
    finding: FindingMade
    ruling: RulingMade
    choice: Choice
    stamp: Stamp


def duties(verdict: Verdict) -> tuple[Event, ...]:
    """What the platform owes from now on because of the decision."""
    kinds = {measure.kind for measure in _extras(verdict)}
    at, cause, number = verdict.stamp.at, verdict.stamp.cause, verdict.decided.decision
    owed: list[Event] = []
    if Kind.NOTIFY_AUTHORITY in kinds:
        owed.append(e.CaseAuthorityNoticeDue(occurred_at=at, cause=cause, decision=number))
    if Kind.PURSUE_COUNTERPARTY in kinds:
        owed.append(e.CaseCounterpartyDue(occurred_at=at, cause=cause, decision=number))
    return tuple(owed)


def entries(verdict: Verdict) -> tuple[Event, ...]:
    """What the decision puts on the holder's record: a removal, the sanctions, a bar, a listing."""
    finding, choice = verdict.finding, verdict.choice
    made: list[Event] = []
    if _deletes(choice) and finding.content is not None and finding.respondent is not None:
        made.append(_removal(verdict, finding.content))
    party = () if choice.party_measure is None else (choice.party_measure,)
    made.extend(_sanction(verdict, measure) for measure in (*party, *_extras(verdict)) if _is_sanction(measure))
    if any(measure.kind == Kind.FORBID_REREGISTRATION for measure in _extras(verdict)):
        made.append(_bar(verdict))
    listing = next((measure for measure in _extras(verdict) if measure.kind == Kind.LIST_HIGH_RISK), None)
    if listing is not None:
        made.append(_listing(verdict, listing))
    return tuple(made)


def sanction_ends(pack: Pack, kind: str, duration: str | None, starts_at: datetime) -> datetime | None:
    """When a measure that started then runs out, on the wall clock of the pack's zone."""
    return ends_at(Measure(kind=Kind(kind), duration=duration), starts_at, pack.zone)


def _extras(verdict: Verdict) -> tuple[MeasureTaken, ...]:
    return (*verdict.choice.also, *verdict.choice.added)


def _deletes(choice: Choice) -> bool:
    return any(measure.kind == Kind.DELETE_CONTENT for measure in (*choice.content_measures, *choice.added))


def _is_sanction(measure: MeasureTaken) -> bool:
    """Whether the measure is imposed on the holder: not what acts on content or news, nor what an authority decides."""
    kind = KINDS[Kind(measure.kind)]
    on_content = kind.role is MeasureRole.CONTENT or kind.target is Target.NEWS_ITEM
    return measure.kind not in _DONE_ELSEWHERE and kind.role is not MeasureRole.EXTERNAL and not on_content


def _removal(verdict: Verdict, content: str) -> Event:
    return a.AccountContentRemoved(
        occurred_at=verdict.stamp.at,
        cause=verdict.stamp.cause,
        account=verdict.holder,
        case=verdict.case,
        decision=verdict.decided.decision,
        content=content,
        codes=verdict.finding.codes,
        severity=verdict.ruling.severity,
        time_barred=verdict.ruling.no_penalty,
        rule=verdict.ruling.rule,
        policy=verdict.decided.policy,
    )


def _sanction(verdict: Verdict, measure: MeasureTaken) -> Event:
    ruling, at = verdict.ruling, verdict.stamp.at
    return a.AccountSanctionImposed(
        occurred_at=at,
        cause=verdict.stamp.cause,
        account=verdict.holder,
        case=verdict.case,
        decision=verdict.decided.decision,
        subject_type=verdict.finding.subject_type,
        codes=verdict.finding.codes,
        severity=ruling.severity,
        kind=measure.kind,
        duration=measure.duration,
        measure_role=KINDS[Kind(measure.kind)].role.value,
        targets=_targets(verdict, measure),
        cause_of_entry=_cause_of_entry(ruling).value,
        starts_at=at,
        ends_at=sanction_ends(verdict.pack, measure.kind, measure.duration, at),
        rule=ruling.rule,
        explanation=ruling.explanation,
        because=ruling.because,
        policy=verdict.decided.policy,
        replaces=None,
    )


def _cause_of_entry(ruling: RulingMade) -> EntryCause:
    """By the ruling, not by what was chosen from it: a substitute for the removal changes nothing here."""
    if ruling.explanation == Explanation.MALICIOUS_REPORTER:
        return EntryCause.MALICIOUS_REPORT
    deletes = any(measure.kind == Kind.DELETE_CONTENT for measure in ruling.content_measures)
    return EntryCause.CONTENT_REMOVAL if deletes else EntryCause.CONDUCT


def _targets(verdict: Verdict, measure: MeasureTaken) -> tuple[str, ...]:
    """What the measure acts on: the sites for a site measure, the group for a group's, else the holder."""
    target, finding = KINDS[Kind(measure.kind)].target, verdict.finding
    if target is Target.SITE:
        sites = [party.id for party in verdict.decided.associated if party.type is PartyType.SITE]
        own = [finding.subject] if finding.subject_type == SubjectType.SITE else []
        return tuple(dict.fromkeys((*own, *sites)))
    return (finding.subject,) if target is Target.GROUP else (verdict.holder,)


def _bar(verdict: Verdict) -> Event:
    return a.AccountRegistrationBarred(
        occurred_at=verdict.stamp.at,
        cause=verdict.stamp.cause,
        account=verdict.holder,
        case=verdict.case,
        decision=verdict.decided.decision,
    )


def _listing(verdict: Verdict, listing: MeasureTaken) -> Event:
    rules, finding, decided = verdict.pack.blacklist, verdict.finding, verdict.decided
    subject: tuple[AssociatedParty, ...] = ()
    if finding.subject_type in (SubjectType.SITE, SubjectType.ENTERPRISE):
        subject = (AssociatedParty(type=PartyType(finding.subject_type), id=finding.subject),)
    known = {(party.type, party.id) for party in decided.associated}
    return a.AccountListedHighRisk(
        occurred_at=verdict.stamp.at,
        cause=verdict.stamp.cause,
        account=verdict.holder,
        case=verdict.case,
        decision=decided.decision,
        subject_type=finding.subject_type,
        subject=finding.subject,
        codes=finding.codes,
        label=(rules and rules.label) or "",
        parties=(*(party for party in subject if (party.type, party.id) not in known), *decided.associated),
        ends_at=sanction_ends(verdict.pack, listing.kind, listing.duration, verdict.stamp.at),
        policy=decided.policy,
    )

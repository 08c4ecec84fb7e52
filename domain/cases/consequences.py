"""What follows from a decision, in the same append: entries on the record, duties of the case, credit to reporters."""

from datetime import datetime

from domain import facts
from domain.accounts import events as a
from domain.cases import events as e
from domain.cases.bench import Bench
from domain.cases.state import Case
from domain.cases.values import Choice, FindingMade, MeasureTaken, RulingMade
from domain.events import Event, Stamp
from domain.facts import Facts
from domain.policy.kinds import KINDS, Kind, MeasureRole, Target
from domain.policy.measures import Measure, ends_at
from domain.policy.vocabulary import EntryCause, Explanation, SubjectType
from domain.reporters.crediting import credit
from domain.values import AssociatedParty, Outcome, PartyType

_DONE_ELSEWHERE = (Kind.LIST_HIGH_RISK, Kind.NOTIFY_AUTHORITY, Kind.PURSUE_COUNTERPARTY, Kind.TRANSFER_TO_AUTHORITY)
"""Extras that are a listing or a duty of the case, and no sanction of the account."""


def consequences(bench: Bench, case: Case, decided: e.CaseDecided, perk: str | None, stamp: Stamp) -> Facts:
    """All that the decision causes beside itself."""
    made: Facts = ()
    if decided.outcome is Outcome.UPHELD and decided.finding and decided.ruling and decided.choice:
        entries = _entries(bench, decided, decided.finding, decided.ruling, decided.choice, stamp)
        made = (*facts.of(bench.stream, *_duties(decided, decided.choice, stamp)), *facts.of(bench.record, *entries))
    return (*made, *credit(bench, case, decided, perk, stamp))


def sanction_ends(bench: Bench, kind: str, duration: str | None, starts_at: datetime) -> datetime | None:
    """When a measure that started then runs out, on the wall clock of the pack's zone."""
    return ends_at(Measure(kind=Kind(kind), duration=duration), starts_at, bench.pack.zone)


def _duties(decided: e.CaseDecided, choice: Choice, stamp: Stamp) -> tuple[Event, ...]:
    kinds = {measure.kind for measure in (*choice.also, *choice.added)}
    number = decided.decision
    duties: list[Event] = []
    if Kind.NOTIFY_AUTHORITY in kinds:
        duties.append(e.CaseAuthorityNoticeDue(occurred_at=stamp.at, cause=stamp.cause, decision=number))
    if Kind.PURSUE_COUNTERPARTY in kinds:
        duties.append(e.CaseCounterpartyDue(occurred_at=stamp.at, cause=stamp.cause, decision=number))
    return tuple(duties)


def _entries(
    bench: Bench,
    decided: e.CaseDecided,
    finding: FindingMade,
    ruling: RulingMade,
    choice: Choice,
    stamp: Stamp,
) -> tuple[Event, ...]:
    deletes = any(measure.kind == Kind.DELETE_CONTENT for measure in choice.content_measures)
    entries: list[Event] = []
    if deletes and finding.content is not None and finding.respondent is not None:
        entries.append(_removal(bench, decided, finding.content, finding, ruling, stamp))
    extras = (*choice.also, *choice.added)
    party = () if choice.party_measure is None else (choice.party_measure,)
    entries.extend(
        _sanction(bench, decided, measure, finding, ruling, deletes, stamp)
        for measure in (*party, *extras)
        if measure.kind not in _DONE_ELSEWHERE and KINDS[Kind(measure.kind)].target is not Target.NEWS_ITEM
    )
    if any(measure.kind == Kind.FORBID_REREGISTRATION for measure in extras):
        entries.append(
            a.AccountRegistrationBarred(
                occurred_at=stamp.at,
                cause=stamp.cause,
                account=bench.holder,
                case=bench.stream.uuid,
                decision=decided.decision,
            )
        )
    listing = next((measure for measure in extras if measure.kind == Kind.LIST_HIGH_RISK), None)
    if listing is not None:
        entries.append(_listing(bench, decided, listing, finding, stamp))
    return tuple(entries)


def _removal(
    bench: Bench,
    decided: e.CaseDecided,
    content: str,
    finding: FindingMade,
    ruling: RulingMade,
    stamp: Stamp,
) -> Event:
    return a.AccountContentRemoved(
        occurred_at=stamp.at,
        cause=stamp.cause,
        account=bench.holder,
        case=bench.stream.uuid,
        decision=decided.decision,
        content=content,
        codes=finding.codes,
        severity=ruling.severity,
        time_barred=ruling.no_penalty,
        rule=ruling.rule,
        policy=decided.policy,
    )


def _sanction(
    bench: Bench,
    decided: e.CaseDecided,
    measure: MeasureTaken,
    finding: FindingMade,
    ruling: RulingMade,
    deletes: bool,  # noqa: FBT001 - a fact about the choice, not a switch
    stamp: Stamp,
) -> Event:
    return a.AccountSanctionImposed(
        occurred_at=stamp.at,
        cause=stamp.cause,
        account=bench.holder,
        case=bench.stream.uuid,
        decision=decided.decision,
        subject_type=finding.subject_type,
        codes=finding.codes,
        severity=ruling.severity,
        kind=measure.kind,
        duration=measure.duration,
        measure_role=KINDS[Kind(measure.kind)].role.value,
        targets=_targets(bench, decided, measure, finding),
        cause_of_entry=_cause_of_entry(measure, ruling, deletes).value,
        starts_at=stamp.at,
        ends_at=sanction_ends(bench, measure.kind, measure.duration, stamp.at),
        rule=ruling.rule,
        explanation=ruling.explanation,
        because=ruling.because,
        policy=decided.policy,
        replaces=None,
    )


def _cause_of_entry(measure: MeasureTaken, ruling: RulingMade, deletes: bool) -> EntryCause:  # noqa: FBT001
    if KINDS[Kind(measure.kind)].role is MeasureRole.EXTERNAL:
        return EntryCause.EXTERNAL
    if ruling.explanation == Explanation.MALICIOUS_REPORTER:
        return EntryCause.MALICIOUS_REPORT
    return EntryCause.CONTENT_REMOVAL if deletes else EntryCause.CONDUCT


def _targets(bench: Bench, decided: e.CaseDecided, measure: MeasureTaken, finding: FindingMade) -> tuple[str, ...]:
    """What the measure acts on: the sites for a site measure, the group for a group's, else the holder."""
    target = KINDS[Kind(measure.kind)].target
    if target is Target.SITE:
        sites = [party.id for party in decided.associated if party.type is PartyType.SITE]
        own = [finding.subject] if finding.subject_type == SubjectType.SITE else []
        return tuple(dict.fromkeys((*own, *sites)))
    return (finding.subject,) if target is Target.GROUP else (bench.holder,)


def _listing(bench: Bench, decided: e.CaseDecided, listing: MeasureTaken, finding: FindingMade, stamp: Stamp) -> Event:
    rules = bench.pack.blacklist
    subject: tuple[AssociatedParty, ...] = ()
    if finding.subject_type in (SubjectType.SITE, SubjectType.ENTERPRISE):
        subject = (AssociatedParty(type=PartyType(finding.subject_type), id=finding.subject),)
    known = {(party.type, party.id) for party in decided.associated}
    return a.AccountListedHighRisk(
        occurred_at=stamp.at,
        cause=stamp.cause,
        account=bench.holder,
        case=bench.stream.uuid,
        decision=decided.decision,
        subject_type=finding.subject_type,
        subject=finding.subject,
        codes=finding.codes,
        label=(rules and rules.label) or "",
        parties=(*(party for party in subject if (party.type, party.id) not in known), *decided.associated),
        ends_at=sanction_ends(bench, listing.kind, listing.duration, stamp.at),
        policy=decided.policy,
    )

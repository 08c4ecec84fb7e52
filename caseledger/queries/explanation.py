"""Why a sanction was imposed: finding, rule, the window it counted in, what it counted, who chose; and judged again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from caseledger.queries.counting import CountTold, counts_of
from caseledger.queries.decision_view import DecisionView, decision_view, short
from caseledger.queries.errors import NotAQuestion, NotFound
from caseledger.queries.history import placed
from caseledger.queries.packs import pack_of_digest
from caseledger.queries.ports import Reading
from caseledger.queries.streams import account_state, of_type, stream_events
from caseledger.queries.words import Sentence, sentence
from domain.accounts import events as a
from domain.accounts.state import Account
from domain.cases.events import CaseDecided
from domain.cases.later_events import CaseAppealReduced, CaseDecisionCorrected
from domain.cases.ruling import finding_again, judged
from domain.cases.values import MeasureTaken, RulingMade
from domain.errors import Refused
from domain.events import Event
from domain.policy.instants import utc_text
from domain.policy.pack import Pack
from domain.recorded import Recorded, parse_event_id


@dataclass(frozen=True, slots=True)
class Counted:
    """A past event that the rule counted; `lifted_at` is when it was taken back since, None while it stands."""

    id: str
    position: int
    what: str
    at: str
    case: str
    lifted_at: str | None


@dataclass(frozen=True, slots=True)
class JudgedAgain:
    """The ruling made again from the record as it stood: `same`, or what is different, or why it cannot be made."""

    same: bool
    events_of_record: int
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExplanationView:
    """A sanction and everything that led to it."""

    platform: str
    sanction: str
    position: int
    account: str
    case: str
    measure: str
    part: str
    imposed_at: str
    starts_at: str
    ends_at: str | None
    state: str
    ended_at: str | None
    lifted_at: str | None
    replaces: str | None
    replaced_because: str | None
    decision: DecisionView
    decided_at_position: int
    found_at: str
    posted_at: str | None
    sentence: Sentence | None
    counts: tuple[CountTold, ...]
    counted: tuple[Counted, ...]
    judged_again: JudgedAgain


@dataclass(frozen=True, slots=True)
class _Files:
    """What is needed of the ledger for one sanction; `before` is the record as of the decision."""

    imposed: Recorded[a.AccountSanctionImposed]
    record: list[Recorded[Event]]
    case: list[Recorded[Event]]
    decided: Recorded[CaseDecided]
    before: Account | None
    events_before: int
    pack: Pack | None


def explain(reading: Reading, sanction: str) -> ExplanationView:
    """Why this sanction was imposed; raises `NotFound`, or `NotAQuestion` for what is no id of an event."""
    files = _files(reading, sanction)
    imposed, made = files.imposed.event, files.decided.event
    now = account_state(files.record) or Account()
    lifted_at, ended_at = now.lifted.get(sanction), now.ended.get(sanction)
    finding, ruling = made.finding, made.ruling
    if finding is None or ruling is None:
        raise NotFound("ruling_not_found", f"the decision behind {sanction!r} holds no ruling")
    return ExplanationView(
        platform=reading.platform,
        sanction=sanction,
        position=files.imposed.position,
        account=imposed.account,
        case=str(imposed.case),
        measure=str(short(MeasureTaken(kind=imposed.kind, duration=imposed.duration))),
        part=imposed.measure_role,
        imposed_at=utc_text(imposed.occurred_at),
        starts_at=utc_text(imposed.starts_at),
        ends_at=_text(imposed.ends_at),
        state="lifted" if lifted_at else "ended" if ended_at else "in_force",
        ended_at=_text(ended_at),
        lifted_at=_text(lifted_at),
        replaces=imposed.replaces,
        replaced_because=_replacing(files) if imposed.replaces else None,
        decision=decision_view(
            made, files.pack, made.proposed_by, made.confirmed_by, made.evidence, taken_back=lifted_at is not None
        ),
        decided_at_position=files.decided.position,
        found_at=utc_text(finding.at),
        posted_at=_text(finding.posted_at),
        sentence=sentence(ruling.explanation),
        counts=counts_of(files.pack, files.before, finding, ruling.rule),
        counted=tuple(_counted(files, now, name) for name in ruling.because),
        judged_again=_judged_again(files, ruling),
    )


def _files(reading: Reading, sanction: str) -> _Files:
    try:
        stream, version = parse_event_id(sanction)
    except ValueError:
        raise NotAQuestion(f"{sanction!r} is no id of a sanction: it is <stream uuid>.<version>") from None
    record = stream_events(reading.ledger, stream)
    imposed = next((fact for fact in of_type(record, a.AccountSanctionImposed) if fact.version == version), None)
    if imposed is None:
        raise NotFound("sanction_not_found", f"no sanction {sanction!r} on {reading.platform}")
    case = stream_events(reading.ledger, imposed.event.case)
    number = imposed.event.decision
    decided = next((fact for fact in of_type(case, CaseDecided) if fact.event.decision == number), None)
    if decided is None:
        raise NotFound("decision_not_found", f"the case of {sanction!r} holds no decision {number}")
    places = placed(reading, [*record, decided])
    by_name = {fact.event_id: fact for fact in places}
    at = by_name[decided.event_id].position
    positioned = [by_name[fact.event_id] for fact in record]
    before = [fact for fact in positioned if fact.position < at]
    return _Files(
        imposed=of_type([by_name[imposed.event_id]], a.AccountSanctionImposed)[0],
        record=positioned,
        case=case,
        decided=of_type([by_name[decided.event_id]], CaseDecided)[0],
        before=account_state(before),
        events_before=len(before),
        pack=pack_of_digest(reading.ledger, reading.platform, decided.event.policy.digest),
    )


def _counted(files: _Files, now: Account, name: str) -> Counted:
    fact = next((fact for fact in files.record if fact.event_id == name), None)
    if fact is None:
        return Counted(name, 0, "not in the record", "", "", None)
    event = fact.event
    at, what = event.occurred_at, event.TYPE
    if isinstance(event, a.AccountSanctionImposed):
        at, what = event.starts_at, str(short(MeasureTaken(kind=event.kind, duration=event.duration)))
    elif isinstance(event, a.AccountContentRemoved):
        what = f"content removed: {event.content}"
    case = getattr(event, "case", None)
    return Counted(
        name,
        fact.position,
        what,
        utc_text(at),
        str(case) if isinstance(case, UUID) else "",
        _text(now.lifted.get(name)),
    )


def _judged_again(files: _Files, ruling: RulingMade) -> JudgedAgain:
    """The same pack, the record as of the decision, the finding as it was stored."""
    made = files.decided.event
    if files.pack is None:
        return JudgedAgain(same=False, events_of_record=files.events_before, differences=("the policy does not load",))
    if made.finding is None:
        return JudgedAgain(same=False, events_of_record=files.events_before, differences=("there is no finding",))
    try:
        again = judged(files.pack, files.before, finding_again(made.finding, made.finding.at)).stored
    except Refused as refusal:
        told = (f"{refusal.code}: {refusal.reason}",)
        return JudgedAgain(same=False, events_of_record=files.events_before, differences=told)
    differences = tuple(name for name in type(ruling).model_fields if getattr(ruling, name) != getattr(again, name))
    return JudgedAgain(same=not differences, events_of_record=files.events_before, differences=differences)


def _replacing(files: _Files) -> str | None:
    """What made this measure stand in for a harder one: the change of the same command."""
    command = files.imposed.event.cause.command_id
    for fact in files.case:
        event = fact.event
        if event.cause.command_id == command and isinstance(event, CaseAppealReduced | CaseDecisionCorrected):
            done = "appeal_reduced" if isinstance(event, CaseAppealReduced) else "decision_corrected"
            return f"{done} by {event.cause.actor}: {short(event.replaced)} → {short(event.measure)}"
    return None


def _text(at: datetime | None) -> str | None:
    return None if at is None else utc_text(at)

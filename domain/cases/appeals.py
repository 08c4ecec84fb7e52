"""Appeals and corrections: how a decision is undone completely, or one of its measures made milder."""

from collections.abc import Iterator

from domain import facts
from domain.accounts import events as a
from domain.accounts.state import Account
from domain.cases import later_events as later
from domain.cases.bench import Bench
from domain.cases.consequences import sanction_ends
from domain.cases.events import CaseDecided
from domain.cases.handling import found, in_order
from domain.cases.ruling import taken
from domain.cases.state import Case, Decision
from domain.cases.values import MeasureTaken
from domain.commands import CorrectDecision, DecideAppeal, LodgeAppeal
from domain.errors import (
    AppealPending,
    AppealTooLate,
    DeciderTookPart,
    MeasureNotInOptions,
    NoAppealPending,
    NotDecided,
    NothingToUndo,
    NotMilder,
    NotTheRespondent,
    OutOfOrder,
)
from domain.events import Event, Stamp
from domain.facts import Facts
from domain.policy.kinds import MeasureRole
from domain.policy.measures import Measure
from domain.policy.vocabulary import AppealRegime
from domain.reporters.crediting import withdraw
from domain.streams import StreamId
from domain.values import Outcome

NO_EXEMPTION = "no_exemption"
ON_THE_MERITS = "on_the_merits"


def lodge(stream: StreamId, case: Case | None, command: LodgeAppeal, stamp: Stamp) -> Facts:
    """The appeal and, where the policy hears none, its denial in the same append."""
    case = found(case)
    if stamp.cause.command_id in case.commands:
        return ()
    in_order(case, stamp)
    decided = _standing(case).made
    if decided.outcome is not Outcome.UPHELD or decided.finding is None or decided.ruling is None:
        raise NothingToUndo("the decision imposed nothing on anybody")
    if decided.finding.respondent is None or command.account not in (None, decided.finding.respondent):
        raise NotTheRespondent("only the respondent of the decision may appeal against it")
    if case.appeal is not None and case.appeal.lodged.decision == decided.decision:
        if case.appeal.outcome is None:
            raise AppealPending("an appeal against this decision waits already")
        raise AppealTooLate("an appeal against this decision was decided before")
    number = case.appeals + 1
    lodged = later.CaseAppealLodged(
        occurred_at=stamp.at, cause=stamp.cause, appeal=number, decision=decided.decision, text=command.text
    )
    if decided.ruling.appeal != AppealRegime.DENIED_ON_RECEIPT:
        return facts.of(stream, lodged)
    denied = later.CaseAppealDenied(
        occurred_at=stamp.at,
        cause=stamp.cause,
        appeal=number,
        decision=decided.decision,
        reason=NO_EXEMPTION,
        explanation=None,
    )
    return facts.of(stream, lodged, denied)


def decide_appeal(bench: Bench, command: DecideAppeal, stamp: Stamp) -> Facts:
    """The outcome of the appeal, with everything it takes back."""
    case = found(bench.case)
    if stamp.cause.command_id in case.commands:
        return ()
    in_order(case, stamp)
    if case.appeal is None or case.appeal.outcome is not None:
        raise NoAppealPending("no appeal waits in this case")
    decision = _standing(case)
    if stamp.cause.actor in (*decision.officers, case.appeal.lodged.cause.actor):
        raise DeciderTookPart(f"{stamp.cause.actor!r} took part in the decision; another officer must decide")
    if command.measure is not None and command.outcome != "reduced":
        raise MeasureNotInOptions("only a reduction names a measure; an appeal is denied or upheld without one")
    number, made = case.appeal.lodged.appeal, decision.made
    if command.outcome == "denied":
        return facts.of(
            bench.stream,
            later.CaseAppealDenied(
                occurred_at=stamp.at,
                cause=stamp.cause,
                appeal=number,
                decision=made.decision,
                reason=ON_THE_MERITS,
                explanation=command.reason,
            ),
        )
    if command.outcome == "reduced":
        return _reduced(bench, command, number, made, stamp)
    upheld = later.CaseAppealUpheld(
        occurred_at=stamp.at,
        cause=stamp.cause,
        appeal=number,
        decision=made.decision,
        explanation=command.reason,
    )
    return (*facts.of(bench.stream, upheld), *_all_taken_back(bench, case, made, stamp))


def correct(bench: Bench, command: CorrectDecision, stamp: Stamp) -> Facts:
    """The platform's own correction: all taken back, or one measure made milder."""
    case = found(bench.case)
    if stamp.cause.command_id in case.commands:
        return ()
    in_order(case, stamp)
    made = _standing(case).made
    if case.appeal is not None and case.appeal.outcome is None:
        raise AppealPending("an appeal waits; decide it first")
    replaced, lesser = None, command.measure
    undone: Facts
    if lesser is None:
        undone = _all_taken_back(bench, case, made, stamp)
    else:
        old, undone = _replacement(bench, made, lesser, stamp)
        replaced = MeasureTaken(kind=old.kind, duration=old.duration)
    corrected = later.CaseDecisionCorrected(
        occurred_at=stamp.at,
        cause=stamp.cause,
        decision=made.decision,
        replaced=replaced,
        measure=None if lesser is None else taken((lesser,))[0],
        explanation=command.reason,
    )
    return (*facts.of(bench.stream, corrected), *undone)


def _standing(case: Case) -> Decision:
    if case.decision is None:
        raise NotDecided("the case has no decision yet")
    if case.decision.taken_back:
        raise NothingToUndo("the decision was taken back before")
    return case.decision


def _reduced(bench: Bench, command: DecideAppeal, number: int, made: CaseDecided, stamp: Stamp) -> Facts:
    if command.measure is None:
        raise NotMilder("name the milder measure that takes the place of the first")
    old, undone = _replacement(bench, made, command.measure, stamp)
    reduced = later.CaseAppealReduced(
        occurred_at=stamp.at,
        cause=stamp.cause,
        appeal=number,
        decision=made.decision,
        replaced=MeasureTaken(kind=old.kind, duration=old.duration),
        measure=taken((command.measure,))[0],
        explanation=command.reason,
    )
    return (*facts.of(bench.stream, reduced), *undone)


def _replacement(
    bench: Bench, made: CaseDecided, lesser: Measure, stamp: Stamp
) -> tuple[a.AccountSanctionImposed, Facts]:
    """The party measure that stands, lifted, and the lesser one from the start of the first: no window restarts."""
    account = _record(bench, stamp)
    found_id = next(
        (
            sanction
            for sanction, event in account.sanctions.items()
            if _is_of(event, bench, made) and event.measure_role == MeasureRole.PARTY and account.stands(sanction)
        ),
        None,
    )
    if found_id is None:
        raise NothingToUndo("no measure of this decision stands that could be made milder")
    old = account.sanctions[found_id]
    before = Measure.model_validate({"kind": old.kind, "duration": old.duration})
    if lesser.role is not MeasureRole.PARTY or lesser.facts.target is not before.facts.target:
        raise NotMilder(f"{lesser} cannot take the place of {before}")
    if lesser.hardness >= before.hardness:
        raise NotMilder(f"{lesser} is not milder than {before}")
    lifted = _lift_sanction(bench, found_id, old, made, stamp)
    imposed = old.model_copy(
        update={
            "occurred_at": stamp.at,
            "cause": stamp.cause,
            "kind": lesser.kind.value,
            "duration": lesser.duration,
            "ends_at": sanction_ends(bench, lesser.kind.value, lesser.duration, old.starts_at),
            "replaces": found_id,
        }
    )
    return old, facts.of(bench.record, lifted, imposed)


def _all_taken_back(bench: Bench, case: Case, made: CaseDecided, stamp: Stamp) -> Facts:
    entries = tuple(_lifted(bench, made, stamp))
    return (*facts.of(bench.record, *entries), *withdraw(bench, case, made, stamp))


def _lifted(bench: Bench, made: CaseDecided, stamp: Stamp) -> Iterator[Event]:
    account, at, cause = _record(bench, stamp), stamp.at, stamp.cause
    case, number = bench.stream.uuid, made.decision
    for removal, removed in account.removals.items():
        if _is_of(removed, bench, made) and account.stands(removal):
            yield a.AccountContentRemovalLifted(
                occurred_at=at,
                cause=cause,
                account=removed.account,
                removal=removal,
                content=removed.content,
                case=case,
                decision=number,
            )
    for sanction, imposed in account.sanctions.items():
        if _is_of(imposed, bench, made) and account.stands(sanction):
            yield _lift_sanction(bench, sanction, imposed, made, stamp)
    for bar in account.bars:
        if _is_of(bar, bench, made) and (case, number) not in account.bars_lifted:
            yield a.AccountRegistrationBarLifted(
                occurred_at=at, cause=cause, account=bar.account, case=case, decision=number
            )
    for listing, listed in account.listings.items():
        if _is_of(listed, bench, made) and account.stands(listing):
            yield a.AccountDelisted(
                occurred_at=at, cause=cause, account=listed.account, listing=listing, case=case, decision=number
            )


def _record(bench: Bench, stamp: Stamp) -> Account:
    """The record, which must not have moved after this moment: what was counted then would not have been."""
    account = bench.account or Account()
    if account.latest_at is not None and stamp.at < account.latest_at:
        raise OutOfOrder(f"dated {stamp.at.isoformat()}, but the record moved at {account.latest_at.isoformat()}")
    return account


def _lift_sanction(
    bench: Bench, sanction: str, imposed: a.AccountSanctionImposed, made: CaseDecided, stamp: Stamp
) -> Event:
    return a.AccountSanctionLifted(
        occurred_at=stamp.at,
        cause=stamp.cause,
        account=imposed.account,
        sanction=sanction,
        kind=imposed.kind,
        case=bench.stream.uuid,
        decision=made.decision,
    )


def _is_of(
    event: a.AccountSanctionImposed | a.AccountContentRemoved | a.AccountListedHighRisk | a.AccountRegistrationBarred,
    bench: Bench,
    made: CaseDecided,
) -> bool:
    return event.case == bench.stream.uuid and event.decision == made.decision

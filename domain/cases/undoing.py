"""How a decision is undone: everything it put on a record lifted, or its one party measure made milder."""

from collections.abc import Iterator

from domain import facts
from domain.accounts import events as a
from domain.accounts.state import Account
from domain.cases.bench import Bench, Book
from domain.cases.consequences import sanction_ends
from domain.cases.events import CaseDecided
from domain.cases.ruling import holder_of
from domain.cases.state import Case
from domain.errors import NothingToUndo, NotMilder, OutOfOrder
from domain.events import Event, Stamp
from domain.facts import Facts
from domain.policy.kinds import MeasureRole
from domain.policy.measures import Measure
from domain.reporters.crediting import withdraw

_Entry = a.AccountSanctionImposed | a.AccountContentRemoved | a.AccountListedHighRisk | a.AccountRegistrationBarred


def all_taken_back(bench: Bench, case: Case, made: CaseDecided, stamp: Stamp) -> Facts:
    """Every entry of the decision lifted, and what its reporters got, once nothing else of the case stands."""
    lifted: Facts = ()
    if made.finding is not None:
        book = _book(bench, made, stamp)
        lifted = facts.of(book.stream, *_lifted(bench, book.account or Account(), made, stamp))
    if any(decision.made.decision != made.decision for decision in case.standing):
        return lifted
    return (*lifted, *withdraw(bench, case, stamp))


def made_milder(
    bench: Bench, made: CaseDecided, lesser: Measure, stamp: Stamp
) -> tuple[a.AccountSanctionImposed, Facts]:
    """The party measure that stands, lifted, and the lesser one from the start of the first: no window restarts."""
    book = _book(bench, made, stamp)
    account = book.account or Account()
    found_id = next(
        (
            sanction
            for sanction, event in account.sanctions.pairs()
            if _is_of(event, bench, made) and event.measure_role == MeasureRole.PARTY and account.stands(sanction)
        ),
        None,
    )
    if found_id is None:
        raise NothingToUndo("no measure of this decision stands that could be made milder")
    old = account.sanctions[found_id]
    _check_milder(Measure.model_validate({"kind": old.kind, "duration": old.duration}), lesser)
    lifted = _lift_sanction(bench, found_id, old, made, stamp)
    imposed = old.model_copy(
        update={
            "occurred_at": stamp.at,
            "cause": stamp.cause,
            "kind": lesser.kind.value,
            "duration": lesser.duration,
            "ends_at": sanction_ends(bench.pack, lesser.kind.value, lesser.duration, old.starts_at),
            "replaces": found_id,
        }
    )
    return old, facts.of(book.stream, lifted, imposed)


def _check_milder(before: Measure, lesser: Measure) -> None:
    if lesser.role is not MeasureRole.PARTY or lesser.facts.target is not before.facts.target:
        raise NotMilder(f"{lesser} cannot take the place of {before}")
    if lesser.hardness >= before.hardness:
        raise NotMilder(f"{lesser} is not milder than {before}")


def _lifted(bench: Bench, account: Account, made: CaseDecided, stamp: Stamp) -> Iterator[Event]:
    at, cause = stamp.at, stamp.cause
    case, number = bench.stream.uuid, made.decision
    for removal, removed in account.removals.pairs():
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
    for sanction, imposed in account.sanctions.pairs():
        if _is_of(imposed, bench, made) and account.stands(sanction):
            yield _lift_sanction(bench, sanction, imposed, made, stamp)
    for bar in account.bars:
        if _is_of(bar, bench, made) and (case, number) not in account.bars_lifted:
            yield a.AccountRegistrationBarLifted(
                occurred_at=at, cause=cause, account=bar.account, case=case, decision=number
            )
    for listing, listed in account.listings.pairs():
        if _is_of(listed, bench, made) and account.stands(listing):
            yield a.AccountDelisted(
                occurred_at=at, cause=cause, account=listed.account, listing=listing, case=case, decision=number
            )


def _book(bench: Bench, made: CaseDecided, stamp: Stamp) -> Book:
    """The record, which must not have moved after this moment: what was counted then would not have been."""
    if made.finding is None:
        raise NothingToUndo("the decision imposed nothing on anybody")
    book = bench.book_of(holder_of(made.finding))
    moved_at = None if book.account is None else book.account.latest_at
    if moved_at is not None and stamp.at < moved_at:
        raise OutOfOrder(f"dated {stamp.at.isoformat()}, but the record moved at {moved_at.isoformat()}")
    return book


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


def _is_of(event: _Entry, bench: Bench, made: CaseDecided) -> bool:
    return event.decision == made.decision and event.case.int == bench.stream.uuid.int

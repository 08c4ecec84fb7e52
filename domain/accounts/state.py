"""An account's record as its events left it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from domain.accounts import events as e
from domain.growing import Growing, GrowingMap
from domain.policy.kinds import CONTENT_REMOVAL, Kind
from domain.policy.record import Record, RecordEntry
from domain.policy.vocabulary import EntryCause
from domain.recorded import Recorded
from domain.values import IdentityDigest


@dataclass(frozen=True, slots=True)
class Account:
    """A respondent's record: what was imposed, by event id, and when it ended or was taken back.

    `entries` is what the judge counts; `with_end` are the sanctions that have an end, whether it is recorded or not.
    `latest_at` is the last moment at which somebody moved the record: an end that came by itself changes nothing that
    is counted. `identities` are those that hold the account, `registered` those it was registered under; `attempts` are
    refused registrations by command, `warned` the partners told of each listing.
    """

    entries: Record = field(default_factory=Record)
    sanctions: GrowingMap[str, e.AccountSanctionImposed] = field(default_factory=GrowingMap)
    removals: GrowingMap[str, e.AccountContentRemoved] = field(default_factory=GrowingMap)
    listings: GrowingMap[str, e.AccountListedHighRisk] = field(default_factory=GrowingMap)
    bars: Growing[e.AccountRegistrationBarred] = field(default_factory=Growing)
    ended: GrowingMap[str, datetime] = field(default_factory=GrowingMap)
    lifted: GrowingMap[str, datetime] = field(default_factory=GrowingMap)
    bars_lifted: frozenset[tuple[UUID, int]] = frozenset()
    with_end: Growing[str] = field(default_factory=Growing)
    latest_at: datetime | None = None
    commands: GrowingMap[UUID, None] = field(default_factory=GrowingMap)
    identities: GrowingMap[IdentityDigest, None] = field(default_factory=GrowingMap)
    registered: frozenset[IdentityDigest] | None = None
    attempts: GrowingMap[tuple[UUID, frozenset[IdentityDigest]], None] = field(default_factory=GrowingMap)
    warned: GrowingMap[tuple[str, str], None] = field(default_factory=GrowingMap)

    def stands(self, entry: str) -> bool:
        """Whether nothing has taken this entry back."""
        return entry not in self.lifted

    @property
    def open_ends(self) -> tuple[str, ...]:
        """The sanctions that stand and have an end which is not recorded yet, in the order they were imposed."""
        return tuple(each for each in self.with_end if each not in self.ended and each not in self.lifted)

    def standing_bars(self) -> Iterator[tuple[e.AccountRegistrationBarred, datetime | None]]:
        """The bars on registration that were not lifted, each with the end of the measure that bars."""
        for bar in self.bars:
            if (bar.case, bar.decision) not in self.bars_lifted:
                yield bar, next((event.ends_at for event in self.sanctions.values() if _bars_with(event, bar)), None)


_Beside = e.AccountRegistered | e.AccountRegistrationRefused | e.AccountIdentityEstablished | e.AccountPartnerWarned
"""What belongs to the account but is no part of its record: it moves neither the record nor its time."""


def evolve(account: Account | None, fact: Recorded[e.AccountEvent]) -> Account:
    """The account after this event."""
    before, event = account or Account(), fact.event
    if isinstance(event, _Beside):
        return _beside(before, event)
    latest_at = before.latest_at
    if not isinstance(event, e.AccountSanctionEnded):
        latest_at = event.occurred_at if latest_at is None else max(latest_at, event.occurred_at)
    commands = before.commands.plus(event.cause.command_id, None)
    now = replace(before, latest_at=latest_at, commands=commands)
    match event:
        case e.AccountSanctionImposed():
            return _imposed(now, fact.event_id, event)
        case e.AccountContentRemoved():
            removals = now.removals.plus(fact.event_id, event)
            return replace(now, removals=removals, entries=now.entries.plus(_removal(fact.event_id, event)))
        case e.AccountSanctionEnded():
            return replace(now, ended=now.ended.plus(event.sanction, event.occurred_at))
        case e.AccountSanctionLifted():
            return _lifted(now, event.sanction, event.occurred_at)
        case e.AccountContentRemovalLifted():
            return _lifted(now, event.removal, event.occurred_at)
        case e.AccountListedHighRisk():
            return replace(now, listings=now.listings.plus(fact.event_id, event))
        case e.AccountDelisted():
            return replace(now, lifted=now.lifted.plus(event.listing, event.occurred_at))
        case e.AccountRegistrationBarred():
            return replace(now, bars=now.bars.plus(event))
        case e.AccountRegistrationBarLifted():
            return replace(now, bars_lifted=now.bars_lifted | {(event.case, event.decision)})
        case unknown:
            assert_never(unknown)


def _beside(account: Account, event: _Beside) -> Account:
    match event:
        case e.AccountRegistered():
            return replace(_held(account, event.identities), registered=frozenset(event.identities))
        case e.AccountRegistrationRefused():
            attempt = (event.cause.command_id, frozenset(event.identities))
            return replace(account, attempts=account.attempts.plus(attempt, None))
        case e.AccountIdentityEstablished():
            return _held(account, event.identities)
        case _:
            return replace(account, warned=account.warned.plus((event.listing, event.partner), None))


def _held(account: Account, identities: tuple[IdentityDigest, ...]) -> Account:
    held = account.identities
    for identity in identities:
        held = held.plus(identity, None)
    return replace(account, identities=held)


def _bars_with(event: e.AccountSanctionImposed, bar: e.AccountRegistrationBarred) -> bool:
    return event.kind == Kind.FORBID_REREGISTRATION and (event.case, event.decision) == (bar.case, bar.decision)


def _imposed(account: Account, sanction: str, event: e.AccountSanctionImposed) -> Account:
    with_end = account.with_end if event.ends_at is None else account.with_end.plus(sanction)
    entry = RecordEntry(
        id=sanction,
        kind=event.kind,
        at=event.starts_at,
        duration=event.duration,
        case=str(event.case),
        cause=EntryCause(event.cause_of_entry),
    )
    sanctions = account.sanctions.plus(sanction, event)
    return replace(account, sanctions=sanctions, with_end=with_end, entries=account.entries.plus(entry))


def _removal(removal: str, event: e.AccountContentRemoved) -> RecordEntry:
    return RecordEntry(
        id=removal,
        kind=CONTENT_REMOVAL,
        at=event.occurred_at,
        case=str(event.case),
        cause=EntryCause.CONTENT_REMOVAL,
        content=event.content,
        time_barred=event.time_barred,
    )


def _lifted(account: Account, entry: str, at: datetime) -> Account:
    return replace(account, lifted=account.lifted.plus(entry, at), entries=account.entries.lifted((entry,), at))

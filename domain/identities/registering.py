"""Who registers: refused where an identity shown, or the account itself, is barred; and who is found to hold what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain import facts
from domain.accounts import events as a
from domain.accounts.state import Account
from domain.events import Stamp
from domain.facts import Facts
from domain.identities.events import IdentityAccountTied, IdentityBarred
from domain.identities.state import Bar, Identity
from domain.list_commands import EstablishIdentity, RegisterAccount
from domain.list_errors import AccountRegisteredBefore
from domain.streams import StreamId
from domain.values import IdentityDigest


@dataclass(frozen=True, slots=True)
class Shown:
    """An identity that was shown: its keyed digest, its stream and what is known of it."""

    digest: IdentityDigest
    stream: StreamId
    identity: Identity | None


@dataclass(frozen=True, slots=True)
class Registry:
    """What registering reads: the account's stream and those of the identities shown, each once."""

    stream: StreamId
    account: Account | None
    shown: tuple[Shown, ...]

    @property
    def digests(self) -> tuple[IdentityDigest, ...]:
        """The digests of the identities shown."""
        return tuple(shown.digest for shown in self.shown)


def register(registry: Registry, command: RegisterAccount, stamp: Stamp) -> Facts:
    """Registered, or refused as a fact. Every identity's stream is written, so that a bar that comes at the same time
    collides with the registration instead of missing it.
    """
    account, digests = registry.account or Account(), registry.digests
    if account.registered is not None:
        if account.registered != frozenset(digests):
            raise AccountRegisteredBefore(
                f"account {command.account!r} was registered under other identities; establish_identity adds one"
            )
        return ()
    if (stamp.cause.command_id, frozenset(digests)) in account.attempts:
        return ()
    bars = sorted(set(_bars(registry, account, command.account, stamp)))
    if bars:
        matched = tuple(a.BarMatched(account=barred, case=case, decision=number) for barred, case, number in bars)
        refused = a.AccountRegistrationRefused(
            occurred_at=stamp.at, cause=stamp.cause, account=command.account, identities=digests, bars=matched
        )
        return facts.of(registry.stream, refused)
    registered = a.AccountRegistered(
        occurred_at=stamp.at, cause=stamp.cause, account=command.account, identities=digests
    )
    tied = (fact for shown in registry.shown for fact in _tied(shown, command.account, stamp))
    return (*facts.of(registry.stream, registered), *tied)


def establish(registry: Registry, command: EstablishIdentity, stamp: Stamp) -> Facts:
    """The identities that were not known to hold the account; what bars the account bars them from now on."""
    account = registry.account or Account()
    new = tuple(shown for shown in registry.shown if shown.digest not in account.identities)
    if not new:
        return ()
    established = a.AccountIdentityEstablished(
        occurred_at=stamp.at,
        cause=stamp.cause,
        account=command.account,
        identities=tuple(shown.digest for shown in new),
    )
    return (*facts.of(registry.stream, established), *_held(new, account, command.account, stamp))


def _bars(registry: Registry, account: Account, name: str, stamp: Stamp) -> Iterator[Bar]:
    for shown in registry.shown:
        if shown.identity is not None:
            yield from shown.identity.barred_at(stamp.at)
    for bar, ends_at in account.standing_bars():
        if bar.occurred_at <= stamp.at and (ends_at is None or stamp.at < ends_at):
            yield name, bar.case, bar.decision


def _held(new: Iterable[Shown], account: Account, name: str, stamp: Stamp) -> Iterator[facts.Fact]:
    for shown in new:
        yield from _tied(shown, name, stamp)
        for bar, ends_at in account.standing_bars():
            barred = IdentityBarred(
                occurred_at=stamp.at,
                cause=stamp.cause,
                account=name,
                case=bar.case,
                decision=bar.decision,
                ends_at=ends_at,
            )
            yield from facts.of(shown.stream, barred)


def _tied(shown: Shown, account: str, stamp: Stamp) -> Facts:
    tied = IdentityAccountTied(occurred_at=stamp.at, cause=stamp.cause, kind=shown.digest.kind, account=account)
    return facts.of(shown.stream, tied)

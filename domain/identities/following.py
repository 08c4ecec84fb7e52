"""What bars an account bars every identity that holds it, in the same append; and what lifts the bar lifts it there."""

from collections.abc import Callable, Iterator
from datetime import datetime

from domain import facts
from domain.accounts import events as a
from domain.accounts.state import Account
from domain.facts import Fact, Facts
from domain.identities.events import IdentityBarLifted, IdentityBarred, IdentityEvent
from domain.policy.kinds import Kind
from domain.streams import StreamId
from domain.values import IdentityDigest

AccountOf = Callable[[StreamId], Account | None]
"""The account of a stream."""

StreamOf = Callable[[IdentityDigest], StreamId]
"""The stream of an identity."""


def followed(made: Facts, account_of: AccountOf, stream_of: StreamOf) -> Facts:
    """The facts, and after them those on the identities of the accounts that they bar or free."""
    more = tuple(fact for barred in made for fact in _on_identities(made, barred, account_of, stream_of))
    return (*made, *more)


def _on_identities(made: Facts, fact: Fact, account_of: AccountOf, stream_of: StreamOf) -> Iterator[Fact]:
    event = fact.event
    if not isinstance(event, a.AccountRegistrationBarred | a.AccountRegistrationBarLifted):
        return
    account = account_of(fact.stream)
    if account is None or not account.identities:
        return
    on_identity = _lifted(event) if isinstance(event, a.AccountRegistrationBarLifted) else _barred(made, fact, event)
    for digest in account.identities:
        yield from facts.of(stream_of(digest), on_identity)


def _lifted(event: a.AccountRegistrationBarLifted) -> IdentityEvent:
    return IdentityBarLifted(
        occurred_at=event.occurred_at,
        cause=event.cause,
        account=event.account,
        case=event.case,
        decision=event.decision,
    )


def _barred(made: Facts, fact: Fact, event: a.AccountRegistrationBarred) -> IdentityEvent:
    return IdentityBarred(
        occurred_at=event.occurred_at,
        cause=event.cause,
        account=event.account,
        case=event.case,
        decision=event.decision,
        ends_at=_ends_at(made, fact.stream, event),
    )


def _ends_at(made: Facts, stream: StreamId, barred: a.AccountRegistrationBarred) -> datetime | None:
    """When the measure that bars runs out; it is imposed in the same append."""
    imposed = (fact.event for fact in made if fact.stream == stream)
    return next(
        (
            event.ends_at
            for event in imposed
            if isinstance(event, a.AccountSanctionImposed)
            and event.kind == Kind.FORBID_REREGISTRATION
            and (event.case, event.decision) == (barred.case, barred.decision)
        ),
        None,
    )

"""How sanctions end by themselves: once, when their time is up, however late it is noticed."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from domain import facts
from domain.accounts.events import AccountDelisted, AccountSanctionEnded
from domain.accounts.state import Account
from domain.commands import EndSanction
from domain.errors import SanctionNotFound, SanctionNotOver
from domain.events import Stamp
from domain.facts import Facts
from domain.streams import StreamId

ENDED_AT_ONCE_MAX: Final = 5_000
"""One command ends this many sanctions at most."""


def end_sanction(stream: StreamId, account: Account | None, command: EndSanction, stamp: Stamp) -> Facts:
    """End the named sanction, or those whose end has come; one that ended or was lifted stays as it is.

    Where more have run out than one append should hold, a command ends the first of them, and the next one the rest.
    """
    now = account or Account()
    if stamp.cause.command_id in now.commands:
        return ()
    if command.sanction is None:
        over = (sanction for sanction in now.open_ends if _is_over(now, sanction, stamp))
        due = sorted(islice(over, ENDED_AT_ONCE_MAX))
        return facts.of(stream, *(_ended(now, sanction, stamp) for sanction in due), *_delisted(now, stamp))
    if command.sanction not in now.sanctions:
        raise SanctionNotFound(f"account {command.account!r} has no sanction {command.sanction!r}")
    if command.sanction in now.ended or not now.stands(command.sanction):
        return ()
    if not _is_over(now, command.sanction, stamp):
        ends_at = now.sanctions[command.sanction].ends_at
        reason = "it has no end" if ends_at is None else f"it ends at {ends_at.isoformat()}"
        raise SanctionNotOver(f"sanction {command.sanction!r} is not over: {reason}")
    return facts.of(stream, _ended(now, command.sanction, stamp))


def _delisted(account: Account, stamp: Stamp) -> Iterator[AccountDelisted]:
    """Listings whose term has come: they leave the list as if taken off."""
    for listing, listed in account.listings.items():
        if listed.ends_at is not None and listed.ends_at <= stamp.at and account.stands(listing):
            yield AccountDelisted(
                occurred_at=stamp.at,
                cause=stamp.cause,
                account=listed.account,
                listing=listing,
                case=listed.case,
                decision=listed.decision,
            )


def _is_over(account: Account, sanction: str, stamp: Stamp) -> bool:
    ends_at = account.sanctions[sanction].ends_at
    return ends_at is not None and ends_at <= stamp.at


def _ended(account: Account, sanction: str, stamp: Stamp) -> AccountSanctionEnded:
    imposed = account.sanctions[sanction]
    return AccountSanctionEnded(
        occurred_at=stamp.at, cause=stamp.cause, account=imposed.account, sanction=sanction, kind=imposed.kind
    )

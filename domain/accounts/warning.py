"""How partners are warned of listed sites: each once for a listing, over the channels that the policy names."""

from collections.abc import Callable

from domain import facts
from domain.accounts.events import AccountPartnerWarned
from domain.accounts.state import Account
from domain.events import Stamp
from domain.facts import Facts
from domain.list_commands import WarnPartner
from domain.list_errors import ChannelNotInPolicy, ListingNotFound, ListingTakenOff, NoPartnerWarningDue
from domain.policy.pack import Pack
from domain.streams import StreamId
from domain.values import PackRef, PartyType

PackOf = Callable[[PackRef], Pack | None]
"""The pack that was applied."""


def warn_partner(
    stream: StreamId, account: Account | None, pack_of: PackOf, command: WarnPartner, stamp: Stamp
) -> Facts:
    """The warning; nothing when this partner was warned of this listing before, over whichever channels."""
    now = account or Account()
    listing = command.listing or _only_listing(now, command)
    listed = now.listings.get(listing)
    if listed is None:
        raise ListingNotFound(f"account {command.account!r} has no listing {listing!r}")
    if (listing, command.partner) in now.warned:
        return ()
    if not now.stands(listing):
        raise ListingTakenOff(f"listing {listing!r} was taken off the list")
    sites = tuple(party.id for party in listed.parties if party.type is PartyType.SITE)
    channels = _channels(pack_of(listed.policy), command, sites)
    warned = AccountPartnerWarned(
        occurred_at=stamp.at,
        cause=stamp.cause,
        account=command.account,
        listing=listing,
        case=listed.case,
        decision=listed.decision,
        partner=command.partner,
        channels=channels,
        sites=sites,
        policy=listed.policy,
    )
    return facts.of(stream, warned)


def _only_listing(account: Account, command: WarnPartner) -> str:
    """The listing that stands, where there is one; when every one was taken off, the last."""
    standing = [listing for listing in account.listings if account.stands(listing)]
    if len(standing) > 1:
        raise ListingNotFound(f"account {command.account!r} has {len(standing)} listings; name one of them")
    known = standing or list(account.listings)
    if not known:
        raise ListingNotFound(f"account {command.account!r} is not listed")
    return known[-1]


def _channels(pack: Pack | None, command: WarnPartner, sites: tuple[str, ...]) -> tuple[str, ...]:
    rules = None if pack is None else pack.blacklist
    allowed = () if rules is None else rules.warn_partners
    if not allowed or not sites:
        raise NoPartnerWarningDue("the policy wants no partner warned" if sites else "the listing names no site")
    wrong = [channel for channel in command.channels if channel not in allowed]
    if wrong:
        raise ChannelNotInPolicy(f"channels of the policy: {', '.join(allowed)}; not {', '.join(wrong)}")
    return tuple(channel for channel in allowed if channel in command.channels) if command.channels else allowed


def applied(packs: tuple[Pack, ...], ref: PackRef) -> Pack | None:
    """The pack of this digest among those that were published."""
    return next((pack for pack in packs if pack.digest == ref.digest), None)

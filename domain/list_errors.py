"""The refusals of the commands around the list."""

from domain.errors import Refused


class AccountRegisteredBefore(Refused):
    """The account was registered before under other identities."""

    code = "account_registered_before"


class ListingNotFound(Refused):
    """The account has no such listing, or several where none is named."""

    code = "listing_not_found"


class ListingTakenOff(Refused):
    """The listing does not stand any more; nobody is warned of it."""

    code = "listing_taken_off"


class NoPartnerWarningDue(Refused):
    """The policy wants no partner warned of this listing, or the listing names no site."""

    code = "no_partner_warning_due"


class ChannelNotInPolicy(Refused):
    """The policy warns partners over other channels."""

    code = "channel_not_in_policy"

"""Partners of a listed site are warned once each, over the channels of the policy that listed it."""

from caseledger.application.requests import Request
from domain import list_commands as lists
from domain.accounts.events import AccountListedHighRisk, AccountPartnerWarned
from domain.accounts.warning import applied
from domain.list_errors import ChannelNotInPolicy, ListingNotFound, ListingTakenOff, NoPartnerWarningDue
from domain.values import AssociatedParty, PackRef, PartyType
from tests.support.examples import ACCOUNT, DAY, ask, corrected, dealt, ended, filed
from tests.support.spec import Given, given

CHANNELS = {"blacklist.warn_partners": ["sms", "on_site_message"]}
SITES = tuple(AssociatedParty(type=PartyType.SITE, id=site) for site in ("bad.example", "worse.example"))
LISTED = (filed(), dealt(associated=SITES))


def warn(minutes: float = 30, partner: str = "p-1", account: str = ACCOUNT, **fields: object) -> Request:
    asked = {"account": account, "partner": partner, **fields}
    return ask(lists.WarnPartner.model_validate(asked), minutes)


def listing(before: Given) -> str:
    return before.recorded(AccountListedHighRisk)[0].event_id


def test_a_partner_is_warned_of_the_listed_sites_over_all_channels() -> None:
    before = given(*LISTED, edits=CHANNELS)
    event = before.when(warn()).then(AccountPartnerWarned).event(AccountPartnerWarned)
    assert (event.listing, event.partner) == (listing(before), "p-1")
    assert (event.channels, event.sites) == (("sms", "on_site_message"), ("bad.example", "worse.example"))


def test_a_partner_is_warned_once_of_a_listing() -> None:
    before = given(*LISTED, warn(), edits=CHANNELS)
    before.when(warn(40)).then_nothing()
    before.when(warn(41, channels=("sms",), listing=listing(before))).then_nothing()
    before.when(warn(42, "p-2")).then(AccountPartnerWarned)


def test_the_channels_used_may_be_named() -> None:
    before = given(*LISTED, edits=CHANNELS)
    then = before.when(warn(channels=("sms",))).then(AccountPartnerWarned)
    assert then.event(AccountPartnerWarned).channels == ("sms",)


def test_a_channel_that_the_policy_does_not_name_is_refused() -> None:
    given(*LISTED, edits=CHANNELS).when(warn(channels=("sms", "letter"))).then_refused(ChannelNotInPolicy)


def test_another_listing_is_another_warning() -> None:
    again = (filed(1, "post-2", report="r-2"), dealt(21, "post-2", associated=SITES))
    before = given(*LISTED, *again, edits=CHANNELS)
    before.when(warn()).then_refused(ListingNotFound)
    for listed in before.recorded(AccountListedHighRisk):
        before.when(warn(listing=listed.event_id)).then(AccountPartnerWarned)


def test_an_account_that_is_not_listed_warns_nobody() -> None:
    given(edits=CHANNELS).when(warn()).then_refused(ListingNotFound)


def test_an_unknown_listing_is_refused() -> None:
    given(*LISTED, edits=CHANNELS).when(warn(listing="none.1")).then_refused(ListingNotFound)


def test_a_listing_that_was_taken_off_warns_nobody() -> None:
    given(*LISTED, corrected(), edits=CHANNELS).when(warn(70)).then_refused(ListingTakenOff)
    given(*LISTED, ended(20 + 365 * DAY), edits=CHANNELS).when(warn(20 + 366 * DAY)).then_refused(ListingTakenOff)


def test_a_listing_without_a_site_warns_nobody() -> None:
    given(filed(), dealt(), edits=CHANNELS).when(warn()).then_refused(NoPartnerWarningDue)


def test_a_policy_without_channels_warns_nobody() -> None:
    given(*LISTED).when(warn()).then_refused(NoPartnerWarningDue)
    assert applied((), PackRef(platform="example", version="1", digest="0" * 64)) is None

"""The tables and views of the blacklist."""

from typing import Final

from projections.packs import policies_table
from projections.tables import Table, View, boolean, instant, integer, json_text, text, text_id

LISTED: Final = "listed"
DELISTED: Final = "delisted"

_TYPE: Final = text("party_type", "`account`, `site`, `enterprise`, `individual`, or the type of the case's subject.")
_PARTY: Final = text_id("party", "Id of what is listed. No name is kept.")

BLACKLIST: Final = Table(
    "blacklist",
    "The internal view: one row per listing and thing listed, those that were taken off included.",
    ("listing", "party_type", "party"),
    (
        text_id("listing", "Id of the listing: the id of the event that recorded it."),
        _TYPE,
        _PARTY,
        text(
            "shown_as",
            "What the public sees: for sites and enterprises the id, for individuals and accounts the first character "
            "of the name (where none is known, of the id) and `**`.",
        ),
        text_id("account", "Account that was listed."),
        text_id("case_id", "Case whose decision listed it."),
        integer("decision", "Number of that decision in the case, from 1.", "ordinal"),
        text("label", "Label that the policy gives the list."),
        json_text("codes", "List of the violation codes found."),
        json_text("types_found", "List of the violations found: code, class, and title in Chinese and English."),
        json_text("violation_types", "The same as partners and the public see it; empty where the policy shows none."),
        instant("listed_at", "Since when."),
        instant("ends_at", "When the listing is to end; null until taken off.", nullable=True),
        text("state", "`listed` or `delisted`."),
        instant("delisted_at", "When it was taken off.", nullable=True),
        text("policy_version", "Version of the policy that was applied."),
        integer("position", "Place of the listing in the ledger.", "position"),
        integer("number", "Number of the thing in its listing, from 1.", "ordinal"),
    ),
    indexes=(("party", "state"), ("account",), ("state", "listed_at")),
    prefix=1,
)

CHANGES: Final = Table(
    "blacklist_changes",
    "The feed for partners: what came on the list and went off it. Read on after the last `position` you have seen, "
    "whole positions at a time.",
    ("position", "party_type", "party"),
    (
        integer("position", "Place of the change in the ledger.", "position"),
        _TYPE,
        _PARTY,
        text("change", "`listed` or `delisted`."),
        text_id("listing", "Id of the listing; what is listed stays so while any of its listings stands."),
        text("label", "Label that the policy gives the list."),
        json_text("violation_types", "List of the violations found, as far as the policy shows them."),
        instant("changed_at", "When it happened."),
    ),
)

RULES: Final = Table(
    "blacklist_rules",
    "What each published policy says about showing its list.",
    ("version",),
    (
        text("version", "Version of the policy."),
        boolean("shows_types", "Whether partners and the public see the violation types."),
    ),
    internal=True,
)

WARNINGS: Final = Table(
    "partner_warnings",
    "One row per listing and partner who was warned of its sites.",
    ("listing", "partner"),
    (
        text_id("listing", "Id of the listing."),
        text_id("partner", "Partner that was warned."),
        text_id("account", "Account that was listed."),
        text_id("case_id", "Case whose decision listed it."),
        integer("decision", "Number of that decision in the case, from 1.", "ordinal"),
        json_text("channels", "List of the channels used, such as `sms`."),
        json_text("sites", "List of the sites that the partner was warned of."),
        instant("warned_at", "When."),
        integer("position", "Place of the warning in the ledger.", "position"),
    ),
    indexes=(("partner", "position"), ("position",)),
)

REFUSALS: Final = Table(
    "registration_refusals",
    "One row per attempt to register that met a bar. No identity is kept, nor its digest.",
    ("position",),
    (
        integer("position", "Place of the refusal in the ledger.", "position"),
        text_id("account", "Account that was to be registered."),
        json_text("kinds", "List of the kinds of identity that were shown, such as `phone`."),
        json_text("bars", "List of the bars that were met: account, case and decision of each."),
        instant("refused_at", "When."),
    ),
    indexes=(("account", "position"),),
)

POLICIES: Final = policies_table("blacklist")

PARTNER: Final = View(
    "blacklist_partner",
    "The partners' view: what is listed now. Meant for checking one subject by its id.",
    BLACKLIST,
    ("party_type", "party", "label", "violation_types", "listed_at", "ends_at"),
    {"state": LISTED},
)

PUBLIC: Final = View(
    "blacklist_public",
    "The public view: what is listed now, names masked.",
    BLACKLIST,
    ("party_type", "shown_as", "label", "violation_types", "listed_at", "position", "number"),
    {"state": LISTED},
)

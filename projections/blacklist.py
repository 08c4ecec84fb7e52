"""Who is listed as high risk: all of it for officers, one subject at a time for partners, masked for the public."""

from collections.abc import Iterator
from typing import Final

from domain.accounts.events import AccountDelisted, AccountListedHighRisk
from domain.policies.events import PolicyPublished
from domain.values import AssociatedParty, PartyType
from projections.fact import Fact
from projections.instants import id_text, instant_or_none
from projections.packs import PackFacts, canonical, pack_for, policies_table, remember
from projections.read_model import Handlers, ReadModel
from projections.rows import Rows
from projections.tables import Row, Table, View, instant, integer, json_text, text, text_id

NAME: Final = "blacklist"
"""Permanent: checkpoints are kept under it."""

VERSION: Final = 1

LISTED: Final = "listed"
DELISTED: Final = "delisted"
ACCOUNT: Final = "account"

LISTED_SUBJECTS: Final = frozenset({"site", "enterprise", "link", "group", "public_account"})
"""Subjects that are listed beside their account; a piece of content or a news item is not somebody to be warned of."""

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
        json_text("violation_types", "List of the violations found: code, class, and title in Chinese and English."),
        instant("listed_at", "Since when."),
        instant("ends_at", "When the listing is to end; null until taken off.", nullable=True),
        text("state", "`listed` or `delisted`."),
        instant("delisted_at", "When it was taken off.", nullable=True),
        text("policy_version", "Version of the policy that was applied."),
        integer("position", "Place of the listing in the ledger.", "position"),
    ),
    indexes=(("party", "state"), ("account",), ("state", "listed_at")),
    prefix=1,
)

CHANGES: Final = Table(
    "blacklist_changes",
    "The feed for partners: what came on the list and went off it. Read on after the last `position` you have seen.",
    ("position", "party_type", "party"),
    (
        integer("position", "Place of the change in the ledger.", "position"),
        _TYPE,
        _PARTY,
        text("change", "`listed` or `delisted`."),
        text_id("listing", "Id of the listing."),
        instant("changed_at", "When it happened."),
    ),
)

POLICIES: Final = policies_table(NAME)

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
    ("party_type", "shown_as", "label", "violation_types", "listed_at"),
    {"state": LISTED},
)


def _list(rows: Rows, fact: Fact[AccountListedHighRisk]) -> None:
    event = fact.event
    pack = pack_for(rows, POLICIES, event.policy.version, event.occurred_at)
    at = fact.at
    for party_type, party, shown_as in _parties(event):
        rows.put(
            BLACKLIST,
            {
                "listing": fact.event_id,
                "party_type": party_type,
                "party": party,
                "shown_as": shown_as,
                "account": event.account,
                "case_id": id_text(event.case),
                "decision": event.decision,
                "label": event.label,
                "codes": canonical(event.codes),
                "violation_types": canonical([_violation_type(pack, code) for code in event.codes]),
                "listed_at": at,
                "ends_at": instant_or_none(event.ends_at),
                "state": LISTED,
                "delisted_at": None,
                "policy_version": event.policy.version,
                "position": fact.position,
            },
        )
        _tell(rows, fact, LISTED, (party_type, party), fact.event_id)


def _delist(rows: Rows, fact: Fact[AccountDelisted]) -> None:
    event = fact.event
    for row in _standing(rows, event.listing):
        rows.put(BLACKLIST, {**row, "state": DELISTED, "delisted_at": fact.at})
        _tell(rows, fact, DELISTED, (str(row["party_type"]), str(row["party"])), event.listing)


def _publish(rows: Rows, fact: Fact[PolicyPublished]) -> None:
    remember(rows, POLICIES, fact)


def read_model() -> ReadModel:
    """The read model `blacklist`."""
    on = (
        Handlers()
        .on(PolicyPublished, _publish)
        .on(AccountListedHighRisk, _list)
        .on(AccountDelisted, _delist)
        .scans(AccountListedHighRisk, BLACKLIST, lambda fact: [(fact.event_id,)])
        .scans(AccountDelisted, BLACKLIST, lambda fact: [(fact.event.listing,)])
    )
    meaning = "The high-risk list in three views: internal, partner, public."
    return ReadModel(NAME, VERSION, meaning, (BLACKLIST, CHANGES, POLICIES), on.handlers, on.ahead, (PARTNER, PUBLIC))


def masked(name: str) -> str:
    """The first character of `name` and two asterisks, whatever its length."""
    return f"{name[:1]}**"


def _parties(event: AccountListedHighRisk) -> Iterator[tuple[str, str, str]]:
    """Type, id and public form of everything the listing names."""
    yield ACCOUNT, event.account, masked(event.account)
    if event.subject_type in LISTED_SUBJECTS:
        yield event.subject_type, event.subject, event.subject
    for party in event.parties:
        yield party.type.value, party.id, _shown_as(party)


def _shown_as(party: AssociatedParty) -> str:
    if party.type is PartyType.INDIVIDUAL:
        return masked(party.name or party.id)
    return party.id


def _standing(rows: Rows, listing: str) -> list[Row]:
    return [row for row in rows.scan(BLACKLIST, (listing,)) if row["state"] == LISTED]


def _violation_type(pack: PackFacts, code: str) -> dict[str, str]:
    title = pack.violations.get(code)
    if title is None:
        return {"code": code, "class": "", "zh": "", "en": ""}
    return {"code": code, "class": title.class_, "zh": title.zh, "en": title.en}


def _tell(
    rows: Rows,
    fact: Fact[AccountListedHighRisk] | Fact[AccountDelisted],
    change: str,
    party: tuple[str, str],
    listing: str,
) -> None:
    party_type, party_id = party
    rows.put(
        CHANGES,
        {
            "position": fact.position,
            "party_type": party_type,
            "party": party_id,
            "change": change,
            "listing": listing,
            "changed_at": fact.at,
        },
    )

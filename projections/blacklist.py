"""Who is listed as high risk: all of it for officers, one subject at a time for partners, masked for the public."""

import tomllib
from collections.abc import Iterator
from typing import Final

from domain.accounts.events import (
    AccountDelisted,
    AccountListedHighRisk,
    AccountPartnerWarned,
    AccountRegistrationRefused,
)
from domain.events import Event
from domain.policies.events import PolicyPublished
from domain.values import AssociatedParty, PartyType
from projections.blacklist_tables import (
    BLACKLIST,
    CHANGES,
    DELISTED,
    LISTED,
    PARTNER,
    POLICIES,
    PUBLIC,
    REFUSALS,
    RULES,
    WARNINGS,
)
from projections.fact import Fact
from projections.instants import id_text, instant_or_none
from projections.packs import PackFacts, canonical, pack_for, remember
from projections.read_model import Handlers, ReadModel
from projections.rows import Rows
from projections.tables import Row, Value

NAME: Final = "blacklist"
"""Permanent: checkpoints are kept under it."""

VERSION: Final = 2

ACCOUNT: Final = "account"

LISTED_SUBJECTS: Final = frozenset({"site", "enterprise", "link", "group", "public_account"})
"""Subjects that are listed beside their account; a piece of content or a news item is not somebody to be warned of."""


def _list(rows: Rows, fact: Fact[AccountListedHighRisk]) -> None:
    event = fact.event
    pack = pack_for(rows, POLICIES, event.policy.version, event.occurred_at)
    at = fact.at
    found = canonical([_violation_type(pack, code) for code in event.codes])
    rules = rows.get(RULES, (event.policy.version,))
    shown = found if rules is not None and rules["shows_types"] else canonical([])
    for number, (party_type, party, shown_as) in enumerate(_parties(event), 1):
        row: dict[str, Value] = {
            "listing": fact.event_id,
            "party_type": party_type,
            "party": party,
            "shown_as": shown_as,
            "account": event.account,
            "case_id": id_text(event.case),
            "decision": event.decision,
            "label": event.label,
            "codes": canonical(event.codes),
            "types_found": found,
            "violation_types": shown,
            "listed_at": at,
            "ends_at": instant_or_none(event.ends_at),
            "state": LISTED,
            "delisted_at": None,
            "policy_version": event.policy.version,
            "position": fact.position,
            "number": number,
        }
        _tell(rows, fact, LISTED, row)
        rows.put(BLACKLIST, row)


def _delist(rows: Rows, fact: Fact[AccountDelisted]) -> None:
    event = fact.event
    for row in _standing(rows, event.listing):
        rows.put(BLACKLIST, {**row, "state": DELISTED, "delisted_at": fact.at})
        _tell(rows, fact, DELISTED, row)


def _warn(rows: Rows, fact: Fact[AccountPartnerWarned]) -> None:
    event = fact.event
    rows.put(
        WARNINGS,
        {
            "listing": event.listing,
            "partner": event.partner,
            "account": event.account,
            "case_id": id_text(event.case),
            "decision": event.decision,
            "channels": canonical(event.channels),
            "sites": canonical(event.sites),
            "warned_at": fact.at,
            "position": fact.position,
        },
    )


def _refuse(rows: Rows, fact: Fact[AccountRegistrationRefused]) -> None:
    event = fact.event
    bars = [{"account": bar.account, "case": id_text(bar.case), "decision": bar.decision} for bar in event.bars]
    rows.append(
        REFUSALS,
        {
            "position": fact.position,
            "account": event.account,
            "kinds": canonical([identity.kind for identity in event.identities]),
            "bars": canonical(bars),
            "refused_at": fact.at,
        },
    )


def _publish(rows: Rows, fact: Fact[PolicyPublished]) -> None:
    remember(rows, POLICIES, fact)
    rows.put(RULES, {"version": fact.event.version, "shows_types": _shows_types(fact.event.text)})


def read_model() -> ReadModel:
    """The read model `blacklist`."""
    on = (
        Handlers()
        .on(PolicyPublished, _publish)
        .on(AccountListedHighRisk, _list)
        .on(AccountDelisted, _delist)
        .on(AccountPartnerWarned, _warn)
        .on(AccountRegistrationRefused, _refuse)
        .scans(AccountListedHighRisk, BLACKLIST, lambda fact: [(fact.event_id,)])
        .scans(AccountDelisted, BLACKLIST, lambda fact: [(fact.event.listing,)])
        .reads(AccountPartnerWarned, WARNINGS, lambda fact: [(fact.event.listing, fact.event.partner)])
    )
    meaning = "The high-risk list in three views (internal, partner, public), partners warned, registrations refused."
    tables = (BLACKLIST, CHANGES, WARNINGS, REFUSALS, POLICIES, RULES)
    return ReadModel(NAME, VERSION, meaning, tables, on.handlers, on.ahead, (PARTNER, PUBLIC))


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


def _shows_types(pack_text: str) -> bool:
    """Whether the policy's list shows violation types; read leniently, as everything of a published text."""
    try:
        table = tomllib.loads(pack_text).get("blacklist")
    except (tomllib.TOMLDecodeError, RecursionError):
        return False
    return isinstance(table, dict) and table.get("show_violation_types") is True


def _tell(rows: Rows, fact: Fact[Event], change: str, row: Row) -> None:
    same = ("party_type", "party", "listing", "label", "violation_types")
    told = {name: row[name] for name in same}
    rows.append(CHANGES, {**told, "position": fact.position, "change": change, "changed_at": fact.at})

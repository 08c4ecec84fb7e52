"""The kinds of measures there are, each with its role, what it acts on, its rank and whether it has a duration."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple


class Kind(StrEnum):
    """What a measure does."""

    DELETE_CONTENT = "delete_content"
    BLOCK_CONTENT = "block_content"
    BLOCK_FEED = "block_feed"
    BLOCK_LINK = "block_link"
    ANNOUNCE_LINK = "announce_link"
    SUPPLEMENT_NEWS = "supplement_news"
    MODIFY_NEWS = "modify_news"
    DELETE_NEWS = "delete_news"
    RETRACT_NEWS = "retract_news"
    WARN = "warn"
    REFUSE_PUBLISHING = "refuse_publishing"
    RESTRICT_FUNCTIONS = "restrict_functions"
    SUSPEND_UPDATES = "suspend_updates"
    MUTE = "mute"
    BAN = "ban"
    CLOSE_ACCOUNT = "close_account"
    CLOSE_GROUP = "close_group"
    BAN_SITE = "ban_site"
    FREEZE_PERMISSIONS = "freeze_permissions"
    FORBID_REREGISTRATION = "forbid_reregistration"
    LIST_HIGH_RISK = "list_high_risk"
    NOTIFY_AUTHORITY = "notify_authority"
    TRANSFER_TO_AUTHORITY = "transfer_to_authority"
    PURSUE_COUNTERPARTY = "pursue_counterparty"
    ADMINISTRATIVE_DETENTION = "administrative_detention"
    CRITICISE_AND_EDUCATE = "criticise_and_educate"
    PERSONAL_FILE_RECORD = "personal_file_record"
    LEGAL_ACCOUNTABILITY = "legal_accountability"


class MeasureRole(StrEnum):
    """Who chooses a measure: the officer a `party` one, an authority an `external` one; the others are mandatory."""

    CONTENT = "content"
    PARTY = "party"
    EXTRA = "extra"
    EXTERNAL = "external"


class Target(StrEnum):
    """What a measure acts on."""

    CONTENT = "content"
    ACCOUNT = "account"
    LINK = "link"
    NEWS_ITEM = "news_item"
    GROUP = "group"
    SITE = "site"
    ANY = "any"
    PERSON = "person"


class DurationRule(StrEnum):
    """Whether a measure of a kind carries a duration; without one it lasts until it is lifted."""

    NEVER = "never"
    OPTIONAL = "optional"
    REQUIRED = "required"


class KindFacts(NamedTuple):
    """What holds for every measure of one kind; `rank` orders party measures from mild to hard."""

    role: MeasureRole
    target: Target
    duration: DurationRule
    rank: int | None = None


_CONTENT, _PARTY, _EXTRA, _EXTERNAL = MeasureRole
_NEVER, _OPTIONAL, _REQUIRED = DurationRule

KINDS: Final[Mapping[Kind, KindFacts]] = MappingProxyType(
    {
        Kind.DELETE_CONTENT: KindFacts(_CONTENT, Target.CONTENT, _NEVER),
        Kind.BLOCK_CONTENT: KindFacts(_CONTENT, Target.CONTENT, _OPTIONAL),
        Kind.BLOCK_FEED: KindFacts(_CONTENT, Target.ACCOUNT, _OPTIONAL),
        Kind.BLOCK_LINK: KindFacts(_CONTENT, Target.LINK, _OPTIONAL),
        Kind.ANNOUNCE_LINK: KindFacts(_CONTENT, Target.LINK, _NEVER),
        Kind.SUPPLEMENT_NEWS: KindFacts(_PARTY, Target.NEWS_ITEM, _NEVER, 10),
        Kind.MODIFY_NEWS: KindFacts(_PARTY, Target.NEWS_ITEM, _NEVER, 20),
        Kind.DELETE_NEWS: KindFacts(_PARTY, Target.NEWS_ITEM, _NEVER, 30),
        Kind.RETRACT_NEWS: KindFacts(_PARTY, Target.NEWS_ITEM, _NEVER, 40),
        Kind.WARN: KindFacts(_PARTY, Target.ACCOUNT, _NEVER, 10),
        Kind.REFUSE_PUBLISHING: KindFacts(_PARTY, Target.ACCOUNT, _OPTIONAL, 20),
        Kind.RESTRICT_FUNCTIONS: KindFacts(_PARTY, Target.ACCOUNT, _OPTIONAL, 30),
        Kind.SUSPEND_UPDATES: KindFacts(_PARTY, Target.ACCOUNT, _OPTIONAL, 40),
        Kind.MUTE: KindFacts(_PARTY, Target.ACCOUNT, _REQUIRED, 50),
        Kind.BAN: KindFacts(_PARTY, Target.ACCOUNT, _OPTIONAL, 60),
        Kind.CLOSE_ACCOUNT: KindFacts(_PARTY, Target.ACCOUNT, _NEVER, 70),
        Kind.CLOSE_GROUP: KindFacts(_PARTY, Target.GROUP, _NEVER, 70),
        Kind.BAN_SITE: KindFacts(_EXTRA, Target.SITE, _OPTIONAL),
        Kind.FREEZE_PERMISSIONS: KindFacts(_EXTRA, Target.ACCOUNT, _OPTIONAL),
        Kind.FORBID_REREGISTRATION: KindFacts(_EXTRA, Target.ACCOUNT, _OPTIONAL),
        Kind.LIST_HIGH_RISK: KindFacts(_EXTRA, Target.ANY, _OPTIONAL),
        Kind.NOTIFY_AUTHORITY: KindFacts(_EXTRA, Target.ANY, _NEVER),
        Kind.TRANSFER_TO_AUTHORITY: KindFacts(_EXTRA, Target.ANY, _NEVER),
        Kind.PURSUE_COUNTERPARTY: KindFacts(_EXTRA, Target.ANY, _NEVER),
        Kind.ADMINISTRATIVE_DETENTION: KindFacts(_EXTERNAL, Target.PERSON, _REQUIRED),
        Kind.CRITICISE_AND_EDUCATE: KindFacts(_EXTERNAL, Target.PERSON, _NEVER),
        Kind.PERSONAL_FILE_RECORD: KindFacts(_EXTERNAL, Target.PERSON, _OPTIONAL),
        Kind.LEGAL_ACCOUNTABILITY: KindFacts(_EXTERNAL, Target.PERSON, _OPTIONAL),
    },
)

CONTENT_REMOVAL: Final = "content_removal"
"""The record entry that a decision writes when it deletes content; every other entry is named after its measure."""

RECORD_KINDS: Final[frozenset[str]] = frozenset(
    (CONTENT_REMOVAL, *(kind.value for kind, facts in KINDS.items() if facts.role is not MeasureRole.CONTENT)),
)

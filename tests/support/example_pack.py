"""The example platform's policy: one small pack with every rule there can be."""

from datetime import date

from tests.support.policy_packs import pack_text

PLATFORM = "example"

_FOUR = {"minor": "warn", "ordinary": "mute:P1D", "serious": "mute:P7D", "grave": "ban"}
_ALL = ["content", "account"]
_DEAL = ["content", "account", "site"]

PACK: dict[str, object] = {
    "format": 1,
    "platform": PLATFORM,
    "version": "1",
    "valid_from": date(2021, 1, 1),
    "zone": "Asia/Shanghai",
    "seed": "none",
    "subjects": ["content", "account", "site", "group", "news_item"],
    "officer_may_add": ["transfer_to_authority", "freeze_permissions:P30D"],
    "second_officer": ["ban"],
    "appeal": {"regime": "allowed", "source": "silence"},
    "scope": {"places": ["app"]},
    "admission": [
        {"check": "reporter_verified", "reason": "reporter_not_verified"},
        {"check": "not_malicious", "reason": "malicious_reporter"},
        {"check": "in_scope", "reason": "off_platform"},
        {"check": "not_already_handled", "reason": "already_handled", "by": "same_reporter"},
        {"check": "sufficient_evidence", "reason": "insufficient_evidence"},
        {"check": "judged_here", "reason": "other_procedure", "redirect": "infringement"},
    ],
    "flow": [
        {"id": "posts", "subjects": ["content"], "department": "moderation", "decider": "moderator"},
        {"id": "rest", "subjects": ["account", "site", "group", "news_item"], "department": "trust"},
    ],
    "clock": [
        {"id": "decision", "start": ["report_received"], "stop": ["decided", "report_refused"], "due": "P3D"},
        {"id": "major", "start": ["marked_major"], "stop": ["decided"], "due": "PT1H"},
        {"id": "notice", "start": ["authority_notice_due"], "stop": ["authority_notified"], "due": "PT24H"},
        {
            "id": "package",
            "start": ["authority_request_received"],
            "stop": ["authority_package_sent"],
            "due": "PT24H",
            "urgent": True,
        },
    ],
    "content": [{"subjects": ["content"], "measures": ["delete_content"], "substitutes": ["block_content"]}],
    "ladder": [
        {
            "id": "old",
            "order": 10,
            "explain": "time_barred",
            "when": {"subjects": ["content"], "content_older_than": "P6M"},
            "then": {"no_penalty": True},
        },
        {
            "id": "third-in-a-day",
            "order": 20,
            "explain": "several_in_a_day",
            "when": {
                "subjects": ["content"],
                "severities": ["ordinary"],
                "past": [{"kinds": ["content_removal"], "within": "P1D", "with_current": True, "at_least": 3}],
            },
            "then": {"options": ["mute:P7D", "ban"], "default": {"ordinary": "mute:P7D"}},
        },
        {"id": "sites", "order": 30, "explain": "conduct", "when": {"subjects": ["site"]}, "then": {"options": []}},
        {
            "id": "groups",
            "order": 40,
            "explain": "group_graded",
            "when": {"subjects": ["group"]},
            "then": {"options": ["close_group"], "default": dict.fromkeys(_FOUR, "close_group")},
        },
        {
            "id": "news",
            "order": 50,
            "explain": "news_correction",
            "when": {"subjects": ["news_item"]},
            "then": {"options": ["modify_news", "delete_news"], "default": dict.fromkeys(_FOUR, "modify_news")},
        },
        {
            "id": "false-reports",
            "order": 60,
            "explain": "malicious_reporter",
            "when": {"codes": ["false-report"]},
            "then": {"options": ["warn", "mute:P7D"], "default": dict.fromkeys(_FOUR, "warn")},
        },
        {
            "id": "catalogue",
            "order": 70,
            "explain": "graded",
            "when": {},
            "then": {"options": ["warn", "mute:P1D", "mute:P7D", "mute:P1M", "ban"], "default": _FOUR},
        },
    ],
    "extra": [
        {
            "id": "deals",
            "when": {"classes": ["deal"]},
            "measures": ["list_high_risk:P1Y", "forbid_reregistration", "notify_authority", "pursue_counterparty"],
        },
        {"id": "deal-sites", "when": {"classes": ["deal"], "subjects": ["site"]}, "measures": ["ban_site"]},
    ],
    "rewards": {
        "kind": "ledger",
        "per": "reporter_and_content",
        "amounts": {"coins": 10, "points": 2},
        "caps": {"coins": 15, "points": 10},
        "period": "calendar_month",
    },
    "feedback": {"to": "contactable", "what": ["outcome", "refusal", "preliminary_result"]},
    "blacklist": {"name": "High risk", "label": "Suspected", "lists": ["site"], "term": "P1Y"},
    "external_outcome": [{"kind": "administrative_detention"}, {"kind": "criticise_and_educate"}],
    "violation": [
        {"code": "spam", "class": "bother", "severity": "ordinary", "applies_to": [*_ALL, "group", "news_item"]},
        {"code": "drugs", "class": "deal", "severity": "serious", "applies_to": _DEAL},
        {"code": "false-report", "class": "reports", "severity": "minor", "applies_to": ["account"]},
        {
            "code": "copy",
            "class": "other",
            "severity": "ordinary",
            "applies_to": ["content"],
            "procedure": "infringement",
        },
    ],
}
"""Every part of a pack; an `ordinary` finding is decided at once, a `grave` one bans and needs a second officer."""

NO_EXEMPTION: dict[str, object] = {"appeal.regime": "denied_on_receipt"}
PERKS: dict[str, object] = {"rewards": {"kind": "perks", "perks": ["badge", "voucher"]}}


def example_pack(edits: dict[str, object] | None = None) -> str:
    """The pack's text, edited by key path."""
    return pack_text(edits, PACK)

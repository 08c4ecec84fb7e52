"""Three packs in the shapes that shipped packs come in: graded with rewards, warned once, and a campaign."""

_FOUR = ("minor", "ordinary", "serious", "grave")


def _head(platform: str, subjects: list[str]) -> dict[str, object]:
    return {
        "format": 1,
        "platform": platform,
        "version": "1",
        "zone": "Asia/Shanghai",
        "seed": "none",
        "subjects": subjects,
        "officer_may_add": [],
        "second_officer": [],
        "appeal": {"regime": "allowed", "source": "silence"},
    }


def _violation(code: str, severity: str, applies_to: list[str], **more: str) -> dict[str, object]:
    return {"code": code, "class": code.rpartition(".")[0], "severity": severity, "applies_to": applies_to, **more}


def _rule(order: int, then: tuple[str, str], explain: str, **when: object) -> dict[str, object]:
    """`then` holds the options and the defaults from minor to grave, in short."""
    options, defaults = (part.split() for part in then)
    chosen: dict[str, object] = {"options": options}
    if options:
        chosen["default"] = dict(zip(_FOUR, defaults, strict=True))
    return {"id": f"rule-{order}", "order": order, "explain": explain, "when": when, "then": chosen}


_POSTS = ["content", "account", "link"]
GRADED: dict[str, object] = {
    **_head("graded", _POSTS),
    "scope": {"places": ["app", "mini_program"]},
    "admission": [
        {"check": "reporter_verified", "reason": "reporter_not_verified"},
        {"check": "not_malicious", "reason": "malicious_reporter"},
        {"check": "in_scope", "reason": "off_platform"},
        {"check": "not_already_handled", "reason": "already_handled", "by": "same_reporter"},
        {"check": "sufficient_evidence", "reason": "insufficient_evidence"},
        {"check": "judged_here", "reason": "other_procedure", "redirect": "infringement"},
    ],
    "clock": [{"id": "decision", "start": ["report_received"], "stop": ["decided", "report_refused"], "due": "P3D"}],
    "content": [
        {"subjects": ["content"], "measures": ["delete_content"], "substitutes": ["block_content"]},
        {"subjects": ["link"], "measures": ["block_link"]},
    ],
    "ladder": [
        _rule(
            10, ("warn restrict_functions ban close_account", "warn restrict_functions ban ban"), "malicious_reporter"
        )
        | {"when": {"codes": ["3.3.8"]}},
        _rule(
            20,
            (
                "warn refuse_publishing restrict_functions suspend_updates close_account",
                "warn refuse_publishing restrict_functions close_account",
            ),
            "graded",
        ),
    ],
    "rewards": {
        "kind": "ledger",
        "per": "reporter_and_content",
        "amounts": {"coins": 10, "points": 2},
        "caps": {"coins": 100, "points": 10},
        "period": "calendar_month",
        "labels": {"coins": "coins", "points": "points"},
    },
    "malicious_reports": {"refuse": True, "code": "3.3.8"},
    "violation": [
        _violation("3.1.1", "serious", _POSTS),
        _violation("3.3.8", "ordinary", _POSTS),
        _violation("3.4.1", "ordinary", _POSTS),
        _violation("3.7", "ordinary", _POSTS, procedure="infringement"),
    ],
}

_GOODS = ["content", "account", "group", "link"]
WARNED_ONCE: dict[str, object] = {
    **_head("warned-once", [*_GOODS, "public_account"]),
    "content": [
        {"subjects": ["content"], "measures": ["delete_content", "block_feed"]},
        {"subjects": ["link"], "measures": ["block_link", "announce_link"]},
    ],
    "ladder": [
        _rule(10, ("close_group", "none none close_group close_group"), "group_graded", subjects=["group"]),
        _rule(20, ("", ""), "content_only", subjects=["link"]),
        _rule(30, ("ban", "none none ban ban"), "public_account_graded", subjects=["public_account"]),
        _rule(
            40,
            (
                "restrict_functions close_account",
                "restrict_functions restrict_functions restrict_functions close_account",
            ),
            "warned_before",
            subjects=["content", "account"],
            past=[{"kinds": ["warn"], "at_least": 1}],
        ),
        _rule(
            50,
            ("warn restrict_functions close_account", "warn warn restrict_functions close_account"),
            "graded",
            subjects=["content", "account"],
        ),
    ],
    "extra": [
        {"id": "promoter", "when": {"roles": ["promoter"]}, "measures": ["pursue_counterparty"]},
        {"id": "promotion", "when": {"codes": ["1.5"]}, "measures": ["pursue_counterparty"]},
    ],
    "public_notice": {"subjects": ["account", "link"], "names": "masked"},
    "external_outcome": [{"kind": "legal_accountability"}],
    "violation": [
        _violation("1.1", "ordinary", _GOODS),
        _violation("1.4", "serious", _GOODS),
        _violation("1.5", "serious", _GOODS),
        _violation("2.1", "ordinary", ["public_account"]),
    ],
}

_ALL = ["account", "content", "group", "site"]
_OUTSIDE = {
    "organised": {"any_flags": ["organised", "major_crime"]},
    "data": {"classes": ["4"]},
    "doxing": {"classes": ["1"], "severities": ["serious", "grave"]},
}
CAMPAIGN: dict[str, object] = {
    **_head("campaign", _ALL),
    "clock": [{"id": "campaign-end", "start": ["campaign_started"], "stop": ["campaign_closed"], "due": "P1M"}],
    "content": [{"subjects": ["content"], "measures": ["delete_content"]}],
    "ladder": [
        *(
            _rule(order, ("", ""), "decided_outside", **when)
            for order, when in zip((10, 20, 30), _OUTSIDE.values(), strict=True)
        ),
        _rule(40, ("", ""), "content_only"),
    ],
    "extra": [{"id": name, "when": when, "measures": ["transfer_to_authority"]} for name, when in _OUTSIDE.items()],
    "confidentiality": {"minor": "initial_only"},
    "campaign": {"areas_total": 7, "areas": ["1", "2", "3"]},
    "external_outcome": [
        {"kind": kind}
        for kind in (
            "administrative_detention",
            "criticise_and_educate",
            "personal_file_record",
            "legal_accountability",
        )
    ],
    "violation": [
        _violation("1.2", "serious", _ALL),
        _violation("1.5", "ordinary", _ALL),
        _violation("4.1", "grave", _ALL),
        _violation("5.2", "minor", _ALL),
    ],
}

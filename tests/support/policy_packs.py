"""Small policy packs for tests: a complete base pack as plain data, edits of it by key path, and the shipped ones."""

import copy
import json
import re
from datetime import date, datetime
from functools import cache
from pathlib import Path

from domain.policy.faults import PackRefused
from domain.policy.load import load
from domain.policy.pack import Pack

ROOT = Path(__file__).parent.parent.parent
VECTORS = ROOT / "tests" / "vectors"
KR36 = ROOT / "policies" / "36kr-jiangsu" / "2020-12-18.toml"
ZERO = ROOT / "policies" / "platform-zero-tolerance" / "1.toml"
CAC = ROOT / "policies" / "cac-campaign" / "1.toml"
WECHAT = ROOT / "policies" / "wechat-contraband" / "2019-03.toml"
MOJI = ROOT / "policies" / "moji-weather" / "2020-04-10.toml"
SHIPPED = (ZERO, KR36, CAC, WECHAT, MOJI)
SHIPPED_BY_PLATFORM = {file.parent.name: file for file in SHIPPED}
ABSENT = object()
"""As a new value it takes the key away."""

_FOUR = {"minor": "warn", "ordinary": "mute:P1D", "serious": "mute:P7D", "grave": "ban"}

BASE: dict[str, object] = {
    "format": 1,
    "platform": "test-platform",
    "version": "7",
    "valid_from": date(2020, 1, 1),
    "zone": "Asia/Shanghai",
    "seed": "none",
    "subjects": ["content", "account", "link"],
    "officer_may_add": ["transfer_to_authority"],
    "second_officer": ["ban", "close_account"],
    "appeal": {"regime": "allowed", "source": "silence"},
    "scope": {"places": ["app", "site"]},
    "admission": [
        {"check": "reporter_verified", "reason": "reporter_not_verified", "source": "1.2"},
        {"check": "not_malicious", "reason": "malicious_reporter"},
        {"check": "in_scope", "reason": "off_platform"},
        {"check": "not_already_handled", "reason": "already_handled", "by": "same_reporter"},
        {"check": "sufficient_evidence", "reason": "insufficient_evidence"},
        {"check": "judged_here", "reason": "other_procedure", "redirect": "infringement"},
    ],
    "channel": [{"id": "b", "kind": "button", "address": "below"}, {"id": "h", "kind": "hotline", "address": "400"}],
    "flow": [
        {"id": "posts", "subjects": ["content"], "department": "moderation", "decider": "moderator"},
        {"id": "rest", "subjects": ["account", "link"], "department": "trust"},
    ],
    "clock": [
        {"id": "decision", "start": ["report_received"], "stop": ["decided", "report_refused"], "due": "P3D"},
        {"id": "at-once", "start": ["marked_major"], "stop": ["decided"], "due": "PT0S"},
        {"id": "package", "start": ["authority_request_received"], "stop": ["decided"], "due": "PT24H", "urgent": True},
    ],
    "content": [
        {"subjects": ["content"], "measures": ["delete_content"], "substitutes": ["block_content"]},
        {"subjects": ["content"], "classes": ["1"], "measures": ["delete_content", "block_feed:P7D"]},
        {"subjects": ["link"], "measures": ["block_link", "announce_link"]},
    ],
    "ladder": [
        {
            "id": "old",
            "order": 10,
            "explain": "time_barred",
            "when": {"subjects": ["content"], "content_older_than": "P6M"},
            "then": {"no_penalty": True},
        },
        {
            "id": "again",
            "order": 20,
            "source": "2",
            "explain": "muted_before",
            "when": {
                "subjects": ["content", "account"],
                "severities": ["ordinary", "serious"],
                "past": [
                    {
                        "kinds": ["mute", "content_removal"],
                        "causes": ["content_removal"],
                        "within": "P3M",
                        "before_posting": True,
                        "at_least": 2,
                    },
                    {"kinds": ["ban"], "at_most": 0},
                ],
            },
            "then": {"options": ["mute:P7D", "ban"], "default": {"ordinary": "mute:P7D", "serious": "none"}},
        },
        {
            "id": "promoter",
            "order": 30,
            "explain": "conduct",
            "when": {"classes": ["2"], "codes": ["2.1"], "any_flags": ["organised"], "roles": ["promoter"]},
            "then": {"options": []},
        },
        {
            "id": "catalogue",
            "order": 40,
            "explain": "graded",
            "when": {},
            "then": {"options": ["warn", "mute:P1D", "mute:P7D", "ban", "close_account"], "default": _FOUR},
        },
    ],
    "extra": [
        {"id": "always", "measures": ["list_high_risk:P1Y"]},
        {"id": "crime", "source": "9", "when": {"any_flags": ["major_crime"]}, "measures": ["notify_authority"]},
    ],
    "rewards": {
        "kind": "ledger",
        "per": "reporter_and_content",
        "amounts": {"coins": 10, "points": 2},
        "caps": {"coins": 100, "points": 10},
        "period": "calendar_month",
        "labels": {"coins": "墨贝"},
    },
    "feedback": {"to": "contactable", "what": ["outcome", "refusal"]},
    "blacklist": {
        "name": "High risk",
        "label": "Suspected",
        "show_violation_types": True,
        "lists": ["site"],
        "individual_name": "masked",
        "term": "P1Y",
        "warn_partners": ["sms"],
    },
    "public_notice": {"subjects": ["account"], "names": "masked"},
    "freeze": {"permissions": ["publishing"]},
    "records": {"permanent": True, "evidence_required": True},
    "confidentiality": {"reporter": "sealed", "minor": "initial_only"},
    "malicious_reports": {"refuse": True, "code": "2.1"},
    "campaign": {"areas_total": 7, "areas": ["1", "2"]},
    "external_outcome": [{"kind": "administrative_detention"}],
    "violation": [
        {
            "code": "1.1",
            "class": "1",
            "zh": "一",
            "en": "one",
            "severity": "ordinary",
            "common": "COMMON-SPAM-01",
            "dsa": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
            "applies_to": ["content", "account"],
        },
        {"code": "1.2", "class": "1", "severity": "grave", "applies_to": ["content"]},
        {"code": "2.1", "class": "2", "severity": "minor", "applies_to": ["account", "link"]},
        {"code": "3.7", "class": "3", "severity": "ordinary", "applies_to": ["content"], "procedure": "infringement"},
    ],
}


def pack_text(edits: dict[str, object] | None = None, base: dict[str, object] = BASE) -> str:
    """The base pack with values set by key path, such as `{"ladder[1].when.severities": ["grave"]}`."""
    data = copy.deepcopy(base)
    for path, value in (edits or {}).items():
        _set(data, path, value)
    return "".join(f"{_key(key)} = {_toml(value)}\n" for key, value in data.items())


def pack_of(edits: dict[str, object] | None = None, base: dict[str, object] = BASE) -> Pack:
    """That pack, loaded."""
    return load(pack_text(edits, base).encode(), "test.toml")


def faults_of(edits: dict[str, object]) -> list[tuple[str, str]]:
    """Code and path of every fault the edited base pack has; empty when it loads."""
    return faults_in(pack_text(edits).encode())


def faults_in(data: bytes) -> list[tuple[str, str]]:
    """Code and path of every fault of a file."""
    try:
        load(data, "test.toml")
    except PackRefused as refused:
        return [(fault.code.value, fault.path) for fault in refused.faults]
    return []


@cache
def shipped(file: Path) -> Pack:
    """A pack of the project."""
    return load(file.read_bytes(), file.name)


def stored_vectors(name: str) -> list[dict[str, object]]:
    """The vectors kept in one file."""
    vectors: list[dict[str, object]] = json.loads((VECTORS / f"{name}.json").read_text())["vectors"]
    return vectors


def _set(data: object, path: str, value: object) -> None:
    *way, last = [int(part) if part.isdecimal() else part for part in re.findall(r"[^.\[\]]+", path)]
    for part in way:
        data = data[part]  # type: ignore[index] - tests name paths that are there
    if value is ABSENT:
        del data[last]  # type: ignore[attr-defined] - the same
    elif isinstance(data, list) and last == len(data):
        data.append(value)
    else:
        data[last] = value  # type: ignore[index] - the same


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return _key(value) if isinstance(value, str) else str(value)


def _key(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

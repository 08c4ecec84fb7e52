"""What read models take from published policies, read leniently: no text that was once published is ever refused.

The engine's own loader refuses a faulty pack; a read model meets packs that were accepted long ago, under other rules,
and must never refuse history. Facts come from `policy.published.v1` alone, so the ledger is all it takes to rebuild.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from typing import Final, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.policies.events import PolicyPublished
from domain.policy.durations import AT_ONCE, Duration, NotADuration, parse_duration
from projections.fact import Fact
from projections.rows import Rows
from projections.tables import Table, integer, json_text, text

_SCOPE: Final = "published"
"""First key column of every policies table, so that all versions can be scanned together."""

_PARSED_PACKS_MAX: Final = 128
_LISTS_MAX: Final = 4096
_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode

Facts = Mapping[str, object]


@dataclass(frozen=True)
class Clock:
    """A clock of a pack; `goes_first` puts it before the others in a queue (urgent, or due at once)."""

    name: str
    start: frozenset[str]
    stop: frozenset[str]
    due: Duration
    goes_first: bool


@dataclass(frozen=True)
class ViolationTitle:
    """A line of a pack's violation table, as far as figures and lists need it."""

    class_: str
    severity: str
    zh: str
    en: str


@dataclass(frozen=True)
class PackFacts:
    """What read models know of one published version."""

    version: str
    zone: tzinfo
    valid_from: date | None
    clocks: tuple[Clock, ...]
    violations: Mapping[str, ViolationTitle]
    caps: Mapping[str, int]

    def class_of(self, code: str) -> str:
        """The class of a violation code, empty where the pack does not know the code."""
        known = self.violations.get(code)
        return known.class_ if known else ""

    def clock(self, name: str) -> Clock | None:
        """The clock of this name."""
        return next((clock for clock in self.clocks if clock.name == name), None)


NO_PACK: Final = PackFacts("", UTC, None, (), {}, {})
"""Stands where nothing was published yet: no clocks, no classes, days in UTC."""


def policies_table(read_model: str) -> Table:
    """The table in which a read model keeps what it took from published policies."""
    return Table(
        f"{read_model}_policies",
        "What this read model took from the published policy packs.",
        ("scope", "version"),
        (
            text("scope", "Always `published`."),
            text("version", "Version of the pack."),
            integer("position", "Place of its publication in the ledger.", "position"),
            json_text("facts", "Zone, clocks, violation classes and caps of the pack."),
        ),
        prefix=1,
        internal=True,
    )


def remember(rows: Rows, table: Table, fact: Fact[PolicyPublished]) -> None:
    """Keep what the published text says."""
    event = fact.event
    facts = canonical(_facts(event.version, event.text))
    rows.put(table, {"scope": _SCOPE, "version": event.version, "position": fact.position, "facts": facts})


def pack_for(rows: Rows, table: Table, version: str | None, at: datetime) -> PackFacts:
    """The version that was applied, where it is named and known; else the newest that is valid at `at`."""
    if version is not None:
        row = rows.get(table, (_SCOPE, version))
        if row is not None:
            return _read(cast("str", row["facts"]))
    published = sorted(rows.scan(table, (_SCOPE,)), key=lambda row: cast("int", row["position"]))
    best = NO_PACK
    for row in published:
        pack = _read(cast("str", row["facts"]))
        if _valid(pack, at) and (best.valid_from or date.min) <= (pack.valid_from or date.min):
            best = pack
    return best


def canonical(value: object) -> str:
    """`value` as JSON with sorted keys and no spaces."""
    return _ENCODE(value)


@lru_cache(maxsize=_LISTS_MAX)
def canonical_list(items: tuple[str, ...]) -> str:
    """These texts as a canonical JSON list; the same few lists of codes come again and again."""
    return _ENCODE(items)


def _valid(pack: PackFacts, at: datetime) -> bool:
    return pack.valid_from is None or datetime.combine(pack.valid_from, datetime.min.time(), pack.zone) <= at


@lru_cache(maxsize=_PARSED_PACKS_MAX)
def _read(facts_text: str) -> PackFacts:
    facts = json.loads(facts_text)
    return PackFacts(
        version=facts["version"],
        zone=_zone(facts["zone"]),
        valid_from=date.fromisoformat(facts["valid_from"]) if facts["valid_from"] else None,
        clocks=tuple(
            Clock(name, frozenset(start), frozenset(stop), parse_duration(due), goes_first)
            for name, start, stop, due, goes_first in facts["clocks"]
        ),
        violations={code: ViolationTitle(*line) for code, line in facts["violations"].items()},
        caps=facts["caps"],
    )


def _facts(version: str, pack_text: str) -> Facts:
    try:
        pack = tomllib.loads(pack_text)
    except (tomllib.TOMLDecodeError, RecursionError):
        pack = {}
    valid_from = pack.get("valid_from")
    return {
        "version": version,
        "zone": _word(pack, "zone"),
        "valid_from": valid_from.isoformat() if type(valid_from) is date else None,
        "clocks": list(_clocks(pack)),
        "violations": dict(_violations(pack)),
        "caps": _caps(pack),
    }


def _clocks(pack: Facts) -> Iterator[tuple[str, list[str], list[str], str, bool]]:
    seen: set[str] = set()
    for line in _tables(pack, "clock"):
        name, due = _word(line, "id"), _word(line, "due")
        if not name or name in seen or not _is_duration(due):
            continue
        seen.add(name)
        goes_first = line.get("urgent") is True or due == AT_ONCE
        yield name, _words(line, "start"), _words(line, "stop"), due, goes_first


def _violations(pack: Facts) -> Iterator[tuple[str, tuple[str, str, str, str]]]:
    for line in _tables(pack, "violation"):
        yield _word(line, "code"), (_word(line, "class"), _word(line, "severity"), _word(line, "zh"), _word(line, "en"))


def _caps(pack: Facts) -> dict[str, int]:
    rewards = pack.get("rewards")
    caps = rewards.get("caps") if isinstance(rewards, dict) else None
    if not isinstance(caps, dict):
        return {}
    return {currency: cap for currency, cap in caps.items() if type(cap) is int}


def _tables(pack: Facts, name: str) -> list[Facts]:
    lines = pack.get(name)
    return [line for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []


def _word(line: Facts, name: str) -> str:
    value = line.get(name)
    return value if isinstance(value, str) else ""


def _words(line: Facts, name: str) -> list[str]:
    values = line.get(name)
    return sorted({value for value in values if isinstance(value, str)}) if isinstance(values, list) else []


def _is_duration(due: str) -> bool:
    try:
        parse_duration(due)
    except NotADuration:
        return False
    return True


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC

"""The words and rules of a statement of reasons, as data; the validator and the mapping both read them from here.

Sources: `enums.json` from digital-services-act/transparency-database, app/Models/Statement.php at 69e80a0b;
`rules.json` restates the statement of reasons API in force since 1 July 2025 (transparency.dsa.ec.europa.eu, "API
documentation"); `day_archive_header.csv` is the first line of the database's full day archives since that day;
`codes.json` lists ISO 3166-1 and ISO 639-1 codes.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, cast

Rule = Mapping[str, object]

_ENUM_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        "account_types": "account_type",
        "automated_decisions": "automated_decision",
        "content_types": "content_type",
        "decision_accounts": "decision_account",
        "decision_grounds": "decision_ground",
        "decision_monetaries": "decision_monetary",
        "decision_provisions": "decision_provision",
        "decision_visibilities": "decision_visibility",
        "incompatible_content_illegals": "incompatible_content_illegal",
        "keywords": "category_specification",
        "source_types": "source_type",
        "statement_categories": "category",
    }
)
"""What the rules call an enumeration, and what the enumerations themselves do."""


@cache
def field_rules() -> Mapping[str, Rule]:
    """The rules of each field by its name, in their order; a dot leads into an object."""
    return cast("Mapping[str, Rule]", _read("rules.json")["fields"])


@cache
def needed_one_of() -> tuple[str, ...]:
    """The fields of which a statement has at least one."""
    return tuple(cast("list[str]", _read("rules.json")["at_least_one_of"]))


@cache
def batch_bounds() -> tuple[int, int]:
    """How many statements may be submitted together: at least, at most."""
    batch = cast("Mapping[str, int]", _read("rules.json")["batch"])
    return batch["min"], batch["max"]


@cache
def allowed(enum: str) -> frozenset[str]:
    """The values of an enumeration, by the name that the rules use."""
    enums = cast("Mapping[str, Mapping[str, str]]", _read("enums.json")["enums"])
    return frozenset(enums[_ENUM_OF[enum]])


@cache
def listed(codes: str) -> frozenset[str]:
    """The codes of a list, by the words that the rules use."""
    return frozenset(cast("list[str]", _read("codes.json")[codes]))


@cache
def archive_columns() -> tuple[str, ...]:
    """The columns of a day archive, in order."""
    return tuple(archive_header().strip().split(","))


@cache
def archive_header() -> str:
    """The first line of a day archive, byte for byte, with its end."""
    return (files("schemas") / "dsa" / "day_archive_header.csv").read_text(encoding="utf-8")


@cache
def _read(name: str) -> Mapping[str, object]:
    return cast("Mapping[str, object]", json.loads((files("schemas") / "dsa" / name).read_text(encoding="utf-8")))

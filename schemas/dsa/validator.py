"""Every fault of a statement of reasons, by field, code and reason; nothing is coerced, nothing is ignored."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final, cast
from urllib.parse import urlsplit

from schemas.dsa.vocabulary import Rule, allowed, batch_bounds, field_rules, listed, needed_one_of

Statement = Mapping[str, object]
"""A statement by field; None and an empty list stand for a field that is not there."""

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class StatementFault:
    """One thing wrong with a statement. Codes: `unknown_field`, `missing`, `wrong_type`, `not_allowed`, `too_long`,
    `bad_pattern`, `bad_format`, `out_of_range`, `dropped` (the database would drop it), `not_here`, `none_of_them`,
    `repeated_puid`, `batch_size`.
    """

    field: str
    code: str
    reason: str


def faults(statement: Statement) -> tuple[StatementFault, ...]:
    """Every fault of one statement, what is missing or out of place first; empty for one that would be taken."""
    flat = {name: value for name, value in _flat(statement) if not _is_absent(value)}
    known = field_rules()
    found = [StatementFault(name, "unknown_field", "no such field") for name in flat if name not in known]
    for demand in _demands():
        found += _presence(demand, flat)
    for name, value in flat.items():
        if name in known:
            found += _value_faults(name, known[name], value)
    if not any(name in flat for name in needed_one_of()):
        found.append(StatementFault("", "none_of_them", f"at least one of {', '.join(needed_one_of())}"))
    return tuple(found)


def batch_faults(statements: Sequence[Statement], before: Collection[object] = ()) -> tuple[StatementFault, ...]:
    """Every fault of statements that are submitted together, their own included; `before` are the puids used ever."""
    least, most = batch_bounds()
    found: list[StatementFault] = []
    if not least <= len(statements) <= most:
        reason = f"{len(statements)} statements; a batch has {least} to {most}"
        found.append(StatementFault("", "batch_size", reason))
    seen: set[object] = set()
    for statement in statements:
        found += faults(statement)
        puid = statement.get("puid")
        if puid in seen or puid in before:
            found.append(StatementFault("puid", "repeated_puid", f"{puid!r} was used before; it is unique for ever"))
        seen.add(puid)
    return tuple(found)


def _flat(statement: Statement) -> Iterator[tuple[str, object]]:
    for name, value in statement.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{inner}", each) for inner, each in value.items())
        else:
            yield name, value


def _is_absent(value: object) -> bool:
    return value is None or value in ([], "")


@dataclass(frozen=True, slots=True)
class _Demand:
    """When a field must be there, and when it must not."""

    field: str
    always: bool
    required_when: str | None
    dropped_otherwise: bool
    dropped_when: str | None
    only_when: str | None


@cache
def _demands() -> tuple[_Demand, ...]:
    """The demands of the rules, without the fields that may always be there or not."""
    made = [
        _Demand(
            name,
            rule.get("required") is True,
            cast("str | None", rule.get("required_when")),
            rule.get("dropped_otherwise") is True,
            cast("str | None", rule.get("dropped_when")),
            cast("str | None", rule.get("only_when")),
        )
        for name, rule in field_rules().items()
    ]
    return tuple(each for each in made if each != _Demand(each.field, False, None, False, None, None))  # noqa: FBT003


def _presence(demand: _Demand, flat: Statement) -> Iterator[StatementFault]:
    """Whether a field may, must or must not be there."""
    name, required = demand.field, demand.required_when
    if name not in flat:
        if demand.always or (required is not None and _holds(required, flat)):
            yield StatementFault(name, "missing", f"required when {required}" if required else "required")
        return
    if required is not None and demand.dropped_otherwise and not _holds(required, flat):
        yield StatementFault(name, "dropped", f"the database keeps it only when {required}")
    if demand.dropped_when is not None and _holds(demand.dropped_when, flat):
        yield StatementFault(name, "dropped", f"the database drops it when {demand.dropped_when}")
    if demand.only_when is not None and not _holds(demand.only_when, flat):
        yield StatementFault(name, "not_here", f"allowed only when {demand.only_when}")


def _holds(condition: str, flat: Statement) -> bool:
    name, operator, wanted = _condition(condition)
    value = flat.get(name)
    if operator == "contains":
        return isinstance(value, list) and wanted in value
    return value == wanted


@cache
def _condition(condition: str) -> tuple[str, str, str]:
    name, operator, wanted = condition.split(" ")
    return name, operator, wanted


def _value_faults(name: str, rule: Rule, value: object) -> Iterator[StatementFault]:
    if rule.get("type") == "list":
        if not isinstance(value, list):
            yield StatementFault(name, "wrong_type", "a list is needed")
            return
        for item in value:
            yield from _item_faults(name, rule, item)
    else:
        yield from _item_faults(name, rule, value)


def _item_faults(name: str, rule: Rule, value: object) -> Iterator[StatementFault]:
    if not isinstance(value, str):
        yield StatementFault(name, "wrong_type", "text is needed")
        return
    for key in rule:
        check = _CHECKS.get(key)
        fault = None if check is None else check(value, rule)
        if fault is not None:
            yield StatementFault(name, *fault)


_Fault = tuple[str, str] | None


def _enum(value: str, rule: Rule) -> _Fault:
    if value in allowed(cast("str", rule["enum"])):
        return None
    return "not_allowed", f"{value[:80]!r} is none of the {rule['enum']}"


def _values(value: str, rule: Rule) -> _Fault:
    wanted = rule["values"]
    if value in (listed(wanted) if isinstance(wanted, str) else cast("list[str]", wanted)):
        return None
    return "not_allowed", f"{value[:80]!r} is none of {wanted}"


def _longest(value: str, rule: Rule) -> _Fault:
    most = cast("int", rule["max"])
    return None if len(value) <= most else ("too_long", f"{len(value)} characters; at most {most}")


def _pattern(value: str, rule: Rule) -> _Fault:
    pattern = cast("str", rule["pattern"])
    return None if _compiled(pattern).fullmatch(value) else ("bad_pattern", f"does not match {pattern}")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """The whole value has to match: a `$` would let a line break through."""
    return re.compile(pattern.removeprefix("^").removesuffix("$"))


def _day(value: str, rule: Rule) -> _Fault:
    try:
        known = _DAY.fullmatch(value) is not None and bool(date.fromisoformat(value))
    except ValueError:
        known = False
    if not known:
        return "bad_format", f"a day is needed, {rule['format']}"
    first, last = cast("str", rule.get("from", "")), cast("str", rule["to"])
    return None if first <= value <= last else ("out_of_range", f"from {first or 'ever'} to {last}")


def _url(value: str, rule: Rule) -> _Fault:
    if rule["type"] != "url":
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    known = parts.scheme in ("http", "https") and parts.netloc and value.isprintable() and " " not in value
    return None if known else ("bad_format", "a web address is needed")


_CHECKS: Final[Mapping[str, Callable[[str, Rule], _Fault]]] = {
    "type": _url,
    "enum": _enum,
    "values": _values,
    "max": _longest,
    "pattern": _pattern,
    "format": _day,
}

"""Lists of one kind of thing, over one or several platforms, page by page."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, cast

from caseledger.queries.errors import NotAQuestion
from caseledger.queries.ports import Condition, Cursor, Question, Range, Reading, Row, Scalar

PLATFORM: Final = "platform"
"""The first column of every row of a list."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What is listed: a table or view, what its columns must be, and its order."""

    relation: str
    where: Mapping[str, Condition] = field(default_factory=dict)
    order_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """One page: rows, each with its platform first; `next` goes on after them, None at the end."""

    rows: list[Row]
    next: str | None


def page(readings: Sequence[Reading], listing: Listing, limit: int, after: str | None) -> Listed:
    """At most `limit` rows, platform after platform by name; raises `NotAQuestion` for a cursor of another list."""
    platform, cursor = (None, None) if after is None else _read_cursor(after, listing)
    rows: list[Row] = []
    names = [reading.platform for reading in readings]
    if platform is not None and platform not in names:
        raise NotAQuestion("this --after belongs to another list")
    for place, reading in enumerate(readings):
        if platform is not None and reading.platform < platform:
            continue
        question = Question(listing.relation, listing.where, listing.order_by, limit - len(rows))
        found = _page(reading, replace(question, after=cursor if reading.platform == platform else None))
        rows += [{PLATFORM: reading.platform, **row} for row in found[0]]
        if found[1] is not None:
            return Listed(rows, _cursor(reading.platform, found[1], listing))
        if len(rows) == limit and place + 1 < len(readings):
            return Listed(rows, _cursor(readings[place + 1].platform, None, listing))
    return Listed(rows, None)


def _page(reading: Reading, question: Question) -> tuple[list[Row], Cursor | None]:
    try:
        found = reading.tables.page(question)
    except ValueError:
        raise NotAQuestion("this --after belongs to another list") from None
    return found.rows, found.next


def _cursor(platform: str, after: Cursor | None, listing: Listing) -> str:
    told = json.dumps([listing.relation, list(listing.order_by), platform, after], ensure_ascii=False)
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _read_cursor(text: str, listing: Listing) -> tuple[str, Cursor | None]:
    try:
        told = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        raise NotAQuestion("this --after is no cursor; use the one that the list before it printed") from None
    match told:
        case [listing.relation, list() as order, str() as platform, list() | None as after] if tuple(
            order
        ) == listing.order_by and _are_scalars(after):
            return platform, None if after is None else tuple(cast("list[Scalar]", after))
    raise NotAQuestion("this --after belongs to another list")


def _are_scalars(after: list[object] | None) -> bool:
    return all(value is None or isinstance(value, str | int | bool) for value in after or ())


def given(**where: Condition) -> dict[str, Condition]:
    """The conditions that were asked for: those that are not None, and ranges with a bound."""
    return {name: condition for name, condition in where.items() if condition is not None and condition != Range()}


QUEUE_ORDER: Final = ("urgency", "due_at", "-severity_rank", "-reports", "opened_at")
"""What is due first comes first; then the graver, the more often reported, the older."""

BLACKLISTS: Final = {"internal": "blacklist", "partner": "blacklist_partner", "public": "blacklist_public"}
"""The views of the list by whom they are for."""

VIOLATION_TABLES: Final = {
    "class": "violation_counts",
    "code": "violation_counts_by_code",
    "window": "violation_counts_by_window",
    "each": "violations",
}
"""What violations are counted by; `each` gives the dated rows themselves."""

DIMENSIONS: Final = ("day", "month", "figure", "source", "subject_type", "class", "outcome", "measure")
"""What statistics may be added up by."""


def figures(
    readings: Sequence[Reading], by: Sequence[str], where: Mapping[str, Condition], limit: int, after: str | None
) -> Listed:
    """Statistics added up over every column that `by` does not name: `ever`, and `standing` of what was not undone."""
    listing = Listing("statistics", where, tuple(by))
    sums: dict[tuple[str, ...], list[int]] = {}
    for reading in readings:
        for row in reading.tables.rows(Question("statistics", where)):
            key = (reading.platform, *(_dimension(row, name) for name in by))
            added = sums.setdefault(key, [0, 0])
            added[0] += cast("int", row["ever"])
            added[1] += cast("int", row["standing"])
    keys = sorted(sums)
    if after is not None:
        platform, cursor = _read_cursor(after, listing)
        last = (platform, *(str(value) for value in cursor or ()))
        keys = [key for key in keys if key > last]
    shown = keys[:limit]
    following = _cursor(shown[-1][0], tuple(shown[-1][1:]), listing) if len(keys) > limit else None
    names = (PLATFORM, *by)
    return Listed([_figure(names, key, sums[key]) for key in shown], following)


def _figure(names: Sequence[str], key: tuple[str, ...], added: Sequence[int]) -> Row:
    return {**dict(zip(names, key, strict=True)), "ever": added[0], "standing": added[1]}


def _dimension(row: Row, name: str) -> str:
    return str(row["day"])[: len("2021-01")] if name == "month" else str(row[name])

"""The forms of statements: JSON lines as the database's API takes them, CSV as its day archives have them."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID, uuid5

from caseledger.statements.building import Unstated
from caseledger.statements.corrections import Correction
from caseledger.statements.reading import Stated, Statements
from domain.policy.instants import utc_text
from schemas.dsa.vocabulary import archive_columns, archive_header

Row = tuple[str, bool]
"""A line with its end, and whether it is a row; the header is none."""

NAMESPACE: Final = UUID("4c0a3b52-1d0e-5b57-8f0c-6f2a7c9d1e33")
"""Permanent: the namespace of the ids that archive rows have here, as the database gives ids of its own."""

CORRECTION_COLUMNS: Final = ("puid", "change", "field", "before", "after")
OVERTURNED_COLUMNS: Final = ("puid", "outcome", "by", "on")

_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def statement_rows(statements: Statements) -> Iterator[Row]:
    """Each statement as the API takes it, one JSON object a line."""
    for stated in statements:
        if not isinstance(stated.made, Unstated):
            yield f"{_ENCODE(stated.made)}\n", True


def json_rows(rows: Iterable[Mapping[str, object]]) -> Iterator[Row]:
    """Anything as JSON lines."""
    for row in rows:
        yield f"{_ENCODE(row)}\n", True


def archive_rows(statements: Statements) -> Iterator[Row]:
    """The header of a day archive, and each statement under it."""
    yield archive_header(), False
    for stated in statements:
        if not isinstance(stated.made, Unstated):
            yield _line(_archived(stated, stated.made)), True


def correction_rows(found: Iterable[Correction]) -> Iterator[Row]:
    """One line for each field of each correction."""
    yield _line(CORRECTION_COLUMNS), False
    for each in found:
        for name in each.fields:
            yield _line((each.puid, each.change, name, _cell(each.before.get(name)), _cell(each.after.get(name)))), True


def overturned_rows(statements: Statements) -> Iterator[Row]:
    """What became of statements, one line for each time."""
    yield _line(OVERTURNED_COLUMNS), False
    for each in statements.overturned():
        yield _line((each.puid, each.outcome, each.by, each.on)), True


def _archived(stated: Stated, made: Mapping[str, object]) -> list[str]:
    given = stated.given
    own: dict[str, object] = {
        "uuid": str(uuid5(NAMESPACE, f"{given.platform}\n{made['puid']}")),
        "platform_name": given.platform,
        "platform_uid": made["puid"],
        "created_at": utc_text(given.decided.occurred_at)[:19].replace("T", " "),
    }
    return [_cell(own.get(name, made.get(name)), is_day="date" in name) for name in archive_columns()]


def _cell(value: object, *, is_day: bool = False) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"{value} 00:00:00" if is_day else value
    return _ENCODE(value)


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()

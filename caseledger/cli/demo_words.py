"""Headings, notes and short forms that every table of the demo uses."""

from collections.abc import Iterable

from rich.text import Text

from caseledger.queries.packs import Title
from caseledger.queries.ports import Row


def heading(text: str, *, first: bool = False) -> Text:
    """What a table is about, with an empty line before it."""
    return Text(text if first else f"\n{text}", style="bold")


def note(text: str) -> Text:
    """What there is to know about the table above."""
    return Text(text, style="dim")


def day(value: object) -> str:
    """The day of a moment, in UTC."""
    return str(value)[:10]


def plain(code: object) -> str:
    """A code as words."""
    return str(code).replace("_", " ")


def left(minutes: int | None) -> str | None:
    """The time to breach, or since then."""
    if minutes is None:
        return None
    hours, rest = divmod(abs(minutes), 60)
    return f"{hours} h {rest:02} {'late' if minutes < 0 else 'left'}"


def titled(found: Iterable[Title]) -> list[str]:
    """Violations by code and in both languages."""
    return ["  ".join(part for part in (title.code, title.zh, title.en) if part) for title in found]


def types_of(row: Row) -> list[str]:
    """The violation types of a row in both languages."""
    found = row["violation_types"]
    return [f"{each['zh']} {each['en']}" for each in found] if isinstance(found, list) else []


def measure_of(row: Row) -> str:
    """The measure of a sanction in the short form of packs."""
    return str(row["kind"]) if row["duration"] is None else f"{row['kind']}:{row['duration']}"


def listed(value: object) -> list[str]:
    """The values of a column that holds a list."""
    return [str(each) for each in value] if isinstance(value, list) else []


def text_of(value: object) -> str | None:
    """A value as text, where there is one."""
    return None if value is None else str(value)


def number_of(value: object) -> int:
    """A column that holds a number."""
    return int(str(value))

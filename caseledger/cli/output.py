"""What commands print: tables that read well at 100 columns, or one JSON document; plain text unless on a terminal."""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NoReturn
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from caseledger.cli.status import ExitStatus

WIDTH: Final = 100
"""Columns where the output is no terminal and COLUMNS is not set."""

NONE: Final = "-"
"""What stands in a cell without a value."""

Cell = Text | str | int | bool | datetime | UUID | None
"""What a cell can show."""

_BIDI: Final = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Screen(Console):
    """Standard output. A reader that goes away ends the command quietly."""

    def on_broken_pipe(self) -> NoReturn:
        """Let the command group end the command."""
        raise BrokenPipeError


def screen() -> Screen:
    """Standard output as it is now, in colour only on a terminal."""
    terminal = sys.stdout.isatty()
    width = None if terminal or os.environ.get("COLUMNS") else WIDTH
    return Screen(file=sys.stdout, width=width, highlight=False, emoji=False, markup=False, soft_wrap=False)


def print_json(document: object) -> None:
    """One JSON document on standard output: UTF-8, fields in a fixed order, times in UTC."""
    sys.stdout.write(json_text(document, indent=2) + "\n")


def json_text(document: object, indent: int | None = None) -> str:
    """A document as JSON."""
    return json.dumps(document, ensure_ascii=False, indent=indent, default=_plain_value)


def shown(value: Cell) -> Text:
    """A value as people read it; nothing in it can change how the terminal behaves."""
    if isinstance(value, Text):
        return value
    if value is None or value == "":
        return Text(NONE, style="dim")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, datetime):
        return Text(moment(value))
    return Text("".join(each if _is_harmless(each) else f"\\u{ord(each):04x}" for each in str(value)))


def moment(value: datetime | str) -> str:
    """A moment in UTC: `2021-03-10 04:00Z`; seconds and their parts only where they are not zero."""
    text = value if isinstance(value, str) else value.isoformat()
    text = text.replace("+00:00", "Z").replace("T", " ")
    head, dot, fraction = text.removesuffix("Z").partition(".")
    fraction = fraction.rstrip("0")
    return f"{head}{dot}{fraction}Z" if fraction else f"{head.removesuffix(':00')}Z"


def show(parts: Iterable[Table | str]) -> None:
    """Print tables and headings, an empty line before each that has a title, no white space at the ends of lines."""
    out = screen()
    for number, part in enumerate(parts):
        if number and (isinstance(part, str) or part.title):
            out.print()
        heading = Text(shown(part).plain, style="bold") if isinstance(part, str) else part
        if out.is_terminal:
            out.print(heading)
            continue
        with out.capture() as captured:
            out.print(heading)
        out.file.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


def grid(pairs: Iterable[tuple[str, Cell]], title: str | None = None) -> Table:
    """Names and values, one pair a line; pairs without a value are left out."""
    made = Table.grid(padding=(0, 2))
    made.title, made.title_justify, made.title_style = _heading(title), "left", "bold"
    made.add_column(style="bold", no_wrap=True)
    made.add_column(overflow="fold")
    for name, value in pairs:
        if value is not None and value != "":
            made.add_row(name, shown(value))
    return made


def table(title: str | None, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Table:
    """A table; a column whose name begins with `#` holds numbers and is set to the right, one with `!` never wraps."""
    made = Table(title=_heading(title), box=None, pad_edge=False, header_style="bold")
    made.title_justify, made.title_style, made.padding = "left", "bold", (0, 2, 0, 0)
    for name in columns:
        made.add_column(
            name.lstrip("#!").upper(),
            justify="right" if name.startswith("#") else "left",
            no_wrap=name.startswith(("#", "!")),
            overflow="fold",
        )
    for row in rows:
        made.add_row(*(shown(cell) for cell in row))
    return made


def end_with(status: ExitStatus) -> NoReturn:
    """End the command with this status; what it printed says why."""
    raise typer.Exit(status)


def words(values: Iterable[object]) -> str:
    """Values in one line."""
    return ", ".join(str(value) for value in values)


def measure_text(measure: Mapping[str, object] | None) -> str | None:
    """A measure in the short form of packs, such as `mute:P7D`."""
    if measure is None:
        return None
    duration = measure.get("duration")
    return str(measure["kind"]) if duration is None else f"{measure['kind']}:{duration}"


def _heading(title: str | None) -> str | None:
    return None if title is None else shown(title).plain


def _is_harmless(character: str) -> bool:
    return (character.isprintable() or character in "\n\t \u3000") and character not in _BIDI


def _plain_value(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is no JSON")

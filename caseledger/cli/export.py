"""`caseledger export`: a table or view of the read models as a file for spreadsheets and data tools."""

# ruff: noqa: FBT002, PLC0415 - options are keywords to the library; what a command needs is loaded when it runs
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from caseledger.cli.options import AsJson, Platform


class Format(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)


def export(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A table or view; `export help` lists them all.")],
    format: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.CSV,  # noqa: A002 - its name
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to; standard output if not given.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    platform: Platform = None,
    as_json: AsJson = False,
) -> None:
    """Write a table or view of the read models, all rows in the order of their key, the platform first.

    The file appears whole or not at all, readable by its owner only. In CSV an empty field is a missing value, and
    text that a spreadsheet would take for a formula (it begins with = + - @ or a tab) gets an apostrophe in front.
    Parquet has real types: times in UTC to the microsecond, days, numbers, booleans; JSON columns are text.
    With --json what was written is told as JSON; the rows themselves as JSON are `--format jsonl`.
    """
    from caseledger.cli import exporting

    exporting.export(name, format.value, output, platform, force=force, as_json=as_json)

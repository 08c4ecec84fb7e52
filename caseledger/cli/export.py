"""`caseledger export`: a table or view of the read models as a file for spreadsheets and data tools; statements."""

# ruff: noqa: FBT002, PLC0415, PLR0913, PLR0917 - options are keywords to the library; what a command needs is loaded when it runs
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
    since: Annotated[
        str | None, typer.Option("--since", metavar="DAY", help="Statements: only of decisions from this day on.")
    ] = None,
    mapping_version: Annotated[
        int | None,
        typer.Option("--mapping-version", metavar="N", help="Statements: by this mapping; the newest if none."),
    ] = None,
    corrections_since: Annotated[
        int | None,
        typer.Option("--corrections-since", metavar="N", help="Statements: only what differs from mapping N."),
    ] = None,
    overturned: Annotated[
        bool, typer.Option("--overturned", help="Statements: those whose decision was taken back or reduced, and when.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a table or view of the read models, all rows in the order of their key, the platform first.

    The file appears whole or not at all, readable by its owner only. In CSV an empty field is a missing value, and
    text that a spreadsheet would take for a formula (it begins with = + - @ or a tab) gets an apostrophe in front.
    Parquet has real types: times in UTC to the microsecond, days, numbers, booleans; JSON columns are text.
    With --json what was written is told as JSON; the rows themselves as JSON are `--format jsonl`.

    The NAME `statements` writes one platform's statements of reasons for the DSA Transparency Database, one for each
    decision that restricts something: as JSON lines for its API, or in CSV as its day archives have them.
    """
    from caseledger.cli import exporting, statement_export

    asked = statement_export.Asked(since, mapping_version, corrections_since, overturned)
    if name == statement_export.NAME:
        target = exporting.Target(format.value, output, force, as_json)
        statement_export.export(asked, target, platform)
        return
    statement_export.refuse(asked, name)
    exporting.export(name, format.value, output, platform, force=force, as_json=as_json)

"""`caseledger ingest`: reports as JSON lines, of any number; resumable, and each taking effect once."""

from typing import Annotated

import typer

from caseledger.cli.status import ExitStatus


def register(app: typer.Typer) -> None:
    """Put the command into the command line."""
    app.command("ingest")(ingest)


def ingest(
    file: Annotated[
        str, typer.Argument(metavar="FILE|-", help="File of JSON lines, one report each; - for standard input.")
    ],
    platform: Annotated[str | None, typer.Option(help="Platform of lines that name none.")] = None,
    *,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Read from the first line, whatever was read before.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
) -> None:
    """Take in reports, one JSON object a line, with the fields of the command file_report.

    A bad line is named with its number, field and reason, and the others go on. A report that was seen before changes
    nothing, so a file can be given again after any interruption: it goes on behind the last batch that took effect.
    """
    from caseledger.cli.ingestion import ingest_lines  # noqa: PLC0415 - loaded when it runs

    if ingest_lines(file, platform, from_start=from_start, as_json=as_json).bad:
        raise typer.Exit(ExitStatus.BAD_LINES)

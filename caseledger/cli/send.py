"""`caseledger send`: reports as JSON lines, put onto a platform's topic as an upstream system would."""

from typing import Annotated

import typer

from caseledger.cli.status import ExitStatus


def register(app: typer.Typer) -> None:
    """Put the command into the command line."""
    app.command("send")(send)


def send(
    file: Annotated[
        str, typer.Argument(metavar="FILE|-", help="File of JSON lines, one report each; - for standard input.")
    ],
    platform: Annotated[str | None, typer.Option(help="Platform of lines that name none.")] = None,
    *,
    avro: Annotated[bool, typer.Option("--avro", help="Send them in Avro, in its single-object encoding.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
) -> None:
    """Put reports onto the topic <platform>.reports, with the subject as key, and wait until Kafka has them.

    A bad line is named and not sent. A line sent twice is two messages and one report.
    """
    from caseledger.cli.sending import send_lines  # noqa: PLC0415 - loaded when it runs

    if send_lines(file, platform, avro=avro, as_json=as_json):
        raise typer.Exit(ExitStatus.BAD_LINES)

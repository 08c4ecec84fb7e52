"""`caseledger consume`: topics of reports, taken into the ledgers, each message taking effect once."""

from typing import Annotated

import typer

from caseledger.cli.options import Platforms


def register(app: typer.Typer) -> None:
    """Put the command into the command line."""
    app.command("consume")(consume)


def consume(
    platform: Platforms = None,
    until_quiet: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="End when nothing came for so long, from 0.1 to 3600; for scripts."),
    ] = None,
    *,
    skip_lost: Annotated[
        bool,
        typer.Option("--skip-lost", help="Go on behind messages that the topic deleted before they were read."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
) -> None:
    """Take in reports from Kafka, from the topic <platform>.reports, until Ctrl-C or SIGTERM.

    A message is JSON with the fields of file_report, the same in Avro, or XARF 4, as its header content-type says. It
    takes effect once, however often it is read: how far a topic was taken in stands in the ledger, beside what it
    caused. Several of these may run at once, up to the number of partitions.

    What can never be taken goes to <platform>.reports.refused, unchanged and with the reason. Too many of those in a
    row end it: then something else is wrong.
    """
    from caseledger.cli.consuming import consume_topics  # noqa: PLC0415 - loaded when it runs

    consume_topics(platform or [], until_quiet, skip_lost=skip_lost, as_json=as_json)

"""`caseledger publish`: ledgers, published to their topics of events."""

from typing import Annotated

import typer

from caseledger.cli.options import Platforms


def register(app: typer.Typer) -> None:
    """Put the command into the command line."""
    app.command("publish")(publish)


def publish(
    platform: Platforms = None,
    until_quiet: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", help="End when nothing was there to publish for so long, from 0.1 to 3600; for scripts."
        ),
    ] = None,
) -> None:
    """Publish what the ledgers hold to Kafka until Ctrl-C or SIGTERM.

    Every event goes to the topic <platform>.events, in the order of the ledger and without personal fields, as a
    CloudEvent with Avro data. It goes on from what the topic itself holds. Of several processes one publishes a
    platform, and another takes over when it is gone.
    """
    from caseledger.cli.publishing import publish_platforms  # noqa: PLC0415 - loaded when it runs

    publish_platforms(platform or [], until_quiet)

"""`caseledger up`: the whole service in one process on the embedded journal."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Put the command into the command line."""
    app.command("up")(up)


def up(
    *,
    keep_time: Annotated[
        bool,
        typer.Option(
            "--keep-time/--no-keep-time",
            help="Record deadlines that pass and sanctions that end, as keep-time does. Leave it out while a ledger is "
            "filled with the past.",
        ),
    ] = True,
) -> None:
    """Run the service on the embedded journal until Ctrl-C or SIGTERM.

    It keeps time, and keeps the read models current while other commands write, so that SQL and tables show what has
    just happened. Commands work without it too: they bring up to date what they read. Read models that a `project`
    keeps current it leaves to that, and stands by for them.
    """
    from caseledger.cli.running_up import run_up  # noqa: PLC0415 - loaded when it runs

    run_up(keep_time=keep_time)

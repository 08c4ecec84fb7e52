"""`caseledger up`: the whole service in one process on the embedded journal."""

import sys
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
    just happened. Commands work without it too: they bring up to date what they read.
    """
    from caseledger.bootstrap import start  # noqa: PLC0415 - loaded when it runs
    from caseledger.cli.timekeeping import Told, stopping  # noqa: PLC0415
    from caseledger.following import follow  # noqa: PLC0415
    from caseledger.timekeeping import Turns, Watch  # noqa: PLC0415

    stop = stopping()
    with start(terminal=sys.stderr.isatty()) as caseledger:
        _ = caseledger.read_models
        platforms = ", ".join(caseledger.platforms()) or "none yet"
        sys.stdout.write(f"caseledger is up on {caseledger.settings.data}; platforms: {platforms}; Ctrl-C ends it\n")
        sys.stdout.flush()
        told = Told(as_json=False)
        turns = Turns(Watch(caseledger, caseledger.platforms, stop, told.tell), stop)
        follow(caseledger, stop, turns.take if keep_time else lambda: 0)
    sys.stdout.write("ended; every read model is at its ledger's end\n")

"""`caseledger up`: the whole service in one process on the embedded journal."""

import sys

import typer


def register(app: typer.Typer) -> None:
    """Put the command into the command line."""
    app.command("up")(up)


def up() -> None:
    """Run the service on the embedded journal until Ctrl-C or SIGTERM.

    It keeps the read models current while other commands write, so that SQL and tables show what has just happened.
    Commands work without it too: they bring up to date what they read.
    """
    import signal  # noqa: PLC0415 - loaded when it runs
    import threading  # noqa: PLC0415

    from caseledger.bootstrap import start  # noqa: PLC0415
    from caseledger.following import follow  # noqa: PLC0415

    stop = threading.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, lambda _number, _frame: stop.set())
    with start(terminal=sys.stderr.isatty()) as caseledger:
        _ = caseledger.read_models
        platforms = ", ".join(caseledger.platforms()) or "none yet"
        sys.stdout.write(f"caseledger is up on {caseledger.settings.data}; platforms: {platforms}; Ctrl-C ends it\n")
        sys.stdout.flush()
        follow(caseledger, stop)
    sys.stdout.write("ended; every read model is at its ledger's end\n")

"""`caseledger demo`: simulated months of five platforms, what the read models say of them, and all of it rebuilt."""

from typing import Annotated

import typer

from caseledger.cli.options import AsJson


def register(app: typer.Typer) -> None:
    """Put the command into the command line."""
    app.command("demo")(demo)


def demo(
    *,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Empty the demo's folder first. Never touches a folder it did not make.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run the scenarios that ship on the embedded journal, show what comes of them, then rebuild and compare.

    The demo keeps to a folder of its own: the one in CASELEDGER_DATA, which must be new, empty or the demo's, else
    `demo` inside the default data folder. Running it again changes nothing and shows the same. Status 1 if a line of a
    scenario did not do what it was expected to, or a rebuilt read model differs from the live one.
    """
    from caseledger.cli.demo_run import run_demo  # noqa: PLC0415 - loaded when it runs

    raise typer.Exit(run_demo(fresh=fresh, as_json=as_json))

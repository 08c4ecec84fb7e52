"""`caseledger doctor`: looks at everything a caseledger stands on, and repairs nothing."""

# ruff: noqa: FBT002, PLC0415 - options are keywords to the library; what a command needs is loaded when it runs
import typer

from caseledger.cli.options import AsJson, Platform


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(platform: Platform = None, as_json: AsJson = False) -> None:
    """Check the program, the data folder, every journal, the read models, secrets, packs and schemas.

    Reads everything, so it takes a while on a large ledger; the service may go on meanwhile. Nothing is ever repaired
    or made. Status 5 when something is damaged or missing, 1 for other faults; warnings alone are no fault.
    """
    from caseledger.cli import doctoring

    doctoring.doctor(platform, as_json=as_json)

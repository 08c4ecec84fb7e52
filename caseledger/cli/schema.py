"""`caseledger schema`: the JSON Schema of every command and event."""

# ruff: noqa: FBT002, PLC0415 - options are keywords to the library; what a command needs is loaded when it runs
from typing import Annotated

import typer

from caseledger.cli.options import AsJson

Name = Annotated[str | None, typer.Argument(metavar="[NAME]", help="Its name; all names with a line each if none.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = typer.Typer(help="JSON Schema of commands and events, personal fields marked.", no_args_is_help=True)
    commands.command("command")(command)
    commands.command("event")(event)
    app.add_typer(commands, name="schema")


def command(name: Name = None, as_json: AsJson = False) -> None:
    """The JSON Schema of a command as one line of input, envelope included; prints JSON with or without --json."""
    from caseledger.cli import schemas

    schemas.command(name, as_json=as_json)


def event(name: Name = None, as_json: AsJson = False) -> None:
    """The JSON Schema of an event; prints JSON with or without --json."""
    from caseledger.cli import schemas

    schemas.event(name, as_json=as_json)

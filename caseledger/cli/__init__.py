"""The command line: `caseledger`, one module per command; what a command needs is loaded when it runs."""

from typing import Final

import typer

from caseledger.cli import (
    audit,
    blacklist,
    consume,
    demo,
    doctor,
    explain,
    export,
    ingest,
    journal,
    kafka,
    keep_time,
    listing,
    policy,
    project,
    publish,
    rebuild,
    run,
    schema,
    send,
    show,
    up,
)
from caseledger.cli.group import Commands
from caseledger.cli.status import MEANINGS

COMMAND_MODULES: Final = (
    demo,
    run,
    ingest,
    send,
    consume,
    keep_time,
    project,
    publish,
    up,
    show,
    listing,
    blacklist,
    audit,
    explain,
    export,
    rebuild,
    policy,
    schema,
    journal,
    kafka,
    doctor,
)
"""Each has `register(app)`; their order is that of the help."""

_HELP: Final = "The case management ledger of online platforms: every report, decision, sanction and appeal as a fact."


def build() -> typer.Typer:
    """The whole command line."""
    app = typer.Typer(
        name="caseledger",
        cls=Commands,
        help=_HELP,
        epilog=_epilog(),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.callback()(_top)
    for module in COMMAND_MODULES:
        module.register(app)
    return app


def main() -> None:
    """Run the command line and leave with its status."""
    build()()


def _top() -> None:
    """Options before the command: none but `--help`."""


def _epilog() -> str:
    """The exit statuses."""
    statuses = ". ".join(f"{status.value}: {meaning}" for status, meaning in MEANINGS.items())
    return f"Exit status. {statuses}."

"""`caseledger show`: one case, account, reporter, operation or evidence request as it stands."""

# ruff: noqa: FBT002, PLC0415 - options are keywords to the library; what a command needs is loaded when it runs
from typing import Annotated

import typer

from caseledger.cli import evidence_requests
from caseledger.cli.options import AsJson, Platform

_CASE_HELP = "The case's UUID, report:ID, report:SYSTEM/ID, or item:TYPE/SUBJECT/CONTENT."

CaseId = Annotated[str, typer.Argument(metavar="CASE", help=_CASE_HELP)]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = typer.Typer(
        help="One case, account, reporter, operation or evidence request as it stands.", no_args_is_help=True
    )
    commands.command("case")(case)
    commands.command("account")(account)
    commands.command("reporter")(reporter)
    commands.command("operation")(operation)
    commands.command("evidence-request")(evidence_requests.shown)
    app.add_typer(commands, name="show")


def case(
    case: CaseId,
    platform: Platform = None,
    with_texts: Annotated[
        bool,
        typer.Option(
            "--with-texts",
            help="Also the free texts: reasons, notes, statements, snapshots. They are personal data and are never "
            "printed without this. Who reported stays sealed either way.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """A case: reports by pseudonym, evidence, deadlines, proposal, decision, appeals, sanctions."""
    from caseledger.cli import show_case

    show_case.show_case(case, platform, with_texts=with_texts, as_json=as_json)


def account(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's id at its platform.")],
    platform: Platform = None,
    as_json: AsJson = False,
) -> None:
    """An account: violation counts, sanctions, removals, listings, bars, cases against it."""
    from caseledger.cli import show_others

    show_others.show_account(account, platform, as_json=as_json)


def reporter(
    reporter: Annotated[
        str, typer.Argument(metavar="REPORTER", help="The reporter's id, or the UUID of their stream. Never printed.")
    ],
    platform: Platform = None,
    as_json: AsJson = False,
) -> None:
    """A reporter: standing, accuracy, reports and rewards, under the UUID of their stream."""
    from caseledger.cli import show_others

    show_others.show_reporter(reporter, platform, as_json=as_json)


def operation(
    operation: Annotated[str, typer.Argument(metavar="OPERATION", help="The id it was opened under, or its UUID.")],
    platform: Platform = None,
    as_json: AsJson = False,
) -> None:
    """An operation: persons, regions, roles, cases and outcomes."""
    from caseledger.cli import show_others

    show_others.show_operation(operation, platform, as_json=as_json)

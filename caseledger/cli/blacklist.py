"""`caseledger blacklist`: what partners ask of the list, and what was done about it."""

# ruff: noqa: FBT002, PLC0415 - options are keywords to the library; what a command needs is loaded when it runs
from typing import Annotated

import typer

from caseledger.cli.options import LIMIT_DEFAULT, Account, After, AsJson, Limit, Platform


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = typer.Typer(
        help="The high-risk list for partners: check one subject, follow its changes; who was warned, who was refused.",
        no_args_is_help=True,
    )
    for command in (check, changes, warnings, refusals):
        commands.command(command.__name__)(command)
    app.add_typer(commands, name="blacklist")


def check(
    subject: Annotated[
        str, typer.Argument(metavar="SUBJECT", help="Id of a site, enterprise, account or person, exactly as it is.")
    ],
    platform: Platform = None,
    as_json: AsJson = False,
) -> None:
    """Whether a subject is listed: label and since when, nothing more. Status 0 either way.

    With --json: {"subject", "listed", "on": [{"platform", "label", "since"}]}, `on` with the platforms that list it.
    """
    from caseledger.cli import blacklist_views

    blacklist_views.check(subject, platform, as_json=as_json)


def changes(
    after: Annotated[
        int, typer.Option("--after", metavar="POSITION", min=0, help="Only what came after this position.")
    ] = 0,
    limit: Limit = LIMIT_DEFAULT,
    platform: Platform = None,
    as_json: AsJson = False,
) -> None:
    """What came on the list and went off it, in the order of the ledger: nothing is left out, nothing told twice.

    Go on with --after and the `next` that was printed, now or later. Changes at one position are told together, so a
    page may be longer than --limit. Positions are those of one platform: name it where there are several.
    """
    from caseledger.cli import blacklist_views

    blacklist_views.changes(after, limit, platform, as_json=as_json)


def warnings(
    platform: Platform = None,
    account: Account = None,
    partner: Annotated[str | None, typer.Option("--partner", metavar="ID", help="Only of this partner.")] = None,
    limit: Limit = LIMIT_DEFAULT,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """Partners who were warned of listed sites, in the order in which they were."""
    from caseledger.cli import list_views

    where = {"account": account, "partner": partner}
    list_views.warnings(where, page=list_views.Asked(platform, limit, after, as_json))


def refusals(
    platform: Platform = None,
    account: Account = None,
    limit: Limit = LIMIT_DEFAULT,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """Attempts to register that met a bar, in the order in which they were made."""
    from caseledger.cli import list_views

    list_views.refusals({"account": account}, page=list_views.Asked(platform, limit, after, as_json))

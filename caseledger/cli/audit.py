"""`caseledger audit`: an auditor's replay of one case, account or evidence request from the ledger itself."""

# ruff: noqa: FBT002, PLC0415 - options are keywords to the library; what a command needs is loaded when it runs
from typing import Annotated

import typer

from caseledger.cli import evidence_requests
from caseledger.cli.options import AsJson, AsOf, Platform
from caseledger.cli.show import CaseId


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = typer.Typer(
        help="Replay a case, account or evidence request from the ledger: every event in order, who, why, and the "
        "state after it.",
        no_args_is_help=True,
    )
    commands.command("case")(case)
    commands.command("account")(account)
    commands.command("evidence-request")(evidence_requests.audited)
    app.add_typer(commands, name="audit")


def case(case: CaseId, as_of: AsOf = None, platform: Platform = None, as_json: AsJson = False) -> None:
    """Every event in and because of a case: reports, handling, decisions, sanctions, appeals, credits, and the requests
    of authorities about it.
    """
    from caseledger.cli import audit_views

    audit_views.case(case, platform, as_of, as_json=as_json)


def account(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's id at its platform.")],
    as_of: AsOf = None,
    platform: Platform = None,
    as_json: AsJson = False,
) -> None:
    """Every event on an account's record, of the cases against it, and of authorities' requests about either."""
    from caseledger.cli import audit_views

    audit_views.account(account, platform, as_of, as_json=as_json)

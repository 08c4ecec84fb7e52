"""`caseledger explain`: why a sanction was imposed."""

# ruff: noqa: FBT002, PLC0415 - options are keywords to the library; what a command needs is loaded when it runs
from typing import Annotated

import typer

from caseledger.cli.options import AsJson, Platform


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain)


def explain(
    sanction: Annotated[
        str, typer.Argument(metavar="SANCTION", help="Its id, <stream uuid>.<version>, as `list sanctions` shows it.")
    ],
    platform: Platform = None,
    as_json: AsJson = False,
) -> None:
    """Why a sanction was imposed: finding, rule and clause, the window, what was counted, who chose; judged again.

    The ruling is made again from the ledger, on the record as it stood. Status 1 when it comes out otherwise.
    """
    from caseledger.cli import explain_view

    explain_view.explain_sanction(sanction, platform, as_json=as_json)

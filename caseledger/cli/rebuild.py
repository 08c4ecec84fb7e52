"""`caseledger rebuild` and `caseledger digest`: read models dropped and replayed, and compared by their digests."""

# ruff: noqa: FBT002, PLC0415 - options are keywords to the library; what a command needs is loaded when it runs
from typing import Annotated

import typer

from caseledger.cli.options import AsJson, Platform

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]...", help="Read models, such as queue; all if none is named.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("rebuild")(rebuild)
    app.command("digest")(digest)


def rebuild(
    names: Names = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Build beside, compare digests, touch nothing. Status 1 when one differs from what is live."
        ),
    ] = False,
    platform: Platform = None,
    as_json: AsJson = False,
) -> None:
    """Drop read models and replay the whole ledger; the ledger itself is only read."""
    from caseledger.cli import rebuilding

    if check:
        rebuilding.check(names or [], platform, as_json=as_json)
    else:
        rebuilding.rebuild(names or [], platform, as_json=as_json)


def digest(names: Names = None, platform: Platform = None, as_json: AsJson = False) -> None:
    """Version, position and SHA-256 of read models: the same rows give the same digest in every database."""
    from caseledger.cli import rebuilding

    rebuilding.digest(names or [], platform, as_json=as_json)

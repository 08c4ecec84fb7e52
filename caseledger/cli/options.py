"""The options that several commands share, so that they read and mean the same everywhere."""

from typing import Annotated, Final

import typer

LIMIT_DEFAULT: Final = 50
"""Rows that a list shows unless it is asked for more."""

LIMIT_MAX: Final = 1_000
"""Rows that a list shows at most; `--after` goes on, and `export` gives all."""

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")]

Platform = Annotated[
    str | None,
    typer.Option(
        "--platform",
        metavar="NAME",
        help="Only this platform. Else the one in CASELEDGER_PLATFORM, else all that have a journal.",
    ),
]

Platforms = Annotated[
    list[str] | None,
    typer.Option(
        "--platform",
        metavar="NAME",
        help="Only this platform; may be given several times. Else the one in CASELEDGER_PLATFORM, else all that have "
        "a journal.",
    ),
]

Limit = Annotated[int, typer.Option("--limit", min=1, max=LIMIT_MAX, help="Rows at most.")]

After = Annotated[
    str | None,
    typer.Option(
        "--after", metavar="CURSOR", help="Go on after a list that said there is more; it printed the cursor."
    ),
]

Account = Annotated[str | None, typer.Option("--account", metavar="ID", help="Only of this account.")]

AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="TIME|POSITION",
        help="Only what had happened by this time (an offset is needed), or up to this position of the ledger; "
        "the bound itself is included.",
    ),
]

"""`caseledger project`: keeps the read models current, as the one process that does or as one that stands by."""

from typing import Annotated

import typer

from caseledger.cli.options import Platforms

Models = Annotated[
    list[str] | None,
    typer.Option(
        "--read-model", metavar="NAME", help="Only this read model, such as queue; may be given several times."
    ),
]


def register(app: typer.Typer) -> None:
    """Put the command into the command line."""
    app.command("project")(project)


def project(platform: Platforms = None, read_model: Models = None) -> None:
    """Keep the read models current until Ctrl-C or SIGTERM, and then end between two batches.

    Of several such processes one projects each read model of a platform; the others stand by, and one of them takes
    over as soon as it ends or dies. Rows and the position they are of are written together: whatever happens, nothing
    is counted twice or left out. A database that cannot be reached is tried again, for a bounded time.
    """
    from caseledger.cli.projecting import project as work  # noqa: PLC0415 - loaded when it runs

    work(platform or [], read_model or [])

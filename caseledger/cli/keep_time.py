"""`caseledger keep-time`: deadlines that passed and sanctions that are over, recorded by the clock on the wall."""

from typing import Annotated

import typer

from caseledger.cli.options import Platform

_EVERY_DEFAULT_S = 1.0


def register(app: typer.Typer) -> None:
    """Put the command into the command line."""
    app.command("keep-time")(keep_time)


def keep_time(
    platform: Platform = None,
    every: Annotated[
        float, typer.Option(metavar="SECONDS", help="How long to wait between two looks, from 0.05 to 3600.")
    ] = _EVERY_DEFAULT_S,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="With --once: what was due by this time, which is not to come.")
    ] = None,
    *,
    once: Annotated[bool, typer.Option("--once", help="Record what is due now, and end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON line for each command.")] = False,
) -> None:
    """Turn what is due into commands: deadlines that were missed, sanctions and listings that are over.

    It looks again and again until Ctrl-C or SIGTERM, and then ends between two commands. Each command is dated at the
    moment at which it fell due, in that order: kept all the time, after days of standstill, or by two at once, the
    ledger holds the same facts, each once. `up` keeps time as well. A ledger that is being filled with the past is
    better kept once, afterwards: what is not there yet counts as not done.
    """
    from caseledger.cli.timekeeping import Asked, keep  # noqa: PLC0415 - loaded when it runs

    keep(Asked(platform, every, until, once), as_json=as_json)

"""`caseledger run`: commands as JSON lines, each told in one line of JSON; a bad line stops none of the others."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Put the command into the command line."""
    app.command("run")(run)


def run(
    scenario: Annotated[
        str, typer.Argument(metavar="FILE|-", help="File of JSON lines, one command each; - for standard input.")
    ],
    platform: Annotated[
        str | None, typer.Option(metavar="NAME", help="Platform of lines that name none; else CASELEDGER_PLATFORM.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Skip commands dated later, such as 2021-03-31T23:59:59+08:00.")
    ] = None,
    *,
    expect: Annotated[
        bool, typer.Option("--expect", help="Check every line against its own `expect`; status 1 if one differs.")
    ] = False,
    keep_time: Annotated[
        bool, typer.Option("--keep-time", help="Before each line, record what became due by then, as keep-time would.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Print only what was refused or differs, and a summary as the last line.")
    ] = False,
) -> None:
    """Run commands, one JSON object a line: `at`, `actor`, `command`, `platform`, and the command's own fields.

    Each line is told in one JSON line: the events it wrote, `repeated` where it had taken effect before, or `refused`
    with code, field and reason; the others go on. The file may be run again after any interruption: what took effect
    is not done twice. Blank lines and lines that begin with # are passed over. `publish_policy` may name a `pack` that
    ships, by version, in place of `text`; `expect` says what a line should do; the command `keep_time` records what
    became due by its `at` (see scenarios/README.md).
    """
    from caseledger.application.scenario import Rules  # noqa: PLC0415 - loaded when it runs
    from caseledger.cli.running import run_lines  # noqa: PLC0415
    from caseledger.cli.times import instant  # noqa: PLC0415

    moment = None if until is None else instant(until, "--until")
    raise typer.Exit(run_lines(scenario, Rules(platform, moment, expect, keep_time), quiet=quiet))

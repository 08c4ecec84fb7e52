"""`caseledger policy`: which rules there are, whether a file of rules is sound, and what it would have changed."""

# ruff: noqa: FBT002, PLC0415 - options are keywords to the library; what a command needs is loaded when it runs
from typing import Annotated

import typer

from caseledger.cli.options import AsJson, Platform


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = typer.Typer(
        help="The rules of platforms: list, show and check packs, judge test vectors, ask what if.",
        no_args_is_help=True,
    )
    commands.command("list")(list_packs)
    commands.command("show")(show)
    commands.command("check")(check)
    commands.command("judge")(judge)
    commands.command("what-if")(what_if)
    app.add_typer(commands, name="policy")


def list_packs(platform: Platform = None, as_json: AsJson = False) -> None:
    """Every pack that ships or was published: version, valid from, digest, where.

    `refused: changed` stands where the pack's version was published with another text: a changed text needs a new one.
    """
    from caseledger.cli import policy_views

    policy_views.list_packs(platform, as_json=as_json)


def show(
    of: Annotated[str, typer.Argument(metavar="PLATFORM", help="The platform.")],
    version: Annotated[
        str | None, typer.Option("--version", metavar="VERSION", help="Another version than the newest.")
    ] = None,
    text: Annotated[bool, typer.Option("--text", help="The whole file, byte for byte, and nothing else.")] = False,
    as_json: AsJson = False,
) -> None:
    """A pack in English and Chinese: who may report what, clocks, the rules as they are tried, measures, violations."""
    from caseledger.cli import policy_views

    policy_views.show_pack(of, version, text=text, as_json=as_json)


def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A pack file (TOML); - is standard input.")],
    as_json: AsJson = False,
) -> None:
    """Check a pack file and name every fault by key path, code and reason. Status 1 when it has any.

    With --json: {"faults": [{"file", "path", "code", "reason"}]}, empty when it loads.
    """
    from caseledger.cli import policy_views

    policy_views.check(file, as_json=as_json)


def judge(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="One vector, or {format, vectors}, as JSON; - is standard input.")
    ],
    as_json: AsJson = False,
) -> None:
    """Answer a test vector under the pack that ships for its platform; prints JSON with or without --json.

    A vector is {"name", "pack", "kind", "given", "when"}; its "then" is allowed and not looked at. One vector gives its
    `then` object, a file of several a list of them. A refusal of the judge, {"error": code}, is a result.
    """
    from caseledger.cli import policy_views

    del as_json
    policy_views.judge(file)


def what_if(
    pack: Annotated[str, typer.Option("--pack", metavar="FILE", help="The pack to judge by (TOML).")],
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="Only decisions from then on; an offset is needed.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Judge all past findings of the pack's platform again under this pack; list the rulings that would differ.

    Writes nothing. Each finding is judged on the record as it really stood. Ctrl-C ends it with the totals of the
    part that was judged and status 130. With --json: {"pack", "since", "rulings": […], "totals", "complete"}, the
    rulings as they are found.
    """
    from caseledger.cli import what_if_view

    what_if_view.what_if(pack, since, as_json=as_json)

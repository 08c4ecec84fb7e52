"""Renders docs/cli.md from the command line itself: every command with its options, and what each status means."""

from collections.abc import Iterator
from inspect import cleandoc
from textwrap import fill
from typing import Final, Protocol, cast

from typer import Context
from typer.core import TyperGroup
from typer.main import get_command

from caseledger import cli
from caseledger.cli.options import LIMIT_DEFAULT, LIMIT_MAX
from caseledger.cli.status import MEANINGS, ExitStatus

NAME: Final = "caseledger"
WIDTH: Final = 120

_HEAD: Final = """# The command line

This page is made from the program itself. Every command has `--help`.

- `--json` prints one JSON document on standard output: an object for one thing, an array or an object with `rows` and
  `next` for many. Fields are added, never renamed. Times are in UTC, `2021-03-10T04:00:00Z`.
- Without it, tables are for people and may change. They are plain text where the output is no terminal, {width}.
- An error is one line on standard error, `caseledger: CODE: REASON`; with `--json` it is
  `{{"error": {{"code": "CODE", "reason": "REASON"}}}}`. Codes never change their meaning.
- A list shows {limit} rows, at most {limit_max} with `--limit`, and says how to go on; `export` gives all.
- Every answer is fresh: read models are brought up to the ledger's end before they are read.
- Personal data is printed by no command but `show case --with-texts`. Who reported is printed by none.
- Settings come from the environment: docs/settings.md.

## Exit status

| status | name | meaning |
|---|---|---|
{statuses}

"""


class Parameter(Protocol):
    """What is read of an argument or option."""

    name: str | None
    opts: list[str]
    param_type_name: str
    required: bool
    help: str | None
    hidden: bool

    metavar: str | None
    default: object
    display_name_raw: str

    def display_type(self, ctx: Context) -> str:
        """What kind of value it takes."""


def render() -> str:
    """The page."""
    statuses = "\n".join(f"| {status.value} | `{status.name}` | {MEANINGS[status]} |" for status in ExitStatus)
    width = "100 columns wide unless `COLUMNS` says otherwise"
    head = _HEAD.format(limit=LIMIT_DEFAULT, limit_max=LIMIT_MAX, statuses=statuses, width=width)
    top = cast("TyperGroup", get_command(cli.build()))
    return head + "\n".join(_commands(top, Context(top, info_name=NAME))).rstrip("\n") + "\n"


def _commands(group: TyperGroup, context: Context) -> Iterator[str]:
    """Every command under the group, in the order of the help; a group's own line before its commands."""
    for name, command in group.commands.items():
        inner = Context(command, parent=context, info_name=name)
        if isinstance(command, TyperGroup):
            yield f"## `{inner.command_path}`\n\n{_prose(command.help)}\n"
            yield from _commands(command, inner)
            continue
        parameters = cast("list[Parameter]", [each for each in command.params if not getattr(each, "hidden", False)])
        arguments = "".join(f" {each.display_name_raw}" for each in parameters if _is_argument(each))
        heading = "##" if context.parent is None else "###"
        yield f"{heading} `{inner.command_path}{arguments}`\n\n{_prose(command.help)}\n"
        if parameters:
            yield "| argument or option | meaning | default |\n|---|---|---|"
            yield "\n".join(_row(each, inner) for each in parameters) + "\n"


def _row(parameter: Parameter, context: Context) -> str:
    default = parameter.default
    shown = "" if default is None or default is False or callable(default) else f"`{_plain(default)}`"
    name = parameter.display_name_raw if _is_argument(parameter) else _option(parameter, context)
    return f"| `{name.replace('|', chr(92) + '|')}` | {_text(parameter.help).replace('|', chr(92) + '|')} | {shown} |"


def _option(parameter: Parameter, context: Context) -> str:
    flag = ", ".join(parameter.opts)
    if getattr(parameter, "is_flag", False):
        return flag
    return f"{flag} {parameter.metavar or parameter.display_type(context)}"


def _is_argument(parameter: Parameter) -> bool:
    return parameter.param_type_name == "argument"


def _plain(default: object) -> object:
    return getattr(default, "value", default)


def _prose(text: str | None) -> str:
    return fill(_text(text), WIDTH, break_long_words=False, break_on_hyphens=False)


def _text(text: str | None) -> str:
    return " ".join(cleandoc(text or "").split()).replace("<", "&lt;")

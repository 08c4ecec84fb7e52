"""The command group: every error ends in one line on standard error and a documented status, never in a traceback."""

import json
import os
import sys
import traceback
from collections.abc import Sequence
from io import UnsupportedOperation
from typing import Any

import typer
from typer.core import TyperGroup

from caseledger.cli.failures import REASON_CHARS_MAX, failure_of
from caseledger.cli.status import ExitStatus

JSON_OPTION = "--json"


class Commands(TyperGroup):
    """The top of the command line: runs a command and turns whatever happens into an exit status."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - the library's signature
        windows_expand_args: bool = True,  # noqa: FBT001, FBT002 - the library's signature
        **extra: Any,  # noqa: ANN401 - the library's signature
    ) -> Any:  # noqa: ANN401 - the library's signature
        """Run, and leave with the status."""
        del standalone_mode
        given = list(sys.argv[1:] if args is None else args)
        _speak_utf8()
        status = self._status(given, prog_name, complete_var, windows_expand_args=windows_expand_args, **extra)
        _let_go_of_what_cannot_be_written()
        sys.exit(status)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - the library's signature
        """Run the command; what it wrote is out before it counts as done."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _let_go_of_output()
            raise typer.Exit(ExitStatus.BROKEN_PIPE) from None
        return result

    def _status(
        self,
        args: list[str],
        prog_name: str | None,
        complete_var: str | None,
        **extra: Any,  # noqa: ANN401 - passed through
    ) -> int:
        as_json = JSON_OPTION in args
        try:
            if any(_is_not_text(arg) for arg in args):
                return _told(ExitStatus.USAGE, "usage", "an argument is not valid UTF-8", as_json=as_json)
            ended = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except typer.TyperException as wrong:
            return _wrong_usage(wrong, as_json=as_json)
        except (typer.Abort, KeyboardInterrupt):
            ended = ExitStatus.INTERRUPTED
        except Exception as error:  # noqa: BLE001 - the outermost loop; what is not expected is shown in full
            return _failed(error, as_json=as_json)
        if ended == ExitStatus.INTERRUPTED:
            return _told(ExitStatus.INTERRUPTED, "interrupted", "interrupted; what was written stays", as_json=as_json)
        return ended if isinstance(ended, int) else ExitStatus.DONE


def _failed(error: Exception, *, as_json: bool) -> int:
    failure = failure_of(error)
    if failure is None:
        traceback.print_exception(error)
        return ExitStatus.BUG
    return _told(failure.status, failure.code, failure.reason, as_json=as_json)


def _wrong_usage(wrong: typer.TyperException, *, as_json: bool) -> int:
    """Without a message the library has printed the help already."""
    reason = wrong.format_message()
    if not reason:
        return ExitStatus.USAGE
    context = getattr(wrong, "ctx", None)
    hint = f"; see {context.command_path} --help" if isinstance(context, typer.Context) else ""
    return _told(ExitStatus.USAGE, "usage", reason.rstrip(".") + hint, as_json=as_json)


def _told(status: ExitStatus, code: str, reason: str, *, as_json: bool) -> int:
    if as_json:
        line = json.dumps({"error": {"code": code, "reason": reason}}, ensure_ascii=False)
    else:
        line = f"caseledger: {code}: {_one_line(reason)}"
    try:
        sys.stderr.write(f"{line}\n")
    except BrokenPipeError:
        return ExitStatus.BROKEN_PIPE
    return status


def _one_line(text: str) -> str:
    """Without line breaks and control characters, and not longer than a screen."""
    shown = "".join(each if each.isprintable() else " " for each in text)
    return shown if len(shown) <= REASON_CHARS_MAX else f"{shown[:REASON_CHARS_MAX]}…"


def _is_not_text(argument: str) -> bool:
    """Whether bytes came in that are no UTF-8: Python hands them over as lone surrogates."""
    return any("\ud800" <= each <= "\udfff" for each in argument)


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and (stream.encoding or "").lower() != "utf-8":
            reconfigure(encoding="utf-8")


def _let_go_of_what_cannot_be_written() -> None:
    """After a full disk, what is left in the buffer would fail again when the interpreter ends."""
    try:
        sys.stdout.flush()
    except OSError:
        _let_go_of_output()


def _let_go_of_output() -> None:
    """Send what is still buffered nowhere, so that the interpreter does not complain when it ends."""
    try:
        descriptor = sys.stdout.fileno()
    except (UnsupportedOperation, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)

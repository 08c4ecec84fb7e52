"""JSON lines to requests: every fault of a line is named by field, code and reason, and never by a personal value."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from caseledger.application.requests import Request, parse_request
from domain.commands import COMMAND_TYPES

LINE_BYTES_MAX: Final = 1_048_576
"""A longer line is refused unread."""

FAULTS_TOLD_MAX: Final = 20
"""A refusal names this many faults at most."""


@dataclass(frozen=True, slots=True)
class LineFault:
    """One thing wrong with a line: the field's path, empty for the line itself, a stable code, and the reason."""

    field: str
    code: str
    reason: str


class LineRefused(Exception):  # noqa: N818 - named as the sentence it says
    """The line is no request; `faults` holds at least one, the first gives the code."""

    def __init__(self, *faults: LineFault) -> None:
        """Keep the faults."""
        super().__init__("; ".join(f"{fault.field or 'line'}: {fault.reason}" for fault in faults))
        self.faults = faults
        self.code = faults[0].code


def request_of(
    line: bytes,
    *,
    command: str | None = None,
    platform: str | None = None,
    known: Collection[str] = COMMAND_TYPES.keys(),
) -> Request:
    """The request in a line; raises `LineRefused`.

    `command` is what a line that names none asks for, `platform` the one it is meant for, `known` what may be asked.
    """
    text = _text(line)
    body = _object(text)
    name = body.get("command", command)
    if name is None:
        raise LineRefused(LineFault("command", "missing_field", "name the command"))
    if not isinstance(name, str) or name not in known or name != (command or name):
        allowed = command or ", ".join(known)
        raise LineRefused(LineFault("command", "unknown_command", f"no such command here; allowed: {allowed}"))
    if "platform" not in body and platform is not None:
        body["platform"] = platform
        text = json.dumps(body, ensure_ascii=False)
    try:
        return parse_request(name, text)
    except ValidationError as error:
        raise LineRefused(*faults_of(error)) from None


def faults_of(error: ValidationError) -> tuple[LineFault, ...]:
    """What pydantic found, in the words of this project; the values themselves stay out."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    faults = [LineFault(_field(each["loc"]), _code(each["type"], each["msg"]), _reason(each["msg"])) for each in found]
    return tuple(faults[:FAULTS_TOLD_MAX])


def _text(line: bytes) -> str:
    if len(line) > LINE_BYTES_MAX:
        raise LineRefused(LineFault("", "line_too_long", f"{len(line)} bytes; a line has at most {LINE_BYTES_MAX}"))
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        reason = f"byte {error.start} is not UTF-8: {error.reason}"
        raise LineRefused(LineFault("", "invalid_utf8", reason)) from None


def _object(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text, object_pairs_hook=_without_repeats)
    except RecursionError:
        raise LineRefused(LineFault("", "invalid_json", "nested too deeply")) from None
    except json.JSONDecodeError as error:
        reason = f"column {error.colno}: {error.msg}"
        raise LineRefused(LineFault("", "invalid_json", reason)) from None
    except ValueError:
        raise LineRefused(LineFault("", "invalid_json", "a number has more digits than can be read")) from None
    if not isinstance(body, dict):
        raise LineRefused(LineFault("", "invalid_json", "a line is one JSON object"))
    return body


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise LineRefused(LineFault(twice[:80], "repeated_field", "the field is there more than once"))
    return body


_CODES: Final = {
    "missing": "missing_field",
    "extra_forbidden": "unknown_field",
    "enum": "unknown_value",
    "literal_error": "unknown_value",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "string_too_short": "too_short",
    "too_short": "too_short",
    "string_pattern_mismatch": "invalid_text",
    "json_invalid": "invalid_json",
    "string_unicode": "invalid_text",
}


def _code(kind: str, message: str) -> str:
    if "an instant" in message:
        return "invalid_time"
    return _CODES.get(kind, "wrong_type" if kind.endswith("_type") else "invalid_value")


def _field(place: tuple[int | str, ...]) -> str:
    """The path of a field as it stands in the line; the names of alternative shapes are no part of it."""
    path = ""
    for part in place:
        if isinstance(part, int):
            path += f"[{part}]"
        elif not part[:1].isupper() and part not in ("uuid", "none", "function-before"):
            path += f".{part[:80]}" if path else part[:80]
    return path


def _reason(message: str) -> str:
    if message.startswith("String should match pattern"):
        return "control characters, or white space at an end, are not allowed here"
    return message.removeprefix("Value error, ")

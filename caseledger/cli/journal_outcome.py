"""Tells what became of an append, and settles it where that is still open."""

import sys
from typing import Any

from caseledger.bootstrap import Caseledger
from caseledger.cli.failures import usage
from caseledger.cli.output import end_with, print_json, shown
from caseledger.cli.session import opened, platforms_asked
from caseledger.cli.status import ExitStatus
from infra.journal.appends import ID_BYTES, Outcome, Unknown, Written

WRITTEN, NOT_WRITTEN, UNKNOWN = "written", "not written", "unknown"
_STATUS = {
    WRITTEN: ExitStatus.DONE,
    NOT_WRITTEN: ExitStatus.REFUSED,
    UNKNOWN: ExitStatus.OUTCOME_UNKNOWN,
}


def outcome(append: str, platform: str | None, *, look: bool, as_json: bool) -> None:
    """Look in every journal asked for; cancel in the only one where it is not there."""
    append_id = _append_id(append)
    with opened() as caseledger:
        names = platforms_asked(caseledger, platform)
        name, found = _found(caseledger, names, append_id)
        cancelled = isinstance(found, Unknown) and not look
        if cancelled:
            if len(names) > 1:
                raise usage(
                    f"append {append} is in none of the journals of {', '.join(names)}; name the one that it was meant "
                    "for with --platform to have it cancelled there"
                )
            found = caseledger.journal(name).cancel(append_id)
            cancelled = not isinstance(found, Written)
    document = _document(append, name, found, cancelled=cancelled)
    if as_json:
        print_json(document)
    else:
        sys.stdout.write(f"{shown(_sentence(document)).plain}\n")
    end_with(_STATUS[document["outcome"]])


def _append_id(text: str) -> bytes:
    try:
        append_id = bytes.fromhex(text)
    except ValueError:
        append_id = b""
    if len(append_id) != ID_BYTES:
        raise usage(f"{text!r} is no append: write its {2 * ID_BYTES} hexadecimal digits, as the error named it")
    return append_id


def _found(caseledger: Caseledger, names: tuple[str, ...], append_id: bytes) -> tuple[str, Outcome]:
    """The journal that has it, or the first one."""
    for name in names:
        journal = caseledger.journal(name)
        journal.refresh()
        found = journal.reader.outcome(append_id)
        if not isinstance(found, Unknown):
            return name, found
    return names[0], Unknown()


def _document(append: str, platform: str, found: Outcome, *, cancelled: bool) -> dict[str, Any]:
    if isinstance(found, Unknown):
        return {"append": append, "platform": None, "outcome": UNKNOWN, "positions": None, "cancelled_now": False}
    written = isinstance(found, Written)
    positions = (
        [found.positions.start, found.positions.stop - 1] if isinstance(found, Written) and found.positions else None
    )
    return {
        "append": append,
        "platform": platform,
        "outcome": WRITTEN if written else NOT_WRITTEN,
        "positions": positions,
        "cancelled_now": cancelled,
    }


def _sentence(document: dict[str, Any]) -> str:
    append, platform = document["append"], document["platform"]
    if document["outcome"] == UNKNOWN:
        return f"unknown: append {append} is not in the log, and may still get there; without --look it is cancelled"
    if document["outcome"] == NOT_WRITTEN:
        how = (
            "it was not in the log, and is cancelled there now"
            if document["cancelled_now"]
            else "the log holds it as void"
        )
        return f"not written, for ever: append {append} to {platform}; {how}. Its command may be given again"
    first_last = document["positions"]
    where = f"its events have the positions {first_last[0]} to {first_last[1]}" if first_last else "it has no events"
    return f"written: append {append} to {platform}; {where}"

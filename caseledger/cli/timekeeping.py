"""The run behind `caseledger keep-time`: one line for every command that time gave, and what it comes to."""

import sys
from dataclasses import dataclass
from functools import partial
from typing import Final

from caseledger.application.keeping import Kept, about
from caseledger.bootstrap import Caseledger
from caseledger.cli.failures import usage
from caseledger.cli.output import json_text, moment
from caseledger.cli.processes import host, platforms_followed
from caseledger.cli.session import opened, platforms_asked
from caseledger.cli.times import instant
from caseledger.processes.ending import told_by_signals
from caseledger.processes.keeping_time import keep_time
from caseledger.processes.lifecycle import Running
from caseledger.timekeeping import EVERY_S_MAX, EVERY_S_MIN, keep_once
from infra.metrics import Metrics

PROCESS: Final = "keep-time"


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which platform, how often, until when, and whether only once."""

    platform: str | None
    every_s: float
    until: str | None
    once: bool


def keep(asked: Asked, *, as_json: bool) -> None:
    """Keep time until told to stop, or once."""
    if not EVERY_S_MIN <= asked.every_s <= EVERY_S_MAX:
        raise usage(f"--every {asked.every_s} is not from {EVERY_S_MIN} to {EVERY_S_MAX:.0f} seconds")
    if asked.until is not None and not asked.once:
        raise usage("--until goes with --once; without it, time is kept by the clock on the wall")
    told = Told(as_json=as_json)
    if asked.once:
        _once(asked, told)
    else:
        host(PROCESS, partial(_again_and_again, asked, told))
    told.finish()


def _once(asked: Asked, told: "Told") -> None:
    with told_by_signals(PROCESS) as stop, opened() as caseledger:
        platforms = platforms_asked(caseledger, asked.platform)
        until = caseledger.clock.now() if asked.until is None else instant(asked.until, "--until")
        keep_once(caseledger, lambda: platforms, until, stop, told.tell)


def _again_and_again(asked: Asked, told: "Told", caseledger: Caseledger, running: Running, metrics: Metrics) -> None:
    platforms = platforms_followed(caseledger, [asked.platform] if asked.platform else [])
    keep_time(caseledger, running, metrics, platforms, asked.every_s, told.tell)


class Told:
    """Prints each command, and counts."""

    def __init__(self, *, as_json: bool) -> None:
        """Lines for programs, or for people."""
        self._as_json = as_json
        self._done = 0
        self._refused = 0

    def tell(self, kept: Kept) -> None:
        """One line, out at once."""
        self._done += kept.answer is not None
        self._refused += kept.refusal is not None
        sys.stdout.write((json_text(kept_document(kept)) if self._as_json else _line(kept)) + "\n")
        sys.stdout.flush()

    def finish(self) -> None:
        """What it came to."""
        refused = f", {self._refused} refused" if self._refused else ""
        sys.stderr.write(f"{self._done} recorded{refused}\n")


def kept_document(kept: Kept) -> dict[str, object]:
    """A command that time gave, as it is printed for programs."""
    request = kept.request
    told: dict[str, object] = {
        "platform": request.platform,
        "due_at": request.at,
        "command": request.command.NAME,
        **request.command.model_dump(mode="json", exclude_none=True),
    }
    if kept.refusal is not None:
        return told | {"refused": {"code": kept.refusal.code, "reason": kept.refusal.reason}}
    events = kept.answer.events if kept.answer else ()
    return told | {
        "position": kept.answer and kept.answer.position,
        "events": [{"id": fact.event_id, "type": fact.event.TYPE, "position": fact.position} for fact in events],
    }


def _line(kept: Kept) -> str:
    request = kept.request
    done = request.command.NAME.replace("_", " ")
    refused = f"; refused: {kept.refusal.code}" if kept.refusal else ""
    return f"{moment(request.at)}  {request.platform}  {done}: {about(request)}{refused}"

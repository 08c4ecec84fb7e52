"""Prints what another pack would have changed, as it is found."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from types import FrameType
from typing import Final

from caseledger.cli.failures import Failure
from caseledger.cli.files import read_file
from caseledger.cli.output import grid, json_text, moment, show, table, words
from caseledger.cli.session import opened, platforms_asked, progress
from caseledger.cli.status import ExitStatus
from caseledger.cli.times import instant
from caseledger.queries.what_if import Difference, RulingTold, Totals, WhatIf
from domain.policy.faults import PackRefused
from domain.policy.load import load
from domain.policy.pack import Pack

PACK_BYTES_MAX: Final = 64 << 20


def what_if(file: str, since: str | None, *, as_json: bool) -> None:
    """Replay and print."""
    pack = _pack(file)
    start = None if since is None else instant(since, "--since")
    with opened() as caseledger:
        platform = platforms_asked(caseledger, pack.platform)[0]
        ledger = caseledger.ledger(platform)
        replay = WhatIf(ledger, platform, pack, start)
        printed = (_JsonPrinter if as_json else _Printer)(pack, since)
        with progress(f"judging {platform} again", ledger.head()) as advance, interruptible() as interrupted:

            def going_on(position: int) -> bool:
                advance(position)
                return not interrupted.is_set()

            for difference in replay.differences(going_on):
                printed.take(difference)
                if interrupted.is_set():
                    break
    printed.end(replay.totals, complete=not interrupted.is_set())
    if interrupted.is_set():
        reason = f"interrupted; the totals are of events 1 to {replay.totals.position} alone, and nothing was written"
        raise Failure(ExitStatus.INTERRUPTED, "interrupted", reason)


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """Ctrl-C sets the event while the block runs, so that what is being written is whole; a second one ends it."""
    interrupted = threading.Event()

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


class _Printer:
    """For people: a block for each ruling, then the totals."""

    def __init__(self, pack: Pack, since: str | None) -> None:
        self._head = f"Under {pack.platform} {pack.version} (sha256 {pack.digest[:16]}…)"
        if since is not None:
            self._head += f", decisions since {since}"
        self._begun = False

    def take(self, difference: Difference) -> None:
        self._begin()
        title = f"\n#{difference.position}  {moment(difference.at)}  account {difference.account}"
        pairs = [
            ("  case", f"{difference.case}, decision {difference.decision}"),
            ("  codes", words(difference.codes)),
            *((f"  {name.replace('_', ' ')}", _change(name, difference)) for name in difference.changed),
        ]
        if difference.chosen is not None:
            allowed = "still an option" if difference.chosen_allowed else "no option any more"
            pairs.append(("  chosen", f"{difference.chosen}, {allowed}"))
        show([title.lstrip("\n"), grid(pairs)])
        sys.stdout.write("\n")

    def end(self, totals: Totals, *, complete: bool) -> None:
        self._begin()
        rows = [(before, after, count) for (before, after), count in sorted(totals.rules.items())]
        counts = {
            "judged again": totals.judged,
            "the same": totals.same,
            "different": totals.different,
            "not judged": totals.not_judged,
            "up to position": totals.position,
        }
        shown = ["Totals" if complete else "Interrupted: totals of a part", grid(counts.items())]
        if rows:
            shown.append(table("Rules", ("from", "to", "#rulings"), rows))
        show(shown)

    def _begin(self) -> None:
        if not self._begun:
            show([self._head])
            sys.stdout.write("\n")
            self._begun = True


class _JsonPrinter:
    """For programs: one document, written as the rulings are found, so that any number of them fits."""

    def __init__(self, pack: Pack, since: str | None) -> None:
        named = {"platform": pack.platform, "version": pack.version, "digest": pack.digest}
        self._text = f'{{"pack": {json_text(named)}, "since": {json_text(since)}, "rulings": ['
        self._rulings = 0

    def take(self, difference: Difference) -> None:
        sys.stdout.write(f"{self._text if not self._rulings else ','}\n{json_text(asdict(difference))}")
        self._rulings += 1

    def end(self, totals: Totals, *, complete: bool) -> None:
        if not self._rulings:
            sys.stdout.write(self._text)
        told = {
            "judged": totals.judged,
            "same": totals.same,
            "different": totals.different,
            "not_judged": totals.not_judged,
            "position": totals.position,
            "changed": dict(sorted(totals.changed.items())),
            "rules": [
                {"from": before, "to": after, "count": count} for (before, after), count in sorted(totals.rules.items())
            ],
        }
        sys.stdout.write(f'\n], "totals": {json_text(told)}, "complete": {json_text(complete)}}}\n')


def _change(name: str, difference: Difference) -> str:
    if name == "error":
        return str(difference.after.error)
    return f"{_value(difference.before, name)} → {_value(difference.after, name)}"


def _value(ruling: RulingTold, name: str) -> str:
    value = getattr(ruling, name)
    if isinstance(value, tuple):
        return words(value) or "none"
    return "none" if value is None else str(value)


def _pack(file: str) -> Pack:
    try:
        return load(read_file(file, PACK_BYTES_MAX), file)
    except PackRefused as refusal:
        first = refusal.faults[0]
        reason = (
            f"{file} has {len(refusal.faults)} faults, the first: {first.path or 'the file'}: {first.reason}; "
            f"`caseledger policy check {file}` names all"
        )
        raise Failure(ExitStatus.REFUSED, "policy_invalid", reason) from None

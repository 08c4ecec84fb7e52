"""Opens the data folder for a command: which platforms are asked for, and their read models up to date."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from caseledger.application.gateway import PLATFORM_NAME
from caseledger.bootstrap import Caseledger, start
from caseledger.cli.failures import not_found, usage
from caseledger.cli.tables import StoredTables
from caseledger.queries.ports import Reading
from projections.catalogue import read_models
from projections.read_model import ReadModel

Advance = Callable[[int], None]
"""Told how much is done."""

SILENT_EVENTS_MAX: Final = 20_000
"""Catching up with fewer events than this shows no progress bar: it is over before it is read."""


@contextmanager
def opened() -> Iterator[Caseledger]:
    """The caseledger of the environment's settings; closed at the end."""
    with start(terminal=sys.stderr.isatty()) as caseledger:
        yield caseledger


def platforms_asked(caseledger: Caseledger, platform: str | None) -> tuple[str, ...]:
    """The platform asked for, the environment's, or all that have a journal; raises `Failure` when there is none.

    Nothing is made: a platform without a journal is not found.
    """
    asked = platform if platform is not None else caseledger.settings.platform
    known = caseledger.platforms()
    if asked is None:
        if not known:
            raise not_found(
                "no_ledger",
                f"no journal in {caseledger.where}; nothing was made. Ingest reports or run the demo first, "
                "or name another folder in CASELEDGER_DATA",
            )
        return known
    if PLATFORM_NAME.fullmatch(asked) is None:
        raise usage(f"{asked!r} is no platform name: lower-case letters, digits and hyphens, at most 63")
    if asked not in known:
        there = ", ".join(known) or "none"
        raise not_found("platform_unknown", f"no journal of {asked!r} in {caseledger.where}; there: {there}")
    return (asked,)


def reading(caseledger: Caseledger, platform: str, *names: str) -> Reading:
    """One platform with these read models (all if none is named) brought up to the ledger's end."""
    models = [model for model in read_models() if not names or model.name in names]
    position = brought_up(caseledger, platform, models)
    return Reading(platform, caseledger.ledger(platform), StoredTables(platform, caseledger.read_models), position)


def readings(caseledger: Caseledger, platform: str | None, *names: str) -> list[Reading]:
    """All platforms asked for, each with these read models brought up."""
    return [reading(caseledger, each, *names) for each in platforms_asked(caseledger, platform)]


def brought_up(caseledger: Caseledger, platform: str, models: Sequence[ReadModel]) -> int:
    """Catch up, with a progress bar where it takes a while; gives the position reached."""
    head = caseledger.ledger(platform).head()
    work = caseledger.catch_up(platform, models)
    start_at = work.position()
    with progress(f"catching up {platform}", head - start_at) as advance:
        work.run(progress=lambda position: advance(position - start_at))
    return work.position()


@contextmanager
def progress(title: str, total: int) -> Iterator[Advance]:
    """A progress bar on standard error while the block runs; only on a terminal, and only for long work."""
    console = Console(stderr=True)
    shown = console.is_terminal and total > SILENT_EVENTS_MAX
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not shown) as bar:
        task = bar.add_task(title, total=total)
        yield lambda completed: bar.update(task, completed=completed)

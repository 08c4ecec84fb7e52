"""Rebuilds read models: one process for each half of them where there is enough to read, this one alone otherwise.

They are built beside the live ones, in files: each stays as it is until all of it is there.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

from caseledger.bootstrap import Caseledger, start
from caseledger.settings import Settings
from caseledger.throughput import collect_seldom
from projections.catalogue import by_name
from projections.catch_up import CatchUp
from projections.read_model import ReadModel

BATCH_EVENTS_MAX: Final = 4_000
"""Events applied in one transaction of a rebuild: nobody waits meanwhile, so fewer and larger ones are better."""

TOGETHER_EVENTS_MAX: Final = 20_000
"""Up to so many events a second process would only just have started when the first is done."""

BESIDE: Final = (
    "queue",
    "deadlines",
    "sanctions",
    "blacklist",
    "reporters",
    "operations",
    "co_reporting",
    "evidence_requests",
)
"""Read models that go to the second process: they take few kinds of events, the others nearly all of them."""

Progress = Callable[[int], None]


@dataclass(frozen=True)
class _Share:
    """What one process builds: read models, and the file for them, or None where they are built in place."""

    names: tuple[str, ...]
    file: Path | None

    def build(self, caseledger: Caseledger, platform: str, progress: Progress | None = None) -> None:
        """Replay the whole ledger, into the file first where there is one."""
        models = [by_name(name) for name in self.names]
        if self.file is None:
            caseledger.catch_up(platform, models, batch_max=BATCH_EVENTS_MAX).run(progress=progress)
            return
        with caseledger.read_models_beside(self.file, models) as store:
            source = caseledger.source(platform, models)
            CatchUp(platform, models, source, store, BATCH_EVENTS_MAX).run(progress=progress)
            if caseledger.read_models.file is not None:
                store.finish(models)
        caseledger.read_models.take_over(platform, self.file, models)
        self.file.unlink()

    def again(self) -> "_Share":
        """The same, away from what another process left half built."""
        return replace(self, file=self.file and self.file.with_suffix(".again"))


def rebuild(
    caseledger: Caseledger, platform: str, models: Sequence[ReadModel], progress: Progress | None = None
) -> int:
    """Replay the whole ledger into these read models; gives the position reached.

    `progress` is told positions. What was appended meanwhile is taken in at the end.
    """
    live = caseledger.read_models
    with caseledger.building_folder() as folder:
        if folder is None:
            live.reset(platform, models)
        shares = _shares(models, caseledger.ledger(platform).head(), folder)
        with _helping(caseledger.settings, platform, shares[1:]) as helpers:
            shares[0].build(caseledger, platform, progress)
            for helper, share in zip(helpers, shares[1:], strict=True):
                helper.join()
                if helper.exitcode != 0:  # it said why; what it was to build is built here
                    share.again().build(caseledger, platform, progress)
    work = caseledger.catch_up(platform, models, batch_max=BATCH_EVENTS_MAX)
    work.run(progress=progress)
    return work.position()


def _shares(models: Sequence[ReadModel], events: int, folder: Path | None) -> list[_Share]:
    here = [model.name for model in models if model.name not in BESIDE]
    beside = [model.name for model in models if model.name in BESIDE]
    together = events <= TOGETHER_EVENTS_MAX or len(os.sched_getaffinity(0)) == 1 or not here or not beside
    parts = [here + beside] if together else [here, beside]
    return [_Share(tuple(names), folder / f"{number}.sqlite" if folder else None) for number, names in enumerate(parts)]


@contextmanager
def _helping(settings: Settings, platform: str, shares: Sequence[_Share]) -> Iterator[list[BaseProcess]]:
    """A process for each share; they end with the block, however it ends."""
    context = multiprocessing.get_context("spawn")
    helpers: list[BaseProcess] = [
        context.Process(target=_run, args=(settings, platform, share), name="rebuilder", daemon=True)
        for share in shares
    ]
    try:
        for helper in helpers:
            helper.start()
        yield helpers
    finally:
        for helper in helpers:
            if helper.is_alive():
                helper.terminate()
                helper.join()


def _run(settings: Settings, platform: str, share: _Share) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process is interrupted, and takes this one with it
    collect_seldom()
    with start(settings) as caseledger:
        share.build(caseledger, platform)

"""Rebuilds read models: one process for each half of them where there is enough to read, this one alone otherwise."""

import multiprocessing
import signal
from collections.abc import Callable, Sequence
from typing import Final

from caseledger.bootstrap import Caseledger, start
from caseledger.settings import Settings
from caseledger.throughput import collect_seldom
from projections.catalogue import by_name
from projections.read_model import ReadModel

BATCH_EVENTS_MAX: Final = 10_000
"""Events applied in one transaction of a rebuild: nobody reads meanwhile, so fewer and larger ones are better."""

TOGETHER_EVENTS_MAX: Final = 20_000
"""Up to so many events a second process would only just have started when the first is done."""

BESIDE: Final = ("queue", "deadlines", "statistics", "sanctions", "blacklist", "reporters", "operations")
"""Read models that go to the second process: about as much work together as the audit trail, which takes all events."""


def rebuild(
    caseledger: Caseledger, platform: str, models: Sequence[ReadModel], progress: Callable[[int], None] | None = None
) -> int:
    """Drop these read models' rows and replay the whole ledger; gives the position reached.

    `progress` is told positions. What a second process did not do is done here.
    """
    caseledger.read_models.reset(platform, models)
    beside = [model.name for model in models if model.name in BESIDE]
    here = [model for model in models if model.name not in BESIDE]
    helper = None
    if beside and here and caseledger.ledger(platform).head() > TOGETHER_EVENTS_MAX:
        helper = _start(caseledger.settings, platform, beside)
        caseledger.catch_up(platform, here, batch_max=BATCH_EVENTS_MAX).run(progress=progress)
        helper.join()
    work = caseledger.catch_up(platform, models, batch_max=BATCH_EVENTS_MAX)
    work.run(progress=progress)
    return work.position()


def _start(settings: Settings, platform: str, names: Sequence[str]) -> multiprocessing.process.BaseProcess:
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_run, args=(settings, platform, tuple(names)), name="rebuilder", daemon=True)
    process.start()
    return process


def _run(settings: Settings, platform: str, names: Sequence[str]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process is interrupted, and takes this one with it
    collect_seldom()
    with start(settings) as caseledger:
        caseledger.catch_up(platform, [by_name(name) for name in names], batch_max=BATCH_EVENTS_MAX).run()

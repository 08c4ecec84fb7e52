"""Projects ledgers onto read models: one active process for each platform and read model, all others stand by."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

import structlog

from caseledger.bootstrap import Caseledger
from caseledger.following import Stop
from infra.read_models.locks import Locks, Part
from projections.catch_up import BATCH_EVENTS_MAX, CatchUp
from projections.read_model import ReadModel

IDLE_S: Final = 0.02
"""How long to wait when there is nothing new: the most that waiting adds to the age of a row."""

PACE_S: Final = 0.25
"""So far apart, while there is always something new, do batches begin that are not full: each costs the same some
twenty milliseconds again, here and in the database, however few its events. What comes after a pause is not held up.
"""

LOOK_S: Final = 0.5
"""So often, while nothing is new, locks are looked after, checkpoints are read and lags told."""

STAND_BY_S: Final = 0.1
"""So often those who stand by try for the locks: the most that it adds to taking over."""

log = structlog.get_logger(__name__)

Platforms = Callable[[], Sequence[str]]
"""The platforms that are projected, as they are now."""


class Meter(Protocol):
    """Told how the work goes, by platform and read model."""

    def active(self, platform: str, projected: Sequence[str], standing_by: Sequence[str]) -> None:
        """This process now projects these read models, and stands by for those; told when it changes."""

    def lag(self, platform: str, read_model: str, positions: int, seconds: float) -> None:
        """So many events are not in the read model yet, the oldest of them written so long ago; told by who projects
        it, about every `LOOK_S`.
        """

    def applied(self, platform: str, events: int, seconds: float) -> None:
        """A batch of events was applied and written, in so much time."""

    def turned(self) -> None:
        """Another turn went well, whether there was anything to do or not."""


def run(
    caseledger: Caseledger,
    platforms: Platforms,
    models: Sequence[ReadModel],
    stop: Stop,
    meter: Meter,
    *,
    batch_max: int = BATCH_EVENTS_MAX,
) -> None:
    """Project until told to stop, which is looked for between two batches of so many events at most.

    Raises `ReadModelsUnavailable` when the database cannot be reached, other `ReadModelsUnusable`, and what the ledger
    raises; whoever projects next goes on from what is committed.
    """
    projecting = Projecting(caseledger, platforms, models, meter, batch_max)
    try:
        while not stop.is_set():
            began_s = time.monotonic()
            applied = projecting.turn(stop)
            meter.turned()
            if not applied:
                stop.wait(IDLE_S)
            elif applied < batch_max:
                stop.wait(max(0.0, began_s + PACE_S - time.monotonic()))
    finally:
        projecting.let_go()


@dataclass
class _Platform:
    """What is known of a platform's read models: positions as of the last look, and work by the names it is for."""

    beyond: dict[str, int]
    positions: Mapping[str, int] = field(default_factory=dict)
    works: dict[tuple[str, ...], CatchUp] = field(default_factory=dict)


class Projecting:
    """The work of one process: takes the locks that are free, and a batch at a time for what it holds."""

    def __init__(
        self,
        caseledger: Caseledger,
        platforms: Platforms,
        models: Sequence[ReadModel],
        meter: Meter,
        batch_max: int = BATCH_EVENTS_MAX,
    ) -> None:
        """Nothing is opened or taken yet."""
        self._caseledger = caseledger
        self._platforms = platforms
        self._models = {model.name: model for model in models}
        self._meter = meter
        self._batch_max = batch_max
        self._known: dict[str, _Platform] = {}
        self._locks: Locks | None = None
        self._held: frozenset[Part] = frozenset()
        self._told: dict[str, frozenset[str]] = {}
        self._look_at_s = 0.0

    def turn(self, stop: Stop) -> int:
        """At most one batch for each group of read models at the same checkpoint; gives the events applied.

        Raises `ReadModelsUnavailable`.
        """
        if time.monotonic() >= self._look_at_s:
            self._look()
            self._look_at_s = time.monotonic() + (STAND_BY_S if self._stands_by() else LOOK_S)
        applied = 0
        for platform in {platform for platform, _ in self._held}:
            if not stop.is_set() and self._behind(platform):
                applied += self._catch_up(platform, stop)
        return applied

    def let_go(self) -> None:
        """Free all locks, and forget what was known."""
        if self._locks is not None:
            self._locks.close()
        self._locks, self._held = None, frozenset()
        self._known.clear()
        self._look_at_s = 0.0
        self._tell_active()

    def _look(self) -> None:
        """Take the locks that are free, and see where everything is."""
        store = self._caseledger.read_models
        platforms = self._platforms()
        for platform in platforms:
            if platform not in self._known:
                self._known[platform] = _Platform(self._found_beyond(platform))
        if self._locks is None:
            self._locks = store.locks()
        self._locks.check()
        self._held = self._locks.take((platform, name) for platform in platforms for name in self._models)
        for platform in platforms:
            if self._mine(platform):
                self._known[platform].positions = store.positions(platform)
                self._begin_anew(platform)
                self._tell_lag(platform)
        self._tell_active()

    def _found_beyond(self, platform: str) -> dict[str, int]:
        """Checkpoints that were beyond the ledger's end when it was opened: they are of another ledger.

        Looked at in this order, and only once: later on, another process may be ahead of what this one has read.
        """
        positions = self._caseledger.read_models.positions(platform)
        head = self._caseledger.ledger(platform).head()
        return {name: position for name, position in positions.items() if position > head}

    def _begin_anew(self, platform: str) -> None:
        """Empty the read models of another ledger, unless whoever held their locks before did it."""
        known = self._known[platform]
        mine = [name for name in known.beyond if (platform, name) in self._held and name in self._models]
        for name in mine:
            if known.beyond.pop(name) == known.positions.get(name):
                log.warning("read_models_ahead_of_ledger", platform=platform, names=[name])
                self._caseledger.read_models.reset(platform, [self._models[name]])
                known.positions = {**known.positions, name: 0}

    def _behind(self, platform: str) -> bool:
        known = self._known[platform]
        head = self._caseledger.ledger(platform).head()
        return any(known.positions.get(name, 0) < head for name in self._mine(platform))

    def _catch_up(self, platform: str, stop: Stop) -> int:
        """One batch for each group, those that are furthest ahead first: who lags does not hold up the others, and
        joins them where they are.
        """
        assert self._locks is not None  # noqa: S101 - it holds locks of this platform
        store = self._caseledger.read_models
        applied, next_ahead = 0, None
        for group in self._groups(platform):
            if stop.is_set():
                break
            self._locks.check()
            started_s = time.monotonic()
            events = self._work(platform, group).step(next_ahead)
            if events:
                self._meter.applied(platform, events, time.monotonic() - started_s)
            applied += events
            self._known[platform].positions = store.positions(platform)
            next_ahead = min(self._known[platform].positions.get(name, 0) for name in group)
        return applied

    def _groups(self, platform: str) -> list[tuple[str, ...]]:
        """The read models it holds, by checkpoint, the highest one first."""
        positions = self._known[platform].positions
        groups: dict[int, list[str]] = {}
        for name in self._mine(platform):
            groups.setdefault(positions.get(name, 0), []).append(name)
        return [tuple(groups[position]) for position in sorted(groups, reverse=True)]

    def _work(self, platform: str, names: tuple[str, ...]) -> CatchUp:
        works = self._known[platform].works
        work = works.get(names)
        if work is None:
            models = [self._models[name] for name in names]
            source = self._caseledger.source(platform, models)
            work = works[names] = CatchUp(platform, models, source, self._caseledger.read_models, self._batch_max)
        return work

    def _stands_by(self) -> bool:
        return len(self._held) < len(self._known) * len(self._models)

    def _mine(self, platform: str) -> list[str]:
        return [name for name in self._models if (platform, name) in self._held]

    def _tell_active(self) -> None:
        for platform in sorted({*self._known, *self._told}):
            mine = self._mine(platform)
            if self._told.get(platform) != frozenset(mine):
                self._told[platform] = frozenset(mine)
                self._meter.active(platform, mine, [name for name in self._models if name not in mine])

    def _tell_lag(self, platform: str) -> None:
        ledger, positions = self._caseledger.ledger(platform), self._known[platform].positions
        head, now = ledger.head(), self._caseledger.clock.now()
        mine = {name: positions.get(name, 0) for name in self._mine(platform)}
        written = ledger.recorded_at([position + 1 for position in set(mine.values()) if position < head])
        for name, position in mine.items():
            oldest = written.get(position + 1)
            self._meter.lag(platform, name, max(0, head - position), _seconds_since(oldest, now))


def _seconds_since(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max(0.0, (now - moment).total_seconds())

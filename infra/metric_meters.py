"""The meters of the journal and of each loop, as they count for Prometheus. Made by `infra.metrics.Metrics`."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from itertools import product
from typing import Final

from prometheus_client import Counter

from caseledger.application.chunk import Fate
from caseledger.application.topic_intake import POISON
from domain.clock_commands import MissEvidenceRequestDeadline, MissOperationDeadline
from domain.commands import EndSanction, MissDeadline
from infra.metric_families import (
    IntakeFamilies,
    JournalFamilies,
    ProcessFamilies,
    ProjectingFamilies,
    PublishingFamilies,
)

LABEL_VALUES_MAX: Final = 1_000
"""Different values of one label; every one of them costs memory here and in Prometheus for ever."""

OTHER: Final = "other"
RECORDED: Final = "recorded"
REFUSED: Final = "refused"

CLOCK_COMMANDS: Final = tuple(
    kind.NAME for kind in (MissDeadline, EndSanction, MissOperationDeadline, MissEvidenceRequestDeadline)
)
"""What is counted from 0 on, as outcomes are: of a counter that first appears as 1, Prometheus sees no increase."""

Now = Callable[[], float]
"""Seconds since 1970."""


class Labels:
    """Keeps the number of values of every label bounded."""

    def __init__(self) -> None:
        """No value was seen."""
        self._seen: dict[str, set[str]] = {}

    def of(self, label: str, value: str) -> str:
        """The value, or `other` once there were too many."""
        seen = self._seen.setdefault(label, set())
        if value not in seen and len(seen) >= LABEL_VALUES_MAX:
            return OTHER
        seen.add(value)
        return value


class JournalMetrics:
    """An `Observer` of one platform's journal."""

    def __init__(self, families: JournalFamilies, platform: str, now: Now) -> None:
        """Bind the platform."""
        self._now = now
        self._seconds = families.seconds.labels(platform)
        self._size = families.size.labels(platform)
        self._appends = families.appends.labels(platform)
        self._voids = families.voids.labels(platform)
        self._doubted = families.doubted.labels(platform)
        self._in_doubt = families.in_doubt.labels(platform)
        self._failed = families.failed.labels(platform)
        self._families = families
        self._platform = platform
        self._answered_at: float | None = None
        self._at_end = 0.0
        self._behind = 0

    def opened(self) -> None:
        """A journal was opened anew: what the one before left in doubt, it does not settle. Whoever repeats it does."""
        self._in_doubt.set(0)

    def group(self, appends: int, seconds: float) -> None:
        """Count a group and how long it took; a group of none is one that got no answers."""
        if not appends:
            self._failed.inc()
            return
        self._seconds.observe(seconds)
        self._size.observe(appends)
        self._appends.inc(appends)
        if self._answered_at is not None:
            self._answer()

    def voided(self, appends: int) -> None:
        """Count conflicts."""
        self._voids.inc(appends)

    def in_doubt(self, appends: int) -> None:
        """Count them, until they are settled and for ever."""
        self._in_doubt.inc(appends)
        self._doubted.inc(appends)

    def settled(self, appends: int) -> None:
        """Count them out."""
        self._in_doubt.dec(appends)

    def tail(self, offsets_behind: int) -> None:
        """Keep how far behind, since when, and when the log last answered."""
        families, now = self._families, self._now()
        if self._answered_at is None:
            self._at_end = now
            families.tail_seconds.labels(self._platform).set_function(self._behind_s)
        self._behind = offsets_behind
        if not offsets_behind:
            self._at_end = now
        families.tail_records.labels(self._platform).set(offsets_behind)
        self._answer()

    def silent_s(self) -> float:
        """For how long the log has not answered; 0 for one that is a file."""
        return 0.0 if self._answered_at is None else self._now() - self._answered_at

    def _answer(self) -> None:
        self._answered_at = self._now()
        self._families.tail_answered.labels(self._platform).set(self._answered_at)

    def _behind_s(self) -> float:
        return self._now() - self._at_end if self._behind else 0.0


class IntakeMetrics:
    """What `consume` did for one platform."""

    def __init__(self, families: IntakeFamilies, platform: str, labels: Labels) -> None:
        """Bind the platform."""
        self._families = families
        self._platform = platform
        self._labels = labels
        self._partitions: set[str] = set()
        for outcome in (*Fate, POISON):
            self.consumed(outcome, 0)

    def consumed(self, outcome: str, reports: int = 1) -> None:
        """Count reports by what became of them."""
        self._families.consumed.labels(self._platform, self._labels.of("outcome", outcome)).inc(reports)

    def set_aside(self, reason: str) -> None:
        """Count poison, also by its reason."""
        self.consumed(POISON)
        self._families.poison.labels(self._platform, self._labels.of("reason", reason)).inc()

    def assigned(self, partitions: Collection[int]) -> None:
        """Forget the lag of partitions that others have now."""
        kept = {str(partition) for partition in partitions}
        for partition in self._partitions - kept:
            self._families.lag.remove(self._platform, partition)
        self._partitions &= kept

    def behind(self, partition: int, records: int) -> None:
        """Keep a partition's lag."""
        label = self._labels.of("partition", str(partition))
        self._partitions.add(label)
        self._families.lag.labels(self._platform, label).set(records)


class ProjectingMetrics:
    """What `project` did for one platform."""

    def __init__(self, families: ProjectingFamilies, platform: str, labels: Labels, now: Now) -> None:
        """Bind the platform."""
        self._families = families
        self._platform = platform
        self._labels = labels
        self._now = now

    def active(self, projected: Collection[str], standing_by: Collection[str]) -> None:
        """Keep which are this process's; the lag of the others is told by those that project them."""
        families = self._families
        for read_model in projected:
            families.active.labels(*self._of(read_model)).set(1)
        for read_model in standing_by:
            families.active.labels(*self._of(read_model)).set(0)
            families.lag.remove(*self._of(read_model))
            families.lag_seconds.remove(*self._of(read_model))

    def applied(self, events: int, seconds: float) -> None:
        """Count events and batches."""
        self._families.applied.labels(self._platform).inc(events)
        self._families.batch_seconds.labels(self._platform).observe(seconds)

    def behind(self, read_model: str, positions: int, since: datetime | None) -> None:
        """Keep the lag; in seconds it grows by itself until the next call."""
        self._families.lag.labels(*self._of(read_model)).set(positions)
        self._families.lag_seconds.labels(*self._of(read_model)).set_function(_age(since, self._now))

    def _of(self, read_model: str) -> tuple[str, str]:
        return self._platform, self._labels.of("read_model", read_model)


class PublishingMetrics:
    """What `publish` did for one platform."""

    def __init__(self, families: PublishingFamilies, platform: str, now: Now) -> None:
        """Bind the platform."""
        self._families = families
        self._platform = platform
        self._now = now

    def active(self, *, active: bool) -> None:
        """Keep whether it is this process that publishes."""
        self._families.active.labels(self._platform).set(int(active))
        if not active:
            self._families.lag.remove(self._platform)
            self._families.lag_seconds.remove(self._platform)

    def published(self, events: int, position: int) -> None:
        """Count events, and keep the position."""
        self._families.published.labels(self._platform).inc(events)
        self._families.position.labels(self._platform).set(position)

    def behind(self, positions: int, since: datetime | None) -> None:
        """Keep the lag; in seconds it grows by itself until the next call."""
        self._families.lag.labels(self._platform).set(positions)
        self._families.lag_seconds.labels(self._platform).set_function(_age(since, self._now))


class TimeMetrics:
    """What `keep-time` did for one platform."""

    def __init__(self, commands: Counter, platform: str, labels: Labels) -> None:
        """Bind the platform."""
        self._commands = commands
        self._platform = platform
        self._labels = labels
        for command, outcome in product(CLOCK_COMMANDS, (RECORDED, REFUSED)):
            self._count(command, outcome, 0)

    def kept(self, command: str) -> None:
        """Count a command that was recorded."""
        self._count(command, RECORDED)

    def refused(self, command: str) -> None:
        """Count a command that was refused."""
        self._count(command, REFUSED)

    def _count(self, command: str, outcome: str, commands: int = 1) -> None:
        self._commands.labels(self._platform, self._labels.of("command", command), outcome).inc(commands)


class ProcessMetrics:
    """What every process does."""

    def __init__(self, families: ProcessFamilies, name: str, now: Now) -> None:
        """Bind the process."""
        self._now = now
        self._ready = families.ready.labels(name)
        self._turn = families.turn.labels(name)
        self._retries = families.retries.labels(name)
        self.turned()

    def ready_when(self, is_ready: Callable[[], bool]) -> None:
        """Ask this whenever the metrics are asked for, so that they say what a probe is told."""
        self._ready.set_function(lambda: float(is_ready()))

    def turned(self) -> None:
        """Keep when it last did."""
        self._turn.set(self._now())

    def retried(self) -> None:
        """Count a try after something could not be reached."""
        self._retries.inc()


def _age(since: datetime | None, now: Now) -> Callable[[], float]:
    if since is None:
        return lambda: 0.0
    began = since.astimezone(UTC).timestamp()
    return lambda: max(now() - began, 0.0)

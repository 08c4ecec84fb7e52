"""Metrics for Prometheus of one process: what the journal and the loops tell becomes counters, gauges, histograms.

Labels have few values, and no more than `LABEL_VALUES_MAX`; what comes beyond is counted as `other`.
"""

import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Final

from prometheus_client import CollectorRegistry, Counter, PlatformCollector, ProcessCollector

from infra.metric_families import (
    IntakeFamilies,
    JournalFamilies,
    ProcessFamilies,
    ProjectingFamilies,
    PublishingFamilies,
    counter,
)

LABEL_VALUES_MAX: Final = 1_000
"""Different values of one label; every one of them costs memory here and in Prometheus for ever."""

OTHER: Final = "other"

Now = Callable[[], float]
"""Seconds since 1970."""


class Metrics:
    """Everything that one process tells. It has every meter of `caseledger.processes.meters`."""

    def __init__(self, registry: CollectorRegistry | None = None, now: Now = time.time) -> None:
        """Put the metrics into this registry, or into a new one."""
        self.registry = CollectorRegistry() if registry is None else registry
        self._now = now
        self._journal = JournalFamilies(self.registry)
        self._intake = IntakeFamilies(self.registry)
        self._projecting = ProjectingFamilies(self.registry)
        self._publishing = PublishingFamilies(self.registry)
        self._time = counter(
            self.registry, "time_commands", "Commands given because they were due.", "platform", "command", "outcome"
        )
        self._process = ProcessFamilies(self.registry)
        self._journals: dict[str, JournalMetrics] = {}
        self._labels = Labels()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)

    def journal(self, platform: str) -> "JournalMetrics":
        """For the platform's journal."""
        name = self._labels.of("platform", platform)
        if name not in self._journals:
            self._journals[name] = JournalMetrics(self._journal, name, self._now)
        return self._journals[name]

    def silent_logs(self, seconds: float) -> tuple[str, ...]:
        """The platforms whose log has not answered for longer than this; logs that are files always do."""
        return tuple(name for name, journal in self._journals.items() if journal.silent_s() > seconds)

    def intake(self, platform: str) -> "IntakeMetrics":
        """For `consume`."""
        return IntakeMetrics(self._intake, self._labels.of("platform", platform), self._labels)

    def projecting(self, platform: str) -> "ProjectingMetrics":
        """For `project`."""
        return ProjectingMetrics(self._projecting, self._labels.of("platform", platform), self._labels, self._now)

    def publishing(self, platform: str) -> "PublishingMetrics":
        """For `publish`."""
        return PublishingMetrics(self._publishing, self._labels.of("platform", platform), self._now)

    def time(self, platform: str) -> "TimeMetrics":
        """For `keep-time`."""
        return TimeMetrics(self._time, self._labels.of("platform", platform), self._labels)

    def process(self, name: str) -> "ProcessMetrics":
        """For what every process does: turn after turn, or try after try."""
        return ProcessMetrics(self._process, self._labels.of("process", name), self._now)


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

    def consumed(self, outcome: str, reports: int = 1) -> None:
        """Count reports by what became of them."""
        self._families.consumed.labels(self._platform, self._labels.of("outcome", outcome)).inc(reports)

    def set_aside(self, reason: str) -> None:
        """Count poison by its reason."""
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

    def kept(self, command: str) -> None:
        """Count a command that was recorded."""
        self._commands.labels(self._platform, self._labels.of("command", command), "recorded").inc()

    def refused(self, command: str) -> None:
        """Count a command that was refused."""
        self._commands.labels(self._platform, self._labels.of("command", command), "refused").inc()


class ProcessMetrics:
    """What every process does."""

    def __init__(self, families: ProcessFamilies, name: str, now: Now) -> None:
        """Bind the process."""
        self._now = now
        self._ready = families.ready.labels(name)
        self._turn = families.turn.labels(name)
        self._retries = families.retries.labels(name)

    def ready(self, *, ready: bool) -> None:
        """Keep whether it works."""
        self._ready.set(int(ready))

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

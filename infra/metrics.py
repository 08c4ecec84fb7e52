"""Metrics for Prometheus of one process: what the journal and the loops tell becomes counters, gauges, histograms.

Labels have few values, and no more than `LABEL_VALUES_MAX`; what comes beyond is counted as `other`.
"""

import time

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector

from infra.metric_families import (
    Book,
    Entry,
    IntakeFamilies,
    JournalFamilies,
    ProcessFamilies,
    ProjectingFamilies,
    PublishingFamilies,
)
from infra.metric_meters import (
    IntakeMetrics,
    JournalMetrics,
    Labels,
    Now,
    ProcessMetrics,
    ProjectingMetrics,
    PublishingMetrics,
    TimeMetrics,
)


class Metrics:
    """Everything that one process tells. It has every meter of `caseledger.processes.meters`."""

    def __init__(self, registry: CollectorRegistry | None = None, now: Now = time.time) -> None:
        """Put the metrics into this registry, or into a new one."""
        self.registry = CollectorRegistry() if registry is None else registry
        self._now = now
        book = Book(self.registry)
        self._journal = JournalFamilies(book)
        self._intake = IntakeFamilies(book)
        self._projecting = ProjectingFamilies(book)
        self._publishing = PublishingFamilies(book)
        self._time = book.counter(
            "time_commands", "Commands given because they were due.", "platform", "command", "outcome"
        )
        self._process = ProcessFamilies(book)
        self._journals: dict[str, JournalMetrics] = {}
        self._times: dict[str, TimeMetrics] = {}
        self._labels = Labels()
        self.entries: tuple[Entry, ...] = tuple(book.entries)
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)

    def journal(self, platform: str) -> JournalMetrics:
        """For the platform's journal."""
        name = self._labels.of("platform", platform)
        if name not in self._journals:
            self._journals[name] = JournalMetrics(self._journal, name, self._now)
        return self._journals[name]

    def silent_logs(self, seconds: float) -> tuple[str, ...]:
        """The platforms whose log has not answered for longer than this; logs that are files always do."""
        return tuple(name for name, journal in self._journals.items() if journal.silent_s() > seconds)

    def intake(self, platform: str) -> IntakeMetrics:
        """For `consume`."""
        return IntakeMetrics(self._intake, self._labels.of("platform", platform), self._labels)

    def projecting(self, platform: str) -> ProjectingMetrics:
        """For `project`."""
        return ProjectingMetrics(self._projecting, self._labels.of("platform", platform), self._labels, self._now)

    def publishing(self, platform: str) -> PublishingMetrics:
        """For `publish`."""
        return PublishingMetrics(self._publishing, self._labels.of("platform", platform), self._now)

    def time(self, platform: str) -> TimeMetrics:
        """For `keep-time`."""
        name = self._labels.of("platform", platform)
        if name not in self._times:
            self._times[name] = TimeMetrics(self._time, name, self._labels)
        return self._times[name]

    def process(self, name: str) -> ProcessMetrics:
        """For what every process does: turn after turn, or try after try."""
        return ProcessMetrics(self._process, self._labels.of("process", name), self._now)

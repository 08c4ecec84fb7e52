"""The metrics by name, meaning and labels: what alarms and dashboards are written against, so a name is permanent."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

NAMESPACE: Final = "caseledger"

LATENCY_BUCKETS_S: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""From a lone append on a quick disk to a caller's whole patience."""

GROUP_BUCKETS: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096)
"""Up to the most appends a group may have."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A metric as Prometheus knows it."""

    name: str
    kind: str
    meaning: str
    labels: tuple[str, ...]


class Book:
    """Registers metrics, and keeps what there is to be read about them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Empty, for this registry."""
        self._registry = registry
        self.entries: list[Entry] = []

    def counter(self, name: str, meaning: str, *labels: str) -> Counter:
        """Ends in `_total`."""
        self._note(f"{name}_total", "counter", meaning, labels)
        return Counter(name, meaning, labels, namespace=NAMESPACE, registry=self._registry)

    def gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        """As it is now."""
        self._note(name, "gauge", meaning, labels)
        return Gauge(name, meaning, labels, namespace=NAMESPACE, registry=self._registry)

    def histogram(self, name: str, meaning: str, buckets: Collection[float]) -> Histogram:
        """By platform."""
        labels = ("platform",)
        self._note(name, "histogram", meaning, labels)
        return Histogram(name, meaning, labels, namespace=NAMESPACE, registry=self._registry, buckets=tuple(buckets))

    def _note(self, name: str, kind: str, meaning: str, labels: tuple[str, ...]) -> None:
        self.entries.append(Entry(f"{NAMESPACE}_{name}", kind, meaning, labels))


class JournalFamilies:
    """Of a journal."""

    def __init__(self, book: Book) -> None:
        """Register them."""
        self.seconds = book.histogram(
            "append_seconds",
            "From taking up a group of appends to its answers; each of its appends waits as long.",
            LATENCY_BUCKETS_S,
        )
        self.size = book.histogram("append_group_size", "Appends committed together.", GROUP_BUCKETS)
        self.appends = book.counter("appends", "Appends answered.", "platform")
        self.failed = book.counter("append_groups_failed", "Groups of appends that got no answers.", "platform")
        self.voids = book.counter("appends_void", "Appends that took no effect because of a conflict.", "platform")
        self.doubted = book.counter("appends_doubted", "Appends that were ever in doubt.", "platform")
        self.in_doubt = book.gauge("appends_in_doubt", "Appends in doubt now.", "platform")
        self.tail_records = book.gauge("tail_lag_records", "Log records not folded into the index.", "platform")
        self.tail_seconds = book.gauge("tail_lag_seconds", "For how long the index has been behind.", "platform")
        self.tail_answered = book.gauge("log_answered_timestamp_seconds", "When the log last answered.", "platform")


class IntakeFamilies:
    """Of `consume`."""

    def __init__(self, book: Book) -> None:
        """Register them."""
        self.consumed = book.counter(
            "reports_consumed", "Reports taken from the topic, by what became of them.", "platform", "outcome"
        )
        self.poison = book.counter("reports_poison", "Messages set aside in the refused topic.", "platform", "reason")
        self.lag = book.gauge("reports_lag_records", "Reports not in the ledger yet.", "platform", "partition")


class ProjectingFamilies:
    """Of `project`."""

    def __init__(self, book: Book) -> None:
        """Register them."""
        of = ("platform", "read_model")
        self.active = book.gauge("read_model_active", "1 where this process projects it, 0 on stand-by.", *of)
        self.lag = book.gauge("read_model_lag_positions", "Positions a read model is behind the ledger.", *of)
        self.lag_seconds = book.gauge("read_model_lag_seconds", "Age of the oldest event that a read model lacks.", *of)
        self.applied = book.counter("read_model_events", "Events applied, once for each batch.", "platform")
        self.batch_seconds = book.histogram(
            "read_model_batch_seconds", "How long a batch of events took, committed.", LATENCY_BUCKETS_S
        )


class PublishingFamilies:
    """Of `publish`."""

    def __init__(self, book: Book) -> None:
        """Register them."""
        self.published = book.counter("published_events", "Events acknowledged by the public topic.", "platform")
        self.position = book.gauge("published_position", "Ledger position the topic has reached.", "platform")
        self.lag = book.gauge("published_lag_positions", "Positions the topic is behind the ledger.", "platform")
        self.lag_seconds = book.gauge("published_lag_seconds", "Age of the oldest event not published.", "platform")
        self.active = book.gauge("publisher_active", "1 where this process publishes, 0 on stand-by.", "platform")


class ProcessFamilies:
    """Of every process."""

    def __init__(self, book: Book) -> None:
        """Register them."""
        self.ready = book.gauge("process_ready", "1 while `/health/ready` answers 200.", "process")
        self.turn = book.gauge(
            "last_turn_timestamp_seconds",
            "When the loop last ended a turn that went well, or began.",
            "process",
        )
        self.retries = book.counter(
            "retries", "Tries after the ledger, a broker or the database could not be reached.", "process"
        )

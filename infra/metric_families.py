"""The metrics by name, meaning and labels: what alarms and dashboards are written against, so a name is permanent."""

from collections.abc import Collection
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

LATENCY_BUCKETS_S: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""From a lone append on a quick disk to a caller's whole patience."""

GROUP_BUCKETS: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096)
"""Up to the most appends a group may have."""


class JournalFamilies:
    """Of a journal."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register them."""
        self.seconds = histogram(
            registry,
            "append_seconds",
            "From taking up a group of appends to its answers; each of its appends waits as long.",
            LATENCY_BUCKETS_S,
        )
        self.size = histogram(registry, "append_group_size", "Appends committed together.", GROUP_BUCKETS)
        self.appends = counter(registry, "appends", "Appends answered.", "platform")
        self.failed = counter(registry, "append_groups_failed", "Groups of appends that got no answers.", "platform")
        self.voids = counter(registry, "appends_void", "Appends that took no effect because of a conflict.", "platform")
        self.doubted = counter(registry, "appends_doubted", "Appends that were ever in doubt.", "platform")
        self.in_doubt = gauge(registry, "appends_in_doubt", "Appends in doubt now.", "platform")
        self.tail_records = gauge(registry, "tail_lag_records", "Log records not folded into the index.", "platform")
        self.tail_seconds = gauge(registry, "tail_lag_seconds", "For how long the index has been behind.", "platform")
        self.tail_answered = gauge(
            registry, "log_answered_timestamp_seconds", "When the log last answered.", "platform"
        )


class IntakeFamilies:
    """Of `consume`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register them."""
        self.consumed = counter(
            registry, "reports_consumed", "Reports taken from the topic, by what became of them.", "platform", "outcome"
        )
        self.poison = counter(
            registry, "reports_poison", "Messages set aside in the refused topic.", "platform", "reason"
        )
        self.lag = gauge(registry, "reports_lag_records", "Reports not in the ledger yet.", "platform", "partition")


class ProjectingFamilies:
    """Of `project`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register them."""
        of = ("platform", "read_model")
        self.active = gauge(registry, "read_model_active", "1 where this process projects it, 0 on stand-by.", *of)
        self.lag = gauge(registry, "read_model_lag_positions", "Positions a read model is behind the ledger.", *of)
        self.lag_seconds = gauge(
            registry, "read_model_lag_seconds", "Age of the oldest event that a read model lacks.", *of
        )
        self.applied = counter(registry, "read_model_events", "Events applied, once for each batch.", "platform")
        self.batch_seconds = histogram(
            registry, "read_model_batch_seconds", "How long a batch of events took, committed.", LATENCY_BUCKETS_S
        )


class PublishingFamilies:
    """Of `publish`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register them."""
        self.published = counter(registry, "published_events", "Events acknowledged by the public topic.", "platform")
        self.position = gauge(registry, "published_position", "Ledger position the topic has reached.", "platform")
        self.lag = gauge(registry, "published_lag_positions", "Positions the topic is behind the ledger.", "platform")
        self.lag_seconds = gauge(
            registry, "published_lag_seconds", "Age of the oldest event not published.", "platform"
        )
        self.active = gauge(registry, "publisher_active", "1 where this process publishes, 0 on stand-by.", "platform")


class ProcessFamilies:
    """Of every process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register them."""
        self.ready = gauge(registry, "process_ready", "1 while the process works.", "process")
        self.turn = gauge(
            registry, "last_turn_timestamp_seconds", "When the loop last ended a turn that went well.", "process"
        )
        self.retries = counter(
            registry, "retries", "Tries after the ledger, a broker or the database could not be reached.", "process"
        )


def counter(registry: CollectorRegistry, name: str, text: str, *labels: str) -> Counter:
    """Ends in `_total`."""
    return Counter(name, text, labels, namespace="caseledger", registry=registry)


def gauge(registry: CollectorRegistry, name: str, text: str, *labels: str) -> Gauge:
    """As it is now."""
    return Gauge(name, text, labels, namespace="caseledger", registry=registry)


def histogram(registry: CollectorRegistry, name: str, text: str, buckets: Collection[float]) -> Histogram:
    """By platform."""
    return Histogram(name, text, ("platform",), namespace="caseledger", registry=registry, buckets=tuple(buckets))

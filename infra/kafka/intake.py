"""Joins what takes in reports from Kafka: the topic, where refused messages go, and how these are found again."""

from collections.abc import Callable
from typing import Final

from caseledger.application.topic_intake import Topics
from consumers.messages import SourceFailed, source_name
from consumers.report import SchemaIdUnknown, SchemaOfId
from infra.kafka.aside import KafkaAside
from infra.kafka.connection import Brokers
from infra.kafka.registry import RegistryRefused, RegistryUnavailable, SchemaRegistry
from infra.kafka.registry import SchemaIdUnknown as NotRegistered
from infra.kafka.registry_address import RegistryAddress
from infra.kafka.source import KafkaSource
from infra.kafka.tail import KafkaTail
from schemas.topics import TopicKind, topic_name

Tracked = Callable[[str], int | None]
"""How far a source was taken in, by its name."""

GROUP: Final = "caseledger-intake-{platform}"
"""Permanent: the consumer group of a platform's intake, by which tools find its lag."""

CLAIM: Final = "caseledger-intake.{platform}.refused."
"""Permanent: before the number of a partition, the transactional id under which its refused messages are set aside."""


def intake_topics(brokers: Brokers, platform: str, tracked: Tracked, *, skip_lost: bool) -> Topics:
    """A platform's topics of reports; nothing is connected yet. `tracked` is the ledger's."""
    group = GROUP.format(platform=platform)
    reports, refused = topic_name(platform, TopicKind.REPORTS), topic_name(platform, TopicKind.REFUSED)

    def recorded(partition: int) -> int | None:
        return tracked(source_name(reports, partition))

    return Topics(
        reports,
        refused,
        KafkaSource(brokers, reports, group, recorded, skip_lost=skip_lost),
        KafkaAside(brokers, refused, CLAIM.format(platform=platform)),
        KafkaTail(brokers, refused, f"{group}-tail"),
    )


def schema_by_id(address: tuple[str, str | None, str | None] | None) -> SchemaOfId | None:
    """Looks schemas up in the registry, where there is one: its URL, user and password."""
    if address is None:
        return None
    registry = SchemaRegistry(RegistryAddress(*address))

    def schema(schema_id: int) -> str:
        try:
            return registry.schema(schema_id)
        except RegistryUnavailable as error:
            raise SourceFailed(str(error)) from error
        except RegistryRefused as error:
            if isinstance(error, NotRegistered) or error.status is None:
                raise SchemaIdUnknown(str(error)) from error
            raise SourceFailed(str(error)) from error

    return schema

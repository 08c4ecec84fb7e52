"""The topics of a platform: permanent names, and the settings that each must have for what it promises."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

LEDGER_RECORD_BYTES_MAX: Final = 8_500_000
"""`max.message.bytes` of the ledger topic: one append of 8,000,000 bytes and what a record batch adds."""

REFUSED_RECORD_BYTES_MAX: Final = 1_200_000
"""`max.message.bytes` of refused messages: Kafka's default, which the reports have, and why each was refused."""

FOR_EVER: Final = "-1"


class TopicKind(StrEnum):
    """What a topic is for; the part of its name after the platform. Permanent: producers and consumers know them."""

    LEDGER = "ledger"
    REPORTS = "reports"
    REFUSED = "reports.refused"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class TopicSettings:
    """What `journal create` makes a topic with. `partitions` is exact for the ledger, a default for the others."""

    partitions: int
    config: dict[str, str] = field(default_factory=dict)


SETTINGS: Final = {
    TopicKind.LEDGER: TopicSettings(
        1,
        {
            "cleanup.policy": "delete",
            "retention.ms": FOR_EVER,
            "retention.bytes": FOR_EVER,
            "unclean.leader.election.enable": "false",
            "max.message.bytes": str(LEDGER_RECORD_BYTES_MAX),
        },
    ),
    TopicKind.REPORTS: TopicSettings(6, {"cleanup.policy": "delete"}),
    TopicKind.REFUSED: TopicSettings(
        1, {"cleanup.policy": "delete", "retention.ms": FOR_EVER, "max.message.bytes": str(REFUSED_RECORD_BYTES_MAX)}
    ),
    TopicKind.EVENTS: TopicSettings(
        1,
        {
            "cleanup.policy": "delete",
            "retention.ms": FOR_EVER,
            "unclean.leader.election.enable": "false",
            "max.message.bytes": str(LEDGER_RECORD_BYTES_MAX),
        },
    ),
}
"""By kind. `min.insync.replicas` and the replication factor follow from the durability that settings ask for."""


def topic_name(platform: str, kind: TopicKind) -> str:
    """`<platform>.<kind>`, such as `wechat.reports.refused`. A platform's name has no dots, so names never collide."""
    return f"{platform}.{kind}"

"""How the topics of a platform are made: for three brokers, or for one."""

from infra.journal.kafka_guard import INSYNC, INSYNC_MIN, REPLICATION_MIN
from infra.kafka.topics import Wanted
from schemas.topics import SETTINGS, TopicKind, topic_name


def wanted_topic(platform: str, kind: TopicKind, *, replicated: bool) -> Wanted:
    """The platform's topic of this kind, with three copies and two of them in sync, or with one."""
    settings = SETTINGS[kind]
    config = {**settings.config, INSYNC: str(INSYNC_MIN if replicated else 1)}
    return Wanted(topic_name(platform, kind), settings.partitions, REPLICATION_MIN if replicated else 1, config)

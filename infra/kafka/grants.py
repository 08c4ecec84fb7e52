"""What each process has to be allowed at brokers that ask: the least with which it does all of its work."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from infra.kafka.intake import CLAIM as INTAKE_CLAIM
from infra.kafka.intake import GROUP as INTAKE_GROUP
from infra.kafka.publisher import CLAIM as PUBLISH_CLAIM
from infra.kafka.publisher import GROUP as PUBLISH_GROUP
from schemas.topics import TopicKind, topic_name

PLATFORM: Final = "{platform}"


class Resource(StrEnum):
    """On what something is allowed, in the words of `kafka-acls.sh`."""

    TOPIC = "topic"
    GROUP = "group"
    TRANSACTIONAL_ID = "transactional-id"


@dataclass(frozen=True, slots=True)
class Grant:
    """Operations on one resource, or on all whose names begin so; the name holds `{platform}`."""

    resource: Resource
    name: str
    operations: tuple[str, ...]
    prefixed: bool = False


def _topic(kind: TopicKind, *operations: str) -> Grant:
    return Grant(Resource.TOPIC, topic_name(PLATFORM, kind), operations)


_READS_LEDGER: Final = _topic(TopicKind.LEDGER, "Read", "DescribeConfigs")
_WRITES_LEDGER: Final = _topic(TopicKind.LEDGER, "Read", "Write", "DescribeConfigs")

GRANTS: Final[Mapping[str, tuple[Grant, ...]]] = {
    "consume": (
        _WRITES_LEDGER,
        _topic(TopicKind.REPORTS, "Read"),
        _topic(TopicKind.REFUSED, "Read", "Write"),
        Grant(Resource.GROUP, INTAKE_GROUP, ("Read",)),
        Grant(Resource.TRANSACTIONAL_ID, INTAKE_CLAIM, ("Write",), prefixed=True),
    ),
    "project": (_READS_LEDGER,),
    "keep-time": (_WRITES_LEDGER,),
    "publish": (
        _READS_LEDGER,
        _topic(TopicKind.EVENTS, "Read", "Write", "DescribeConfigs"),
        Grant(Resource.GROUP, PUBLISH_GROUP, ("Read",)),
        Grant(Resource.TRANSACTIONAL_ID, PUBLISH_CLAIM, ("Write",)),
    ),
    "commands": (_WRITES_LEDGER,),
    "create": tuple(_topic(kind, "Create", "Describe", "DescribeConfigs", "AlterConfigs") for kind in TopicKind),
}
"""By process; `commands` are those that people give, `create` is `journal create`.

`Read` and `Write` imply `Describe`.
"""


def acl_lines(process: str, platform: str = "PLATFORM") -> list[str]:
    """The commands that allow a process's user what it needs, as they stand in the documentation."""
    lines = []
    for grant in GRANTS[process]:
        operations = " ".join(f"--operation {each}" for each in grant.operations)
        resource = f"--{grant.resource} {grant.name.format(platform=platform)}"
        pattern = " --resource-pattern-type prefixed" if grant.prefixed else ""
        lines.append(f"$ACLS --allow-principal User:caseledger-{process} {operations}{pattern} {resource}")
    return lines

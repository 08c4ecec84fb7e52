"""What the loops of long-running processes tell of their work: to metrics in production, to anything in a test.

Every value that becomes a label is one of a few: a platform, a read model, a partition, a command, a code. Never an id.
`infra.metrics.Metrics` has all of these.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from infra.journal.observer import Observer


class IntakeMeter(Protocol):
    """Reports taken from a topic into one platform's ledger."""

    def consumed(self, outcome: str, reports: int = 1) -> None:
        """So many reports had this outcome, a code such as `admitted`, `refused` or `repeated`."""

    def set_aside(self, reason: str) -> None:
        """A poison message went to the refused topic; the reason is a code."""

    def assigned(self, partitions: Collection[int]) -> None:
        """These partitions are this process's now; nothing is told of others any more."""

    def behind(self, partition: int, records: int) -> None:
        """So many records of the partition are not in the ledger yet."""


class ProjectingMeter(Protocol):
    """Read models of one platform."""

    def active(self, projected: Collection[str], standing_by: Collection[str]) -> None:
        """This process projects these read models now, and stands by for those."""

    def applied(self, events: int, seconds: float) -> None:
        """A batch was applied and committed, in so much time."""

    def behind(self, read_model: str, positions: int, since: datetime | None) -> None:
        """So many events are not in the read model yet, the first of them recorded then; None when it lacks none."""


class PublishingMeter(Protocol):
    """The public topic of one platform."""

    def active(self, *, active: bool) -> None:
        """Whether this process is the one that publishes, and not one that stands by."""

    def published(self, events: int, position: int) -> None:
        """So many events were acknowledged by the topic, which now holds the ledger up to this position."""

    def behind(self, positions: int, since: datetime | None) -> None:
        """So many events are not in the topic yet, the first of them recorded then; None when it lacks none."""


class TimeMeter(Protocol):
    """The time of one platform."""

    def kept(self, command: str) -> None:
        """A command of this name was recorded because it was due."""

    def refused(self, command: str) -> None:
        """One was refused: a person has to look at it."""


class Meters(Protocol):
    """One of each for a platform; asked twice, the same figures go on."""

    def journal(self, platform: str) -> Observer:
        """For the platform's journal."""

    def intake(self, platform: str) -> IntakeMeter:
        """For `consume`."""

    def projecting(self, platform: str) -> ProjectingMeter:
        """For `project`."""

    def publishing(self, platform: str) -> PublishingMeter:
        """For `publish`."""

    def time(self, platform: str) -> TimeMeter:
        """For `keep-time`."""

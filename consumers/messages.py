"""Messages as they come off a topic and go onto one, and what is needed of whatever carries them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

Headers = tuple[tuple[str, bytes], ...]
"""Names and values in the order in which they were given; a name may come more than once."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a topic. `timestamp_ms` is what the topic says of when it was put there, since 1970 in UTC."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()

    @property
    def source(self) -> str:
        """`<topic>/<partition>`: under this name the ledger records how far a partition was taken in. Permanent."""
        return source_name(self.topic, self.partition)

    def header(self, name: str) -> bytes | None:
        """The last header of this name, whatever its case."""
        return next((value for each, value in reversed(self.headers) if each.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be put onto a topic; where no partition is named, its key chooses one."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    partition: int | None = None


@dataclass(frozen=True, slots=True)
class Polled:
    """What came off a topic: messages in order by partition, and partitions that were assigned anew before them."""

    messages: Sequence[Message] = ()
    assigned: Collection[int] = ()


class Poison(Exception):  # noqa: N818 - it is the trade's word for a message that can never be taken
    """This message cannot be taken, now or later. `codes` are stable; neither they nor `reason` hold personal data."""

    def __init__(self, reason: str, *codes: str) -> None:
        """Keep the reason and at least one code."""
        super().__init__(reason)
        self.reason = reason
        self.codes = codes


class SourceFailed(Exception):  # noqa: N818 - named as the sentence it says
    """The topic cannot be read now. Nothing is lost: it is read on from what the ledger recorded."""


class SourceCut(Exception):  # noqa: N818 - named as the sentence it says
    """The topic does not go on where the ledger's record of it ends; the reason says what is missing."""


class SinkFailed(Exception):  # noqa: N818 - named as the sentence it says
    """Not every message was acknowledged; which of them the topic holds is not known."""


class Superseded(Exception):  # noqa: N818 - named as the sentence it says
    """Somebody else claimed the partition since. Nothing more of this claimant arrives; what did, the other sees."""


class Source(Protocol):
    """One topic's messages, of those partitions that this process is given. It begins behind what was recorded."""

    def poll(self, wait_s: float) -> Polled:
        """The next messages, bounded in number and bytes; none after so many seconds. Raises `SourceFailed` or
        `SourceCut`.
        """

    def settle(self, taken: Mapping[int, int]) -> None:
        """Tell tools that show lag the last offset taken of each partition; nothing is ever resumed from it."""

    def rewind(self) -> None:
        """Forget what was read ahead, and begin again behind what was recorded."""

    def is_at_end(self) -> bool:
        """Whether partitions were given out, be it none to this process, and everything was read that they had."""

    def lag(self) -> Mapping[int, int]:
        """How many messages of each partition are known to wait."""

    def close(self) -> None:
        """Give the partitions back."""


class Sink(Protocol):
    """Puts messages onto topics."""

    def put(self, messages: Sequence[Outgoing]) -> None:
        """All of them, in order, acknowledged when it returns. Raises `SinkFailed`."""

    def close(self) -> None:
        """Let go."""


class Aside(Protocol):
    """The topic where messages are set aside, each once: for one partition that they come from, by one at a time."""

    def claim(self, partition: int) -> bool:
        """Be the only one who sets aside messages of this partition, from now on. Raises `SinkFailed`.

        Whether somebody else may have done so before: what they put is in the topic by now, or never will be. False
        where this claim is held already.
        """

    def put(self, partition: int, messages: Sequence[Outgoing]) -> None:
        """All of them, messages of the claimed partition, in order and each once, acknowledged when it returns.

        Raises `Superseded`, or `SinkFailed`: which of them the topic holds is not known then, and the claim is gone.
        """

    def close(self) -> None:
        """Let go."""


class Tail(Protocol):
    """Reads a topic from its end."""

    def last(self, count: int) -> tuple[Sequence[Message], bool]:
        """The last `count` messages of each partition, and whether these are all there are. Raises `SourceFailed`."""


def source_name(topic: str, partition: int) -> str:
    """The name under which the ledger records how far a partition was taken in."""
    return f"{topic}/{partition}"

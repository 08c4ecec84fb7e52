"""The log port: everybody reads the same records in the same order, and an appended record stays where it is."""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Protocol

DIGEST_BYTES = 16


class AppendInDoubtError(Exception):
    """It is not known whether the records of this append are in the log, or may still get into it."""


class Log(Protocol):
    """An append-only sequence of records, numbered from 0. Several writers may append to one log at any time."""

    @property
    def record_bytes_max(self) -> int:
        """A commit group is packed into records up to this size; 0 means one append a record."""

    @property
    def shares_index(self) -> bool:
        """Whether log and index are one file and one transaction, so that they never disagree."""

    @property
    def follows(self) -> bool:
        """Whether the log itself watches for what others append, so that readers need not look."""

    def follow(self, on_news: Callable[[int], None]) -> None:
        """Call this from now on whenever others may have appended, from a thread of the log's, with the offset behind
        the last record; only if it follows.
        """

    def look(self, start: int) -> None:
        """Learn how far the log goes at this moment, where everything before `start` is known.

        Raises `OperationalError` when that cannot be known, `InterfaceError` when the log ends before `start`.
        """

    def begin(self, records: Sequence[bytes]) -> bool:
        """Send off the records that `append` is called with next, as far as that needs no wait; whether the time until
        their answer is there is worth using.
        """

    def append(self, records: Sequence[bytes]) -> range:
        """Append the records in order; the offsets from the first one to the last one.

        The range is longer than the records when another writer's came between them. Raises `OperationalError` when
        none was appended for certain, `AppendInDoubtError` when that is not known.
        """

    def read(self, start: int, limit: int) -> Sequence[tuple[int, bytes]]:
        """At most `limit` records with their offsets, in order, from the first offset >= `start`."""

    def has_more(self, start: int) -> bool:
        """Whether records at `start` or later are known to be there, without a wait."""

    def close(self) -> None:
        """Release what the log holds."""


def digest(offset: int, record: bytes) -> bytes:
    """What is kept beside a stored record, so that a changed, moved or torn one is found."""
    return blake2b(record, digest_size=DIGEST_BYTES, salt=offset.to_bytes(8, "big")).digest()

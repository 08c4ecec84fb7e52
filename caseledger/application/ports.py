"""What the use cases need from outside: a ledger to read and append to, a clock, and the platform's keyed digest."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent


class AppendConflicts(Exception):  # noqa: N818 - named as the sentence it says
    """Another append took one of these versions first; nothing of this one was written."""


class SourceAhead(Exception):  # noqa: N818 - named as the sentence it says
    """A source is recorded as far as this append says, or further: somebody else took it in. Nothing was written."""


class AppendTooLarge(Exception):  # noqa: N818 - named as the sentence it says
    """The append is larger than the ledger takes; nothing of it was written, and repeating it will not help."""


class LedgerUnavailable(Exception):  # noqa: N818 - named as the sentence it says
    """The ledger did not take the append; nothing of it was written, and the command may be repeated."""


class OutcomeUnknown(Exception):  # noqa: N818 - named as the sentence it says
    """Whether the append was written cannot be told yet; repeating the command is safe and will show it."""


class Ledger(Protocol):
    """One platform's events: streams by id, all of it by position."""

    def head(self) -> int:
        """The position of the last event, 0 when there is none."""

    def read(self, stream: UUID, after: int = 0) -> Sequence[StoredEvent]:
        """The events of a stream with a version above `after`, in order."""

    def read_until(self, stream: UUID, position: int, after: int = 0) -> Sequence[StoredEvent]:
        """The events of a stream with a version above `after` and a position of at most `position`, in order."""

    def read_many(self, streams: Sequence[UUID]) -> Mapping[UUID, Sequence[StoredEvent]]:
        """The events of each of these streams that has any."""

    def since(self, position: int, limit: int, stop: int | None = None) -> Sequence[Notification]:
        """At most `limit` events with a position above `position`, up to `stop`, in order."""

    def recorded_at(self, positions: Sequence[int]) -> Mapping[int, datetime]:
        """When the events at these positions were written, in UTC."""

    def append_many(self, appends: Sequence[Sequence[StoredEvent]]) -> Sequence[range | AppendConflicts]:
        """Write each group of events whole or not at all; the positions, or the conflict, of each in order.

        Raises `AppendTooLarge` or `LedgerUnavailable` when one was not written for another reason than a conflict
        (others may have been: repeating is safe), `OutcomeUnknown` when that cannot be told.
        """

    def append_tracked(self, events: Sequence[StoredEvent], tracking: Mapping[str, int]) -> range:
        """Write all events and how far each source was taken in, whole or not at all; the positions of the events.

        Without events only the sources move on. Raises `SourceAhead` unless every position is above the last one of its
        source, `AppendConflicts` for a version that is taken, and otherwise as `append_many`.
        """

    def tracked(self, source: str) -> int | None:
        """How far a source was taken in, by the appends that recorded it; none when there was none."""


class Clock(Protocol):
    """The time of day, for bounds on what may come in; never for decisions."""

    def now(self) -> datetime:
        """The present moment, in UTC."""


class Digests(Protocol):
    """The keyed digests by which persons are recognised who are never named."""

    def digest(self, platform: str, case: UUID, reporter: str) -> str:
        """Hexadecimal HMAC-SHA-256 of case and reporter under the platform's secret."""

    def identity(self, platform: str, kind: str, value: str) -> str:
        """Hexadecimal HMAC-SHA-256 of an identity's kind and canonical value under a key made of that secret."""

"""What callers hand to the journal and what it answers."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from eventsourcing.persistence import DatabaseError, Notification, OperationalError, StoredEvent, Tracking

Key = bytes | str
"""How a stream is named inside the journal: 16 bytes for a UUID, else its text."""

ID_BYTES = 16


def new_append_id() -> bytes:
    """16 bytes: 48 bits of milliseconds, then 80 random bits, so that new ids lie together in the index."""
    return (time.time_ns() // 1_000_000).to_bytes(6, "big") + os.urandom(10)


@dataclass(frozen=True, slots=True)
class Append:
    """Events and tracking positions that take effect together or not at all, over any number of streams."""

    events: Sequence[StoredEvent]
    tracking: Sequence[Tracking] = ()
    append_id: bytes = field(default_factory=new_append_id)


@dataclass(frozen=True, slots=True)
class Written:
    """The append took effect; its events have these positions, in order. Empty for a tracking-only append."""

    positions: range


@dataclass(frozen=True, slots=True)
class Void:
    """The append takes no effect, for ever; `reason` says which rule refused it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The append was not written and never will be, for no fault of its own; it may be tried again under a new id."""

    reason: str


Fate = Written | Void
Answer = Written | Void | Failed


@dataclass(frozen=True, slots=True)
class Refused:
    """One append of a group was not written.

    The error is `IntegrityError` for a conflict, `DataError` for an append that is too large or cannot be encoded,
    `OperationalError` when the log failed.
    """

    error: DatabaseError


@dataclass(frozen=True, slots=True)
class Unknown:
    """The log as far as it was read holds neither this append nor its cancellation."""


Outcome = Written | Void | Unknown


@dataclass(frozen=True)
class RecordedNotification(Notification):
    """A notification with the moment its append was recorded, in UTC."""

    recorded_at: datetime


class OutcomeUnknownError(OperationalError):
    """Whether these appends took effect is not known yet; `outcome(append_id)` tells once the log answers."""

    def __init__(self, append_ids: Sequence[bytes], cause: str) -> None:
        """Names the appends in hexadecimal, as `outcome` and the command line take them."""
        self.append_ids = tuple(append_ids)
        self.cause = cause
        names = ", ".join(append_id.hex() for append_id in self.append_ids[:8])
        more = f" and {len(self.append_ids) - 8} more" if len(self.append_ids) > 8 else ""  # noqa: PLR2004 - as above
        super().__init__(f"outcome unknown for append {names}{more}: {cause}")


OutcomeUnknown = OutcomeUnknownError


def key_of(originator_id: UUID | str) -> Key:
    """The journal's name of a stream."""
    return originator_id.bytes if isinstance(originator_id, UUID) else originator_id

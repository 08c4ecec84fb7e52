"""What client processes did to a journal: each notes an append before it hands it over, and its answer as it comes.

A line is in the file, in one piece, by the time the call returns: a killed process leaves all its notes but, at most,
a torn last one, which nobody was told.
"""

import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent

from infra.journal import Append, Unknown, Void, Written

Positions = tuple[int, ...]


class Answer(StrEnum):
    """What a caller was told of its append. `none`: the process ended first."""

    WRITTEN = "written"
    CONFLICT = "conflict"
    FAILED = "not written"
    UNKNOWN = "unknown"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Event:
    """An event by its stream, version and a digest of its type and state."""

    stream: str
    version: int
    content: str


@dataclass(frozen=True, slots=True)
class Call:
    """One append as its caller saw it. Times are nanoseconds of the machine's monotonic clock, for all processes."""

    append_id: str
    process: str
    events: tuple[Event, ...]
    invoked_at: int
    tracking: tuple[tuple[str, int], ...] = ()
    answer: Answer = Answer.NONE
    answered_at: int | None = None
    positions: Positions = ()


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a process was told later of an append by its id: positions, None when it is void, `unknown` when neither."""

    append_id: str
    process: str
    positions: Positions | None
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one subscription after a position delivered. One that was `ended` early owes only the beginning."""

    process: str
    after: int
    events: tuple[tuple[int, Event], ...]
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Notes:
    """All that one process noted."""

    calls: tuple[Call, ...]
    settlements: tuple[Settlement, ...]
    deliveries: tuple[Delivery, ...]


class Notebook:
    """The notes of this process, for any number of its threads."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._mutex = Lock()

    def invoked(self, append: Append) -> None:
        """To be called before the append is handed over."""
        events = [vars_of(event_of(event)) for event in append.events]
        tracking = [[one.application_name, one.notification_id] for one in append.tracking]
        self._note("invoked", append.append_id.hex(), events, tracking)

    def answered(self, append: Append, answer: Answer, positions: Sequence[int] = (), why: str = "") -> None:
        """To be called as soon as the answer is there; `why` is for whoever reads the notes."""
        self._note("answered", append.append_id.hex(), answer, list(positions), why)

    def settled(self, append_id: bytes, outcome: Written | Void | Unknown) -> None:
        """What `outcome` or `cancel` said."""
        positions = list(outcome.positions) if isinstance(outcome, Written) else None
        self._note("settled", append_id.hex(), positions, isinstance(outcome, Unknown))

    def subscribed(self, after: int) -> None:
        """A subscription begins, which takes the place of the one before."""
        self._note("subscribed", after)

    def delivered(self, notification: Notification) -> None:
        """It gave this."""
        self._note("delivered", notification.id, vars_of(event_of(notification)))

    def close(self) -> None:
        os.close(self._file)

    def _note(self, *line: object) -> None:
        with self._mutex:
            os.write(self._file, f"{json.dumps([time.monotonic_ns(), *line])}\n".encode())


def lines_of(path: Path) -> list[list[Any]]:
    """Every whole line that a process noted: when, what, and its values."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


def read_notes(path: Path, *, ended: bool = False) -> Notes:
    """The notes of the process whose file this is. `ended`: it was killed, so its last subscription may lack events."""
    calls: dict[str, Call] = {}
    settlements = []
    deliveries: list[Delivery] = []
    given: list[tuple[int, Event]] = []
    process = path.stem
    for at, word, *values in lines_of(path):
        match word:
            case "invoked":
                append_id, events, tracking = values
                calls[append_id] = Call(
                    append_id, process, tuple(Event(*event) for event in events), at, tuple(map(tuple, tracking))
                )
            case "answered":
                append_id, answer, positions, _ = values
                calls[append_id] = replace(
                    calls[append_id], answer=Answer(answer), answered_at=at, positions=tuple(positions)
                )
            case "settled":
                append_id, positions, unknown = values
                settlements.append(
                    Settlement(append_id, process, None if positions is None else tuple(positions), unknown)
                )
            case "subscribed":
                if deliveries:
                    deliveries[-1] = replace(deliveries[-1], events=tuple(given), ended=True)
                deliveries.append(Delivery(process, values[0], ()))
                given = []
            case "delivered":
                given.append((values[0], Event(*values[1])))
    if deliveries:
        deliveries[-1] = replace(deliveries[-1], events=tuple(given), ended=ended)
    return Notes(tuple(calls.values()), tuple(settlements), tuple(deliveries))


def event_of(stored: StoredEvent | Notification) -> Event:
    """The event as notes name it."""
    return event(stored.originator_id, stored.originator_version, stored.topic, bytes(stored.state))


def event(originator_id: UUID | str | bytes, version: int, type_: str, state: bytes) -> Event:
    """The same of its parts; a UUID may be given by its 16 bytes."""
    if isinstance(originator_id, bytes):
        originator_id = UUID(bytes=originator_id)
    kind = "uuid" if isinstance(originator_id, UUID) else "text"
    content = blake2b(f"{type_}\n".encode() + state, digest_size=12).hexdigest()
    return Event(f"{kind}:{originator_id}", version, content)


def vars_of(one: Event) -> list[object]:
    """The event as a line holds it."""
    return [one.stream, one.version, one.content]


def by_id(calls: Sequence[Call]) -> Mapping[str, Call]:
    """Calls by append id."""
    return {call.append_id: call for call in calls}

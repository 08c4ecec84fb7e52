"""A stored append's events, decoded one after the other with every bound checked.

Folding a long log spends most of its time here, so the usual case (a UUID, a small version, the type of the event
before, a state of 64 to 8,191 bytes) is written out: no call for a field. Everything else is read by `avro`.
"""

from typing import NamedTuple
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from infra.journal.appends import Key
from infra.journal.avro import MalformedError, read_bytes, read_fixed, read_long, read_string
from infra.journal.events import uuid_of

_UUID_BYTES = 16
_TOP_BIT = 0x80
_NO_NAME = b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
"""No length begins like this, so no name does."""
_new = object.__new__
_set = object.__setattr__


class Run(NamedTuple):
    """Consecutive events of one append with one stream and versions rising by one.

    The first of them is the append's event number `place`, from 0, and stands at byte `at`.
    """

    key: Key
    first_version: int
    last_version: int
    place: int
    at: int


def read_events(data: bytes, at: int, count: int) -> tuple[list[StoredEvent], list[Run], list[tuple[Key, int]], int]:
    """`count` events from byte `at`, their runs, the stream and version of each, and the place after them.

    Raises `MalformedError` or `IndexError`.
    """
    events: list[StoredEvent] = []
    runs: list[Run] = []
    pairs: list[tuple[Key, int]] = []
    key: Key | None = None
    originator_id: UUID | str = ""
    topic, named = "", _NO_NAME
    first = follows = place = run_at = 0
    for index in range(count):
        start = at
        found: Key
        if data[at] == 0:
            at += 1 + _UUID_BYTES
            found = data[start + 1 : at]
        else:
            found, at = _read_key(data, at)
        byte = data[at]
        if byte < _TOP_BIT and not byte & 1:
            version = byte >> 1
            at += 1
        else:
            version, at = read_long(data, at)
        if version != follows or found != key:
            if key is not None:
                runs.append(Run(key, first, follows - 1, place, run_at))
            first, place, run_at = version, index, start
            if found != key:
                key = found
                originator_id = uuid_of(found) if isinstance(found, bytes) else found
        follows = version + 1
        pairs.append((found, version))
        if data.startswith(named, at):
            at += len(named)
        else:
            name_at = at
            topic, at = read_string(data, at)
            named = data[name_at:at]
        state, at = _read_state(data, at)
        event = _new(StoredEvent)
        _set(
            event,
            "__dict__",
            {"originator_id": originator_id, "originator_version": version, "topic": topic, "state": state},
        )
        events.append(event)
    if key is not None:
        runs.append(Run(key, first, follows - 1, place, run_at))
    return events, runs, pairs, at


def _read_state(data: bytes, at: int) -> tuple[bytes, int]:
    byte = data[at]
    if byte >= _TOP_BIT and (high := data[at + 1]) < _TOP_BIT and not byte & 1:
        start = at + 2
        end = start + ((high << 7 | byte & 0x7F) >> 1)
        if end > len(data):
            raise MalformedError(f"{end - start} bytes at {start} of {len(data)}")
        return data[start:end], end
    return read_bytes(data, at)


def _read_key(data: bytes, at: int) -> tuple[Key, int]:
    branch, at = read_long(data, at)
    if branch == 0:
        return read_fixed(data, at, _UUID_BYTES)
    if branch == 1:
        return read_string(data, at)
    raise MalformedError(f"an originator id of kind {branch}")

"""Events read straight from the bytes of a log record, without decoding what was not asked for.

These two loops are what reading costs, so they are written out: no call and no tuple per event. The frozen dataclasses
are filled without their constructor, which costs more than the rest. Those of a scan, which are many, get no `__dict__`
of their own: it would be one more object each for the garbage collector to look at.
Both loops trust their record: the index says where its events are, and `verify` checks the bytes.
"""

from uuid import UUID, SafeUUID

from eventsourcing.persistence import Notification, StoredEvent

from infra.journal.avro import read_bytes, read_long, read_string, string

_TOP_BIT = 0x80
_UUID_BYTES = 16
_NO_NAME = b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
"""No length begins like this, so no name does; the events of a run mostly have the same, which is read once."""
_UNKNOWN = SafeUUID.unknown
_new = object.__new__
_set = object.__setattr__


def read_run(data: bytes, at: int, count: int, originator_id: UUID | str, into: list[StoredEvent]) -> int:
    """Add `count` events of one stream, which stand together from `at`, to the list; the bytes that they take."""
    start = at
    skip = 1 + (_UUID_BYTES if isinstance(originator_id, UUID) else len(string(originator_id)))
    topic, named = "", _NO_NAME
    for _ in range(count):
        at += skip
        byte = data[at]
        if byte < _TOP_BIT and not byte & 1:
            version = byte >> 1
            at += 1
        else:
            version, at = read_long(data, at)
        if data.startswith(named, at):
            at += len(named)
        else:
            name_at = at
            topic, at = read_string(data, at)
            named = data[name_at:at]
        byte = data[at]
        if byte >= _TOP_BIT and (high := data[at + 1]) < _TOP_BIT:
            end = at + 2
            at = end + ((high << 7 | byte & 0x7F) >> 1)
            state = data[end:at]
        else:
            state, at = read_bytes(data, at)
        event = _new(StoredEvent)
        _set(
            event,
            "__dict__",
            {"originator_id": originator_id, "originator_version": version, "topic": topic, "state": state},
        )
        into.append(event)
    return at - start


def read_notifications(data: bytes, at: int, count: int, position: int, into: list[Notification]) -> None:
    """Add `count` events that stand together from `at`, the first one at this position, to the list."""
    originator_id: UUID | str = ""
    stream = named = _NO_NAME
    topic = ""
    for place in range(position, position + count):
        if data.startswith(stream, at):
            at += len(stream)
        elif data[at] == 0:
            stream = data[at : at + 1 + _UUID_BYTES]
            originator_id = uuid_of(stream[1:])
            at += 1 + _UUID_BYTES
        else:
            stream_at = at
            originator_id, at = read_string(data, at + 1)
            stream = data[stream_at:at]
        byte = data[at]
        if byte < _TOP_BIT and not byte & 1:
            version = byte >> 1
            at += 1
        else:
            version, at = read_long(data, at)
        if data.startswith(named, at):
            end = at + len(named)
        else:
            topic, end = read_string(data, at)
            named = data[at:end]
        byte = data[end]
        if byte >= _TOP_BIT and (high := data[end + 1]) < _TOP_BIT:
            end += 2
            at = end + ((high << 7 | byte & 0x7F) >> 1)
            state = data[end:at]
        else:
            state, at = read_bytes(data, end)
        event = _new(Notification)
        _set(event, "originator_id", originator_id)
        _set(event, "originator_version", version)
        _set(event, "topic", topic)
        _set(event, "state", state)
        _set(event, "id", place)
        into.append(event)


def uuid_of(raw: bytes) -> UUID:
    """The UUID of these 16 bytes, without the checks that make its constructor the dearest part of a scan."""
    found = _new(UUID)
    _set(found, "int", int.from_bytes(raw))
    _set(found, "is_safe", _UNKNOWN)
    return found

"""Record batches as a broker gives them, read to offsets and values.

Folding a long topic reads all of them, and kafka-python's general decoder costs several times what this one does; the
tests hold both to the same records. Format 2 is read here, and kafka-python unpacks what is compressed. The format:
Apache Kafka's documentation, "Record Batch".
"""

import zlib
from struct import Struct
from typing import Any, Final

from eventsourcing.persistence import InterfaceError
from kafka.errors import CorruptRecordError, UnsupportedCodecError
from kafka.record import MemoryRecords
from kafka.record.util import calc_crc32c

from infra.journal.avro import MalformedError, read_long

_PLACE: Final = Struct(">qi")
"""Offset of the first record, bytes that follow."""
_HEAD: Final = Struct(">ibIh")
"""Leader epoch, format, checksum of what follows, attributes."""
_NUMBER: Final = Struct(">i")
_CHECKED_AT: Final = 21
_COUNT_AT: Final = 57
_RECORDS_AT: Final = 61
_FORMAT: Final = 2
_CODEC: Final = 0x07
_CONTROL: Final = 0x20
_BROKEN: Final = (IndexError, MalformedError, CorruptRecordError, UnsupportedCodecError, OSError, EOFError, zlib.error)
"""What reading a batch raises that holds no records, whether it was compressed or not."""
_USUAL: Final = b"\0\0"
"""No attributes, and the time of the batch."""
_NO_KEY: Final = 1
"""The byte of a length of -1."""


def decoded(data: Any, offset: int) -> list[tuple[int, bytes]]:  # noqa: ANN401 - bytes, or kafka-python's view of them
    """The records of these batches from the offset on; the last batch may be cut short, as brokers do, and is left out.

    Raises `InterfaceError` for what no journal wrote, and for what was damaged.
    """
    found: list[tuple[int, bytes]] = []
    data = bytes(data or b"")
    at = 0
    while at + _PLACE.size <= len(data):
        base, size = _PLACE.unpack_from(data, at)
        end = at + _PLACE.size + size
        if end > len(data):
            break
        if end < at + _RECORDS_AT:
            raise _unreadable(base, "it is shorter than the head of one")
        _, format_, checksum, attributes = _HEAD.unpack_from(data, at + _PLACE.size)
        if format_ != _FORMAT:
            raise _unreadable(base, f"it has format {format_}, not {_FORMAT}: another program writes to the topic")
        if attributes & _CONTROL:
            raise InterfaceError("the journal's topic holds a transaction's mark: another program writes to it")
        if calc_crc32c(memoryview(data)[at + _CHECKED_AT : end]) != checksum:
            raise InterfaceError(f"a record batch at offset {base} was damaged on its way")
        try:
            if attributes & _CODEC:
                found += [one for one in _unpacked(data[at:end]) if one[0] >= offset]
            else:
                _read(data, at, end, base, offset, found)
        except _BROKEN as error:
            raise _unreadable(base, error) from error
        at = end
    return found


def _read(data: bytes, at: int, end: int, base: int, first: int, found: list[tuple[int, bytes]]) -> None:
    """Add the records of the batch from `at` to `end` whose offsets are `first` or above."""
    (count,) = _NUMBER.unpack_from(data, at + _COUNT_AT)
    at += _RECORDS_AT
    for _ in range(count):
        size, at = read_long(data, at)
        stop = at + size
        if data.startswith(_USUAL, at):
            at += len(_USUAL)
        else:
            _, at = read_long(data, at + 1)
        delta, at = read_long(data, at)
        if data[at] == _NO_KEY:
            at += 1
        else:
            key_bytes, at = read_long(data, at)
            at += max(key_bytes, 0)
        value_bytes, value_at = read_long(data, at)
        at = value_end = value_at + value_bytes if value_bytes > 0 else value_at
        at = at + 1 if data[at] == 0 else _after_headers(data, at)
        if at != stop or at > end:
            raise MalformedError(f"record {delta} of it does not end where it should")
        if base + delta >= first:
            found.append((base + delta, data[value_at:value_end]))
    if at != end:
        raise MalformedError(f"it has {end - at} bytes behind its records")


def _after_headers(data: bytes, at: int) -> int:
    count, at = read_long(data, at)
    if not 0 <= count <= len(data):
        raise MalformedError(f"{count} headers")
    for _ in range(2 * count):
        size, at = read_long(data, at)
        at += max(size, 0)
    return at


def _unpacked(batch: bytes) -> list[tuple[int, bytes]]:
    """The records of a compressed batch, which the topic's own setting may make of one that was not."""
    return [(record.offset, bytes(record.value or b"")) for one in MemoryRecords(batch) for record in one]


def _unreadable(offset: int, what: object) -> InterfaceError:
    return InterfaceError(f"a record batch at offset {offset} cannot be read: {what}")

"""The primitive values of Avro's binary encoding, each in the one shortest form that is written.

Source: Apache Avro 1.12 specification, "Binary Encoding". Reading refuses longer forms of the same value (padded
integers, arrays in several blocks), so that one record has exactly one encoding.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from schemas.errors import Malformed

LENGTHS_CACHED = 512
"""Lengths below this are looked up, not computed."""

MOMENTS_CACHED_MAX = 256
"""The events of a command share their moment, and reports about an item the moment it was posted."""

VARINT_BYTES_MAX = 10
LONG_MIN = -(1 << 63)
LONG_MAX = (1 << 63) - 1

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MICROSECONDS_PER_SECOND = 1_000_000
SECONDS_PER_DAY = 86_400
MICROS_MIN = (datetime.min.replace(tzinfo=UTC) - EPOCH) // MICROSECOND
MICROS_MAX = (datetime.max.replace(tzinfo=UTC) - EPOCH) // MICROSECOND

_EIGHT_BYTES_MIN = 1 << 48
_EIGHT_BYTES_END = 1 << 55
"""Times from 1978 to 3111 take eight bytes, and are written and read without a loop."""

_ALL_FLAGS = 0x8080808080808080
_SEVEN_FLAGS = 0x0080808080808080

_UUID_LENGTH = 36
_UUID_LENGTH_BYTE = _UUID_LENGTH << 1
_IS_UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").match


@lru_cache(maxsize=1)
def length_table() -> tuple[bytes, ...]:
    """The encodings of 0 to `LENGTHS_CACHED` - 1."""
    return tuple(_varint(length << 1) for length in range(LENGTHS_CACHED))


def write_long(value: int) -> bytes:
    """An integer of 64 bits, zigzag; `TypeError` for anything else, `OverflowError` when it is larger."""
    if value.__class__ is not int:
        raise TypeError("not an integer")
    if not LONG_MIN <= value <= LONG_MAX:
        raise OverflowError("not an integer of 64 bits")
    return _varint(value << 1 if value >= 0 else (~value << 1) | 1)


def write_string(value: str) -> bytes:
    """A text in UTF-8 after its length."""
    data = value.encode()
    return _varint(len(data) << 1) + data


def write_boolean(value: object) -> bytes:
    """True or False; `TypeError` for anything else."""
    if value is True:
        return b"\x01"
    if value is False:
        return b"\x00"
    raise TypeError("neither True nor False")


def write_uuid(value: UUID | str) -> bytes:
    """A UUID, or its text, as lower-case text with hyphens; `ValueError` when it is none."""
    if value.__class__ is str and len(value) == _UUID_LENGTH:
        text = b"H" + value.encode()
        if _IS_UUID(text, 1):
            return text
    number = value.int if value.__class__ is UUID else UUID(str(value)).int
    digits = f"{number:032x}"
    return f"H{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}".encode("ascii")


def write_moment(value: datetime) -> bytes:
    """An aware time as microseconds since 1970 in UTC; `OverflowError` when UTC has no such year."""
    since = value - EPOCH
    micros = (since.days * SECONDS_PER_DAY + since.seconds) * MICROSECONDS_PER_SECOND + since.microseconds
    if _EIGHT_BYTES_MIN <= micros < _EIGHT_BYTES_END:
        return _spread(micros << 1)
    if not MICROS_MIN <= micros <= MICROS_MAX:
        raise OverflowError("not within the years 1 to 9999 of UTC")
    return _varint(micros << 1 if micros >= 0 else (~micros << 1) | 1)


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The unsigned integer at `at` and where it ends; `Malformed` when padded or larger than 64 bits."""
    value = 0
    for shift in range(0, 7 * VARINT_BYTES_MAX, 7):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the bit that says whether another byte follows
            if (byte == 0 and shift) or value >> 64:
                raise Malformed("an integer is padded or exceeds 64 bits")
            return value, at
    raise Malformed("an integer exceeds 64 bits")


def read_length(data: bytes, at: int) -> tuple[int, int]:
    """Twice the length at `at`, and where the length's last byte stands; `Malformed` when it is negative."""
    low, high = data[at], data[at + 1] if data[at] & 0x80 else 0
    if 0 < high < 0x80 and not low & 1:  # noqa: PLR2004 - two bytes: by far the most frequent
        return (low & 0x7F) | (high << 7), at + 1
    value, end = read_varint(data, at)
    if value & 1:
        raise Malformed("a length is negative")
    return value, end - 1


def read_long(data: bytes, at: int) -> tuple[int, int]:
    """The signed integer at `at` and where it ends."""
    value, end = read_varint(data, at)
    return (value >> 1) ^ -(value & 1), end


def read_string(data: bytes, at: int) -> tuple[str, int]:
    """The text at `at` and where it ends; a text cut short ends after the data."""
    length, at = read_length(data, at)
    end = at + 1 + (length >> 1)
    return data[at + 1 : end].decode(), end


def read_boolean(data: bytes, at: int) -> tuple[bool, int]:
    """The truth value at `at` and where it ends."""
    byte = data[at]
    if byte > 1:
        raise Malformed("a truth value is neither 0 nor 1")
    return byte == 1, at + 1


def read_uuid(data: bytes, at: int) -> tuple[str, int]:
    """The text of the UUID at `at` and where it ends."""
    if data[at] != _UUID_LENGTH_BYTE or _IS_UUID(data, at + 1) is None:
        raise Malformed("a UUID is not in its lower-case form with hyphens")
    end = at + 1 + _UUID_LENGTH
    return data[at + 1 : end].decode("ascii"), end


def read_moment(data: bytes, at: int) -> tuple[datetime, int]:
    """The time in UTC at `at` and where it ends."""
    moment = _eight_bytes(data[at : at + 8])
    if moment is not None:
        return moment, at + 8
    micros, end = read_long(data, at)
    if not MICROS_MIN <= micros <= MICROS_MAX:
        raise Malformed("a time is not within the years 1 to 9999")
    return EPOCH + MICROSECOND * micros, end


@lru_cache(maxsize=MOMENTS_CACHED_MAX)
def _eight_bytes(data: bytes) -> datetime | None:
    """The time that these eight bytes are by themselves, as nearly all are."""
    packed = int.from_bytes(data, "little")
    if packed & _ALL_FLAGS != _SEVEN_FLAGS:
        return None
    value = _gather(packed)
    if value < _EIGHT_BYTES_MIN << 1:
        return None
    return EPOCH + MICROSECOND * ((value >> 1) ^ -(value & 1))


def _spread(value: int) -> bytes:
    """A number of 50 to 56 bits in groups of seven, by halving: two groups of 28 bits, four of 14, eight of 7."""
    value = (value & 0xFFFFFFF) | (value >> 28 << 32)
    value = (value & 0x00003FFF00003FFF) | (value & 0x0FFFC0000FFFC000) << 2
    value = (value & 0x007F007F007F007F) | (value & 0x3F803F803F803F80) << 1
    return (value | _SEVEN_FLAGS).to_bytes(8, "little")


def _gather(value: int) -> int:
    """What `_spread` did, taken back."""
    value = (value & 0x007F007F007F007F) | (value & 0x7F007F007F007F00) >> 1
    value = (value & 0x00003FFF00003FFF) | (value & 0x3FFF00003FFF0000) >> 2
    return (value & 0xFFFFFFF) | (value & 0x0FFFFFFF00000000) >> 4


def _varint(value: int) -> bytes:
    groups = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits a byte
        groups.append((value & 0x7F) | 0x80)
        value >>= 7
    groups.append(value)
    return bytes(groups)

"""Avro's binary primitives, as far as the journal's records use them (Avro 1.12 specification, "Binary Encoding").

Written by hand because a call into fastavro for one small record costs several times what packing it here does;
the tests hold both to the same bytes.
"""

from functools import lru_cache

LONG_MIN = -(1 << 63)
LONG_MAX = (1 << 63) - 1
_CACHED_MAX = 4_096


class MalformedError(ValueError):
    """Bytes that are not the record they should be."""


@lru_cache(maxsize=_CACHED_MAX)
def long(value: int) -> bytes:
    """A zigzag variable-length `long`. Raises `ValueError` outside 64 bits."""
    if not LONG_MIN <= value <= LONG_MAX:
        raise ValueError(f"{value} does not fit in 64 bits")
    rest = (value << 1) ^ (value >> 63)
    out = bytearray()
    while rest > 0x7F:  # noqa: PLR2004 - seven bits a byte
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    out.append(rest)
    return bytes(out)


@lru_cache(maxsize=_CACHED_MAX)
def string(value: str) -> bytes:
    """A `string`: its length in UTF-8 bytes, then the bytes. Raises `ValueError` for lone surrogates."""
    raw = value.encode()
    return long(len(raw)) + raw


def read_long(data: bytes, at: int) -> tuple[int, int]:
    """The `long` at this place, and the place after it."""
    byte = data[at]
    at += 1
    if byte < 0x80:  # noqa: PLR2004 - the last byte of a number has its top bit clear
        return (byte >> 1) ^ -(byte & 1), at
    value = byte & 0x7F
    shift = 7
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - as above
            break
        shift += 7
        if shift > 63:  # noqa: PLR2004 - ten bytes hold 64 bits
            raise MalformedError("a number longer than 64 bits")
    return (value >> 1) ^ -(value & 1), at


def read_bytes(data: bytes, at: int) -> tuple[bytes, int]:
    """The `bytes` at this place, and the place after them."""
    size, at = read_long(data, at)
    end = at + size
    if size < 0 or end > len(data):
        raise MalformedError(f"{size} bytes at {at} of {len(data)}")
    return data[at:end], end


def read_fixed(data: bytes, at: int, size: int) -> tuple[bytes, int]:
    """A `fixed` of this size, and the place after it."""
    end = at + size
    if end > len(data):
        raise MalformedError(f"{size} bytes at {at} of {len(data)}")
    return data[at:end], end


def read_string(data: bytes, at: int) -> tuple[str, int]:
    """The `string` at this place, and the place after it."""
    raw, at = read_bytes(data, at)
    return raw.decode(), at


def read_count(data: bytes, at: int) -> tuple[int, int]:
    """The item count of an array in one block, as every writer of a journal packs it, and the place of the first item.

    An empty array is its end mark alone. After the last item of any other, `read_end` takes the end mark.
    """
    count, at = read_long(data, at)
    if count < 0 or count > len(data):
        raise MalformedError(f"an array of {count} items")
    return count, at


def read_end(data: bytes, at: int) -> int:
    """The place after an array's end mark."""
    if data[at] != 0:
        raise MalformedError(f"an array in more than one block at {at}")
    return at + 1

"""Times take the short way where they can, and mean the same on both."""

from datetime import timedelta

import pytest

from schemas import wire
from schemas.errors import Malformed

EDGES = (0, 1 << 48, 1 << 55, wire.MICROS_MIN, wire.MICROS_MAX, -(1 << 48), -(1 << 55))


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("beside", [-2, -1, 0, 1, 2])
def test_a_time_beside_every_edge_is_written_as_its_microseconds_and_comes_back(edge: int, beside: int) -> None:
    micros = min(max(edge + beside, wire.MICROS_MIN), wire.MICROS_MAX)
    moment = wire.EPOCH + timedelta(microseconds=micros)
    data = wire.write_moment(moment)
    assert data == wire.write_long(micros)
    assert wire.read_moment(data, 0) == (moment, len(data))


@pytest.mark.parametrize("byte", range(8))
def test_a_time_is_read_bit_by_bit(byte: int) -> None:
    for bit in range(7):
        data = bytearray(b"\x80\x80\x80\x80\x80\x80\x80\x40")
        data[byte] ^= 1 << bit
        if data[7]:
            value, _ = wire.read_long(bytes(data), 0)
            assert wire.read_moment(bytes(data), 0) == (wire.EPOCH + timedelta(microseconds=value), 8)


@pytest.mark.parametrize("data", [b"\x80" * 7 + b"\x00", b"\xff" * 7 + b"\x00", b"\x82\x00" + bytes(6)])
def test_a_padded_time_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed, match="padded"):
        wire.read_moment(data, 0)


@pytest.mark.parametrize("length", [0, 63, 64, 8191, 8192, 1 << 20, 1 << 27])
def test_lengths_of_any_size_are_read_back(length: int) -> None:
    data = wire.write_long(length)
    assert wire.read_length(data, 0) == (length << 1, len(data) - 1)

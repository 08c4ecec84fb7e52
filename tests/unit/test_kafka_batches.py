"""Record batches are read as kafka-python reads them; what was damaged or comes from another program is refused."""

import random
from struct import pack

import pytest
from eventsourcing.persistence import InterfaceError
from hypothesis import given
from hypothesis import strategies as st
from kafka.record import MemoryRecords
from kafka.record.default_records import DefaultRecordBatchBuilder
from kafka.record.util import calc_crc32c

from infra.journal.kafka_batches import decoded
from infra.journal.kafka_frames import record_batch

NOW_MS = 1_790_000_000_000
PLAIN, GZIP = 0, 1
FORMAT_AT, CRC_AT, CHECKED_AT, ATTRIBUTES_AT, COUNT_AT = 16, 17, 21, 22, 57
CONTROL = 0x20

values = st.none() | st.binary(max_size=300)
records = st.tuples(
    st.integers(NOW_MS - 10_000, NOW_MS + 10_000),
    values,
    values,
    st.lists(st.tuples(st.text(max_size=5), values), max_size=2),
)
batches = st.lists(
    st.tuples(st.sampled_from((PLAIN, PLAIN, GZIP)), st.lists(records, min_size=1, max_size=5)), max_size=4
)


@given(batches, st.data())
def test_the_records_of_batches_are_those_that_kafka_python_reads(
    asked: list[tuple[int, list[tuple[int, bytes | None, bytes | None, list]]]], draw: st.DataObject
) -> None:
    data = b""
    end = draw.draw(st.integers(0, 2**40))
    for codec, wanted in asked:
        data += built(codec, wanted, end)
        end += len(wanted) + draw.draw(st.integers(0, 2))
    data = data[: draw.draw(st.integers(0, len(data)) | st.just(len(data)))]
    expected = [(one.offset, bytes(one.value or b"")) for batch in MemoryRecords(data) for one in batch]
    first = draw.draw(st.sampled_from([0, *(offset for offset, _ in expected)]))
    assert decoded(data, first) == [one for one in expected if one[0] >= first]


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=5), st.data())
def test_one_changed_bit_is_found_or_changes_no_record(values: list[bytes], draw: st.DataObject) -> None:
    """Offset, length and leader epoch are no part of what the checksum covers; the format decides how it is read."""
    data = bytearray(record_batch(values, NOW_MS))
    at = draw.draw(st.integers(0, len(data) - 1))
    data[at] ^= 1 << draw.draw(st.integers(0, 7))
    try:
        found = decoded(bytes(data), -(2**63))
    except InterfaceError:
        assert at >= 8
    else:
        assert at < FORMAT_AT
        assert [value for _, value in found] in (values, [])


def test_a_batch_with_a_right_checksum_and_anything_else_wrong_is_refused_and_nothing_worse(
    capsys: pytest.CaptureFixture[str],
) -> None:
    seed = random.SystemRandom().randrange(2**32)
    with capsys.disabled():
        print(f"\ndamaged batches: random.Random({seed})")  # noqa: T201 - a property test prints its seed
    dice = random.Random(seed)  # noqa: S311 - replayable
    sound = record_batch([b"one", b"", b"two"], NOW_MS)
    refused = 0
    for _ in range(3_000):
        data = bytearray(sound)
        for _ in range(dice.randint(1, 3)):
            data[dice.randrange(COUNT_AT, len(data))] = dice.choice((0, 1, 0x7F, 0x80, 0xFF))
        try:
            decoded(summed(data), 0)
        except InterfaceError:
            refused += 1
    assert refused > 1_000, f"seed {seed}"


@pytest.mark.parametrize(
    ("at", "byte", "told"),
    [
        (ATTRIBUTES_AT, CONTROL, "a transaction's mark"),
        (FORMAT_AT, 1, "format 1, not 2: another program"),
        (ATTRIBUTES_AT, GZIP, "at offset 7 cannot be read"),
        (ATTRIBUTES_AT, 7, "at offset 7 cannot be read"),
    ],
)
def test_what_no_journal_writes_is_refused(at: int, byte: int, told: str) -> None:
    data = bytearray(record_batch([b"value"], NOW_MS))
    data[:8] = pack(">q", 7)
    data[at] = byte
    with pytest.raises(InterfaceError, match=told):
        decoded(summed(data), 0)


@pytest.mark.parametrize("size", [-(2**31), -12, 0, 48])
def test_a_batch_that_says_it_is_shorter_than_its_head_is_refused(size: int) -> None:
    data = bytearray(record_batch([b"value"], NOW_MS))
    data[8:12] = pack(">i", size)
    with pytest.raises(InterfaceError, match="shorter than the head of one"):
        decoded(bytes(data), 0)


def built(codec: int, wanted: list[tuple[int, bytes | None, bytes | None, list]], base: int) -> bytes:
    builder = DefaultRecordBatchBuilder(2, codec, 0, -1, -1, -1, 1 << 20)
    for place, (time_ms, key, value, headers) in enumerate(wanted):
        builder.append(place, time_ms, key, value, headers)
    return pack(">q", base) + bytes(builder.build())[8:]


def summed(data: bytearray) -> bytes:
    """The same with the checksum that its bytes have."""
    data[CRC_AT:CHECKED_AT] = pack(">I", calc_crc32c(memoryview(data)[CHECKED_AT:]))
    return bytes(data)

"""What the registry refuses, and how it says so without telling a value."""

import shutil
import sys
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files
from pathlib import Path
from uuid import UUID

import pytest

from schemas import registry as module
from schemas.errors import Malformed, RecordTooLarge, SchemaAltered, SchemaFault, SchemaMismatch, SchemaUnknown
from schemas.registry import ENCODED_BYTES_MAX, HEADER_BYTES, Registry, decode, encode, published
from tests.support.event_samples import sample

NAME = "report.received.v1"
PERSON = "person-4711"


@pytest.fixture
def record() -> dict[str, object]:
    return sample(NAME).model_dump()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    source = Path(str(files("schemas")))
    shutil.copytree(source / "avro", tmp_path / "avro")
    shutil.copy(source / "avro.lock", tmp_path)
    return tmp_path


def test_a_record_comes_back_with_its_name(record: dict[str, object]) -> None:
    name, read = decode(encode(NAME, record))
    assert name == NAME
    assert read["statement"] == record["statement"]
    assert read["occurred_at"] == record["occurred_at"]


def test_what_was_read_can_be_written_again(record: dict[str, object]) -> None:
    data = encode(NAME, record)
    assert encode(*decode(data)) == data


def test_bytes_begin_with_the_magic_and_the_fingerprint(record: dict[str, object]) -> None:
    schema = published().schema(NAME)
    assert encode(NAME, record)[:HEADER_BYTES] == schema.header == b"\xc3\x01" + module.fingerprint(schema.text)


def test_a_name_that_was_never_published_is_unknown(record: dict[str, object]) -> None:
    with pytest.raises(SchemaUnknown, match=r"report\.vanished\.v1"):
        encode("report.vanished.v1", record)


def test_a_name_cannot_lead_out_of_the_folder(record: dict[str, object]) -> None:
    with pytest.raises(SchemaUnknown):
        encode("../avro/report.received.v1", record)


def test_a_fingerprint_that_was_never_published_is_unknown() -> None:
    with pytest.raises(SchemaUnknown, match="0102030405060708"):
        decode(b"\xc3\x01" + bytes(range(1, 9)))


@pytest.mark.parametrize(
    "data", [b"", b"\xc3", b"\xc3\x01", b"\xc3\x01\x00", b"\xc3\x02" + bytes(20), b"Obj\x01" + bytes(20)]
)
def test_bytes_without_magic_and_fingerprint_are_malformed(data: bytes) -> None:
    with pytest.raises(Malformed, match="C3 01"):
        decode(data)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("system", 5, "system is not text"),
        ("system", None, "system is not text"),
        ("system", b"bytes", "system is not text"),
        ("system", "\ud800", "system is not text"),
        ("statement", 5, "statement is not text"),
        ("reachable", 1, "reachable is not True or False"),
        ("reachable", None, "reachable is not True or False"),
        ("codes", "rumour", "codes is not a list"),
        ("codes", ("rumour", 5), r"codes\[1\] is not text"),
        ("occurred_at", "2021-03-10", "occurred_at is not an aware time"),
        ("occurred_at", datetime(2021, 3, 10), "occurred_at is not an aware time"),  # noqa: DTZ001 - the fault under test
        ("posted_at", datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8))), "posted_at is not an aware time"),
        ("cause", None, "cause is not a mapping"),
        ("cause", {}, "cause.actor is missing"),
        ("attachments", ({"sha256": PERSON},), r"attachments\[0\].media_type is missing"),
    ],
)
def test_a_field_of_another_type_is_named(record: dict[str, object], field: str, value: object, told: str) -> None:
    with pytest.raises(SchemaMismatch, match=f"^report.received.v1: {told}"):
        encode(NAME, {**record, field: value})


@pytest.mark.parametrize("number", [1 << 63, -(1 << 63) - 1, 10**40, 1.0, True, "1"])
def test_what_is_not_a_number_of_64_bits_is_refused(number: object) -> None:
    record = sample("case.appeal_lodged.v1").model_dump()
    with pytest.raises(SchemaMismatch, match="appeal is not a whole number of 64 bits"):
        encode("case.appeal_lodged.v1", {**record, "appeal": number})


@pytest.mark.parametrize("number", [(1 << 63) - 1, -(1 << 63), 0, -1, 63, 64, -64, -65])
def test_every_number_of_64_bits_comes_back(number: int) -> None:
    record = sample("case.appeal_lodged.v1").model_dump()
    assert decode(encode("case.appeal_lodged.v1", {**record, "appeal": number}))[1]["appeal"] == number


@pytest.mark.parametrize("length", [0, 1, 63, 64, 511, 512, 8191, 8192, 100_000, 1_100_000])
def test_text_of_any_length_comes_back(record: dict[str, object], length: int) -> None:
    assert decode(encode(NAME, {**record, "snapshot": "x" * length}))[1]["snapshot"] == "x" * length


def test_a_uuid_may_be_given_as_text_and_is_refused_when_it_is_none(record: dict[str, object]) -> None:
    cause = dict(record["cause"])
    given = {**record, "cause": {**cause, "command_id": str(cause["command_id"]).upper()}}
    assert encode(NAME, given) == encode(NAME, record)
    with pytest.raises(SchemaMismatch, match=r"cause\.command_id is not a UUID"):
        encode(NAME, {**record, "cause": {**cause, "command_id": PERSON}})
    with pytest.raises(SchemaMismatch, match=r"cause\.command_id is not a UUID"):
        encode(NAME, {**record, "cause": {**cause, "command_id": 5}})


def test_a_missing_field_is_named(record: dict[str, object]) -> None:
    del record["statement"]
    with pytest.raises(SchemaMismatch, match="statement is missing"):
        encode(NAME, record)


def test_a_field_too_many_is_refused_and_not_named(record: dict[str, object]) -> None:
    with pytest.raises(SchemaMismatch, match="the record has 1 fields too many") as refused:
        encode(NAME, {**record, PERSON: 1})
    assert PERSON not in str(refused.value)


def test_what_is_no_record_is_refused() -> None:
    with pytest.raises(SchemaMismatch, match="the record is not a mapping"):
        encode(NAME, [1])  # type: ignore[arg-type] # the fault under test


def test_no_error_holds_a_value(record: dict[str, object]) -> None:
    with pytest.raises(SchemaMismatch) as refused:
        encode(NAME, {**record, "statement": PERSON, "snapshot": PERSON + "\ud800"})
    assert PERSON not in repr(refused.value)
    assert refused.value.__context__ is None
    assert refused.value.__cause__ is None


def test_a_record_above_the_limit_is_refused_and_says_the_limit(record: dict[str, object]) -> None:
    with pytest.raises(RecordTooLarge, match=str(ENCODED_BYTES_MAX)):
        encode(NAME, {**record, "snapshot": "x" * ENCODED_BYTES_MAX})


def test_bytes_above_the_limit_are_not_read(record: dict[str, object]) -> None:
    with pytest.raises(Malformed, match="the limit is"):
        decode(encode(NAME, record) + bytes(ENCODED_BYTES_MAX))


def test_a_length_beyond_the_data_costs_nothing() -> None:
    header = published().schema("case.assigned.v1").header
    with pytest.raises(Malformed, match="cut short"):
        decode(header + b"\x00" + b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01")


def test_a_count_beyond_the_data_costs_nothing() -> None:
    name = "report.refused.v1"
    data = encode(name, sample(name, full=False).model_dump())
    reasons = data.rindex(b"\x00\x00")  # no reasons, no redirect
    with pytest.raises(Malformed):
        decode(data[:reasons] + b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01" + b"\x00" * 50)


@pytest.mark.parametrize(
    ("tail", "told"),
    [
        (b"\x80\x00", "padded"),
        (b"\x01", "negative"),
        (b"\x81\x01", "negative"),
        (b"\xff" * 10 + b"\x01", "exceeds 64 bits"),
        (b"\x80" * 9 + b"\x02", "exceeds 64 bits"),
        (b"\x04\xff\xfe", "not UTF-8"),
        (b"\x06\xed\xa0\x80", "not UTF-8"),
    ],
)
def test_forms_that_are_never_written_are_refused(tail: bytes, told: str) -> None:
    data = encode("case.assigned.v1", {**sample("case.assigned.v1").model_dump(), "officer": ""})
    with pytest.raises(Malformed, match=told):
        decode(data[:-1] + tail)


def test_an_array_in_several_blocks_is_refused() -> None:
    data = encode("case.decided.v1", {**sample("case.decided.v1", full=False).model_dump(), "malicious": ("abc",)})
    one = b"\x02\x06abc\x00"
    with pytest.raises(Malformed, match="several blocks"):
        decode(data.replace(one, b"\x02\x06abc\x02\x06abc\x00"))
    with pytest.raises(Malformed, match="negative"):
        decode(data.replace(one, b"\x01\x08\x06abc\x00"))


def test_a_time_outside_the_years_1_to_9999_is_refused() -> None:
    data = encode("case.verification_started.v1", sample("case.verification_started.v1").model_dump())
    with pytest.raises(Malformed, match="years 1 to 9999"):
        decode(data[:HEADER_BYTES] + b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01" + data[HEADER_BYTES + 8 :])


def test_a_uuid_in_another_form_is_refused() -> None:
    event = sample("case.verification_started.v1")
    data = encode("case.verification_started.v1", event.model_dump())
    text = str(event.cause.command_id).encode()
    with pytest.raises(Malformed, match="UUID"):
        decode(data.replace(text, text.upper()))
    with pytest.raises(Malformed, match="UUID"):
        decode(data.replace(b"H" + text, b"\x40" + event.cause.command_id.hex.encode()))


def test_a_schema_file_that_was_edited_is_refused(copy: Path, record: dict[str, object]) -> None:
    path = copy / "avro" / f"{NAME}.avsc"
    path.write_text(path.read_text(encoding="utf-8").replace("A report came in", "A report came"), encoding="utf-8")
    with pytest.raises(SchemaAltered, match="not the file that was published"):
        Registry(copy).encode(NAME, record)


def test_a_lock_with_another_fingerprint_is_refused(copy: Path, record: dict[str, object]) -> None:
    lock = copy / "avro.lock"
    right = published().schema(NAME).header[2:].hex()
    lock.write_text(lock.read_text(encoding="utf-8").replace(right, "00" * 8), encoding="utf-8")
    with pytest.raises(SchemaAltered, match="another fingerprint"):
        Registry(copy).encode(NAME, record)


def test_a_schema_file_that_is_gone_is_named(copy: Path, record: dict[str, object]) -> None:
    (copy / "avro" / f"{NAME}.avsc").unlink()
    with pytest.raises(SchemaAltered, match=r"report\.received\.v1\.avsc is missing"):
        Registry(copy).encode(NAME, record)


def test_two_names_with_one_fingerprint_are_refused(copy: Path) -> None:
    lock = copy / "avro.lock"
    line = next(line for line in lock.read_text(encoding="utf-8").splitlines() if line.startswith(NAME))
    lock.write_text(lock.read_text(encoding="utf-8") + line.replace(".v1", ".v2") + "\n", encoding="utf-8")
    with pytest.raises(SchemaAltered, match="share one fingerprint"):
        Registry(copy)


@pytest.mark.parametrize(
    "line", ["report.x.v1", "a b c", f"a {'g' * 16} {'0' * 64}", f"a {'0' * 16} {'0' * 64} more", ""]
)
def test_a_lock_line_that_is_none_is_refused(copy: Path, line: str) -> None:
    with (copy / "avro.lock").open("a", encoding="utf-8") as lock:
        lock.write(line + "\n")
    with pytest.raises(SchemaAltered, match="line"):
        Registry(copy)


def test_a_name_listed_twice_is_refused(copy: Path) -> None:
    lock = copy / "avro.lock"
    lock.write_text(lock.read_text(encoding="utf-8") * 2, encoding="utf-8")
    with pytest.raises(SchemaAltered, match="twice"):
        Registry(copy)


def test_reading_needs_only_the_schema_that_the_bytes_announce(copy: Path, record: dict[str, object]) -> None:
    data = encode(NAME, record)
    for path in (copy / "avro").iterdir():
        if path.name != f"{NAME}.avsc":
            path.unlink()
    assert Registry(copy).decode(data) == decode(data)


def test_every_fault_is_a_schema_fault() -> None:
    faults = [value for value in vars(sys.modules["schemas.errors"]).values() if isinstance(value, type)]
    assert all(issubclass(fault, SchemaFault) for fault in faults)


def test_times_of_any_offset_are_the_same_moment_in_utc() -> None:
    name = "case.verification_started.v1"
    record = sample(name).model_dump()
    here = datetime(2021, 3, 10, 12, 0, 0, 1, tzinfo=timezone(timedelta(hours=8)))
    _, read = decode(encode(name, {**record, "occurred_at": here}))
    assert read["occurred_at"] == here
    assert read["occurred_at"].tzinfo is UTC
    assert UUID(read["cause"]["command_id"]) == record["cause"]["command_id"]

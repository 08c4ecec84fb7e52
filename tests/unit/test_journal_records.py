"""A journal's log records are plain Avro: fastavro reads what the journal writes, and the other way round."""

import io
import json
import pickle
import random
from uuid import UUID

import fastavro
import pytest
from eventsourcing.persistence import StoredEvent, Tracking
from fastavro.schema import fingerprint, to_parsing_canonical_form

from infra.journal.appends import Append
from infra.journal.avro import MalformedError, long, read_long
from infra.journal.events import uuid_of
from infra.journal.records import (
    OWN_SCHEMAS,
    Appends,
    Cancel,
    Schema,
    append_in,
    appends_head,
    decode,
    encode_append,
    encode_cancel,
    encode_schema,
    recorded_at_of,
    schema_of,
)
from infra.journal.schemas import APPENDS_SCHEMA, CANCEL_SCHEMA, SCHEMA_SCHEMA

APPEND = Append(
    [
        StoredEvent(UUID(int=5), 1, "t.v1", b"one"),
        StoredEvent(UUID(int=5), 2, "t.v1", b"x" * 300),
        StoredEvent("named ☃", -7, "☃" * 50, b""),
    ],
    [Tracking("s", 9), Tracking("ü", -(2**62))],
    b"i" * 16,
)


def record_of(*appends: Append) -> bytes:
    return (
        appends_head(b"w" * 16, 1_767_323_045_678_901, len(appends))
        + b"".join(encode_append(append).data for append in appends)
        + (b"\0" if appends else b"")
    )


def read_by_fastavro(data: bytes, text: str) -> dict:
    schema = fastavro.parse_schema(json.loads(text))
    mark, rest = data[:10], io.BytesIO(data[10:])
    assert mark == b"\xc3\x01" + bytes.fromhex(fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO"))
    record = fastavro.schemaless_reader(rest, schema, None)
    assert rest.read() == b""
    return record


def test_the_stored_fingerprints_are_those_of_the_stored_schemas() -> None:
    assert [schema_of(schema.text) for schema in OWN_SCHEMAS] == list(OWN_SCHEMAS)


def test_fastavro_reads_an_appends_record() -> None:
    record = read_by_fastavro(record_of(APPEND, Append((), (), b"j" * 16)), APPENDS_SCHEMA)
    assert record["writer"] == b"w" * 16
    assert record["recorded_at"].isoformat() == "2026-01-02T03:04:05.678901+00:00"
    first, second = record["appends"]
    assert second == {"append_id": b"j" * 16, "events": [], "tracking": []}
    assert first["append_id"] == b"i" * 16
    assert first["tracking"] == [{"source": "s", "position": 9}, {"source": "ü", "position": -(2**62)}]
    assert first["events"][1] == {
        "originator_id": UUID(int=5).bytes,
        "version": 2,
        "type": "t.v1",
        "state": b"x" * 300,
    }
    assert first["events"][2] == {"originator_id": "named ☃", "version": -7, "type": "☃" * 50, "state": b""}


def test_fastavro_reads_cancel_and_schema_records() -> None:
    assert read_by_fastavro(encode_cancel([b"i" * 16]), CANCEL_SCHEMA) == {"append_ids": [b"i" * 16]}
    schema = Schema(b"f" * 8, "text ☃")
    assert read_by_fastavro(encode_schema(schema), SCHEMA_SCHEMA) == {"fingerprint": b"f" * 8, "text": "text ☃"}


def test_what_is_encoded_is_decoded_with_every_place_the_same() -> None:
    body = encode_append(APPEND)
    head = len(appends_head(b"w" * 16, 1_767_323_045_678_901, 1))
    data = record_of(APPEND)
    decoded = decode(data)
    assert isinstance(decoded, Appends)
    (claim,) = decoded.claims
    assert append_in(data, claim) == APPEND
    moved = [run._replace(at=run.at + head) for run in body.claim.runs]
    assert claim == body.claim._replace(at=body.claim.at + head, runs=moved)
    assert [(run.first_version, run.last_version, run.place) for run in claim.runs] == [(1, 2, 0), (-7, -7, 2)]
    assert recorded_at_of(data) == 1_767_323_045_678_901
    assert decode(encode_cancel([b"i" * 16, b"j" * 16])) == Cancel([b"i" * 16, b"j" * 16])
    assert decode(encode_cancel([])) == Cancel([])


def test_equal_stream_ids_need_not_be_one_object() -> None:
    events = [StoredEvent(UUID(int=5), version, "t", b"") for version in (1, 2)]
    assert len(encode_append(Append(events)).claim.runs) == 1


@pytest.mark.parametrize("value", [0, -1, 1, 63, 64, -64, -65, 8191, 8192, 2**31, 2**63 - 1, -(2**63)])
def test_a_long_is_avros_long(value: int) -> None:
    out = io.BytesIO()
    fastavro.schemaless_writer(out, {"type": "long"}, value)
    assert long(value) == out.getvalue()
    assert read_long(long(value), 0) == (value, len(long(value)))


def test_a_record_cut_short_or_garbled_is_malformed_and_never_another_error() -> None:
    data = record_of(APPEND)
    dice = random.Random(5)  # noqa: S311 - replayable
    for end in range(len(data)):
        with pytest.raises(MalformedError):
            decode(data[:end])
    for _ in range(3000):
        garbled = bytearray(data)
        garbled[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        try:
            decode(bytes(garbled))
        except MalformedError:
            continue


@pytest.mark.parametrize(
    "data",
    [b"", b"\xc3\x01", b"\xc3\x01" + b"?" * 8, b"\xc3\x02" + b"?" * 30, record_of(APPEND) + b"\0", b"\xff" * 500],
)
def test_what_is_no_record_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedError):
        decode(data)


def test_a_uuid_made_from_stored_bytes_is_the_one_its_constructor_makes() -> None:
    made, usual = uuid_of(UUID(int=77).bytes), UUID(int=77)
    assert (made, hash(made), str(made), made.is_safe) == (usual, hash(usual), str(usual), usual.is_safe)
    assert pickle.loads(pickle.dumps(made)) == usual  # noqa: S301 - our own bytes

"""Any event comes back from its bytes exactly, other Avro libraries agree, and no damage goes unnoticed or unnamed."""

import io
import json
import os
import secrets
from functools import cache

import avro.io
import avro.schema
import fastavro
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from caseledger.event_codec import EventFault, decode, encode, event_codec
from domain.catalogue import EVENT_TYPES
from domain.events import Event
from schemas.errors import Malformed, SchemaFault
from schemas.registry import HEADER_BYTES, published
from tests.history.golden import as_json
from tests.support.event_samples import events, sample

SEED = int(os.environ.get("SCHEMA_SEED") or secrets.randbits(32))
REGISTRY = published()


@cache
def _fastavro_schema(name: str) -> dict[str, object]:
    return fastavro.parse_schema(json.loads(REGISTRY.schema(name).text))


@cache
def _apache_schema(name: str) -> avro.schema.Schema:
    return avro.schema.parse(REGISTRY.schema(name).text)


@seed(SEED)
@settings(max_examples=400, deadline=None, database=None)
@given(event=events())
def test_any_event_comes_back_exactly(event: Event) -> None:
    _tell_the_seed()
    name, data = encode(event)
    assert name == event.TYPE
    assert decode(name, data) == event


@pytest.mark.parametrize("name", EVENT_TYPES)
@seed(SEED)
@settings(max_examples=10, deadline=None, database=None)
@given(data=st.data())
def test_any_event_of_each_type_comes_back_exactly(name: str, data: st.DataObject) -> None:
    _tell_the_seed()
    event = data.draw(events(name))
    assert decode(*encode(event)) == event


@seed(SEED)
@settings(max_examples=200, deadline=None, database=None)
@given(event=events())
def test_fastavro_writes_the_same_bytes_and_reads_the_same_values(event: Event) -> None:
    _tell_the_seed()
    name, data = encode(event)
    schema = _fastavro_schema(name)
    body = io.BytesIO()
    fastavro.schemaless_writer(body, schema, event.model_dump(), disable_tuple_notation=True)
    assert body.getvalue() == data[HEADER_BYTES:]
    read = fastavro.schemaless_reader(io.BytesIO(data[HEADER_BYTES:]), schema, None)
    assert as_json(read) == as_json(event.model_dump())


@seed(SEED)
@settings(max_examples=100, deadline=None, database=None)
@given(event=events())
def test_apache_avro_reads_the_same_values(event: Event) -> None:
    _tell_the_seed()
    name, data = encode(event)
    decoder = avro.io.BinaryDecoder(io.BytesIO(data[HEADER_BYTES:]))
    read = avro.io.DatumReader(_apache_schema(name)).read(decoder)
    assert as_json(read) == as_json(event.model_dump())


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_bytes_cut_short_anywhere_are_refused(name: str) -> None:
    _, data = encode(sample(name))
    for length in range(len(data)):
        with pytest.raises(Malformed):
            REGISTRY.decode(data[:length])


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_bytes_after_the_record_are_refused(name: str) -> None:
    _, data = encode(sample(name))
    with pytest.raises(Malformed, match="bytes follow the record"):
        REGISTRY.decode(data + b"\x00")


@pytest.mark.parametrize("name", ["report.received.v1", "case.decision_proposed.v1", "reporter.rewarded.v1"])
def test_a_flipped_bit_anywhere_is_refused_or_gives_an_event_with_those_very_bytes(name: str) -> None:
    _, data = encode(sample(name))
    for place in range(len(data) * 8):
        damaged = bytearray(data)
        damaged[place // 8] ^= 1 << place % 8
        _is_refused_or_canonical(name, bytes(damaged))


@seed(SEED)
@settings(max_examples=300, deadline=None, database=None)
@given(event=events(), data=st.data())
def test_damaged_bytes_are_refused_or_give_an_event_with_those_very_bytes(event: Event, data: st.DataObject) -> None:
    _tell_the_seed()
    name, stored = encode(event)
    damaged = bytearray(stored)
    for at in data.draw(st.lists(st.integers(0, len(stored) - 1), min_size=1, max_size=5)):
        damaged[at] = data.draw(st.integers(0, 255))
    _is_refused_or_canonical(name, bytes(damaged))


@seed(SEED)
@settings(max_examples=300, deadline=None, database=None)
@given(name=st.sampled_from(tuple(EVENT_TYPES)), body=st.binary(max_size=400))
def test_random_bytes_are_refused_or_give_an_event_with_those_very_bytes(name: str, body: bytes) -> None:
    _tell_the_seed()
    _is_refused_or_canonical(name, REGISTRY.schema(name).header + body)


@seed(SEED)
@settings(max_examples=300, deadline=None, database=None)
@given(data=st.binary(max_size=60))
def test_bytes_that_announce_no_schema_are_refused(data: bytes) -> None:
    _tell_the_seed()
    with pytest.raises(SchemaFault):
        REGISTRY.decode(data)


def _tell_the_seed() -> None:
    print(f"seed {SEED}; replay with SCHEMA_SEED={SEED}")  # noqa: T201 - pytest shows it when the test fails


def _is_refused_or_canonical(name: str, data: bytes) -> None:
    try:
        event = decode(name, data)
    except EventFault:
        return
    assert event_codec().encode(event) == (name, data)

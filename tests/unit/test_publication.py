"""What is published of an event: everything but what identifies a person, as a CloudEvent that others can read."""

import io
import json
from datetime import UTC
from uuid import UUID

import fastavro
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka
from hypothesis import given
from pydantic import BaseModel

from caseledger.event_codec import encode
from domain.catalogue import EVENT_TYPES
from domain.events import Event
from domain.personal import personal_paths
from schemas.cloudevents import ENVELOPE_BYTES_MAX, HEADERS, CloudEvents, Outgoing, Stored
from schemas.errors import Malformed, SchemaUnknown
from schemas.publication import LEFT_OUT, public, publication
from schemas.registry import HEADER_BYTES
from tests.history.golden import as_json
from tests.support.canaries import redacted, with_canaries
from tests.support.cloudevents_reading import AsItIs
from tests.support.event_samples import events, sample

STREAM = UUID("0c9d6e0e-2f6b-5d55-9d6f-0a4f8e5a7c11")
MAKER = CloudEvents("weibo", publication())


def record_of(event: Event, position: int = 7, version: int = 3) -> Outgoing:
    return MAKER.record(Stored(position, STREAM, version, *encode(event)))


def shown(event: BaseModel, name: str) -> object:
    return as_json(redacted(event, personal_paths(type(event)) | LEFT_OUT.get(name, frozenset())))


def read(name: str, data: bytes) -> object:
    assert data[:HEADER_BYTES] == public().schema(name).header
    schema = fastavro.parse_schema(json.loads(public().schema(name).text))
    return as_json(fastavro.schemaless_reader(io.BytesIO(data[HEADER_BYTES:]), schema, None))


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("name", EVENT_TYPES)
def test_no_personal_value_of_an_event_is_in_its_record(name: str, full: bool) -> None:  # noqa: FBT001 - a case
    event, words = with_canaries(sample(name, full=full))
    stored = encode(event)[1]
    assert len(words) >= len(personal_paths(type(event))) or not full
    assert all(word.encode() in stored for word in words)
    record = record_of(event)
    everything = record.key + record.value + b"".join(name.encode() + text for name, text in record.headers)
    assert [word for word in words if word.encode() in everything] == []


@given(event=events())
def test_everything_else_of_any_event_is_in_its_record(event: Event) -> None:
    record = record_of(event)
    assert read(event.TYPE, record.value) == shown(event, event.TYPE)
    assert sum(len(name) + len(text) + 4 for name, text in record.headers) + len(record.key) < ENVELOPE_BYTES_MAX


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_the_cloudevents_library_reads_every_attribute(name: str) -> None:
    event = sample(name)
    record = record_of(event)
    read_back = from_kafka(KafkaMessage(dict(record.headers), record.key, record.value), AsItIs())
    assert read_back.get_attributes() == {
        "specversion": "1.0",
        "id": f"{STREAM}.3",
        "source": "urn:caseledger:weibo",
        "type": name,
        "time": event.occurred_at.astimezone(UTC),
        "subject": f"{name.partition('.')[0]}/{STREAM}",
        "datacontenttype": "application/avro",
        "dataschema": f"urn:caseledger:event:{name}",
        "position": "7",
        "version": "3",
        "partitionkey": str(STREAM),
    }
    assert read_back.get_data() == record.value


def test_headers_stand_in_one_order() -> None:
    assert tuple(name for name, _ in record_of(sample("case.opened.v1")).headers) == HEADERS


def test_what_holds_nothing_personal_is_published_as_it_is_stored() -> None:
    data = encode(sample("case.assigned.v1"))[1]
    assert publication().data("case.assigned.v1", data) == data


def test_bytes_under_another_name_are_refused() -> None:
    data = encode(sample("case.assigned.v1"))[1]
    with pytest.raises(Malformed, match="another schema"):
        publication().data("case.released.v1", data)
    with pytest.raises(SchemaUnknown):
        publication().data("case.vanished.v1", data)


def test_bytes_cut_short_are_refused() -> None:
    data = encode(sample("case.note_added.v1"))[1]
    with pytest.raises(Malformed, match="cut short"):
        publication().data("case.note_added.v1", data[:-1])

"""What was ever stored is read for ever: the examples of every event version mean today what they meant when added."""

import io
import json

import avro.io
import avro.schema
import pytest

from caseledger.event_codec import UPCASTS, decode, encode
from caseledger.schema_generator import MESSAGE_TYPES
from domain.catalogue import EVENT_TYPES
from schemas.registry import HEADER_BYTES, published
from tests.history.golden import VARIANTS, as_json, digests, examples, expected, locked, stored_bytes

REGISTRY = published()
NAMES = [name for name in REGISTRY.names() if name not in MESSAGE_TYPES]
EXAMPLES = examples()


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_decodes_to_its_values(example: str) -> None:
    name, record = REGISTRY.decode(stored_bytes(example))
    assert {"name": name, "values": as_json(record)} == expected(example)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_written_again_with_the_same_bytes(example: str) -> None:
    data = stored_bytes(example)
    assert REGISTRY.encode(*REGISTRY.decode(data)) == data


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_an_event_of_today(example: str) -> None:
    data = stored_bytes(example)
    name = str(expected(example)["name"])
    event = decode(name, data)
    if name in EVENT_TYPES:
        assert encode(event) == (name, data)
    else:
        assert name in UPCASTS


@pytest.mark.parametrize("example", EXAMPLES)
def test_apache_avro_reads_the_same_values_from_an_example(example: str) -> None:
    page = expected(example)
    schema = avro.schema.parse(REGISTRY.schema(str(page["name"])).text)
    body = io.BytesIO(stored_bytes(example)[HEADER_BYTES:])
    assert as_json(avro.io.DatumReader(schema).read(avro.io.BinaryDecoder(body))) == page["values"]
    assert body.read() == b""


def test_every_published_version_has_its_examples() -> None:
    assert set(EXAMPLES) == {f"{name}.{variant}" for name in NAMES for variant in VARIANTS}


def test_no_example_was_changed_or_removed() -> None:
    assert digests() == locked()


def test_the_examples_hold_absent_and_present_values_of_every_optional_field() -> None:
    for name in NAMES:
        fields = json.loads(REGISTRY.schema(name).text)["fields"]
        optional = [field["name"] for field in fields if isinstance(field["type"], list)]
        full, bare = (expected(f"{name}.{variant}")["values"] for variant in ("full", "bare"))
        assert all(full[field] is not None and bare[field] is None for field in optional)

"""What was published stays what it was: the published examples of every event version are made again, byte for byte."""

import io
import json

import fastavro
import pytest

from schemas.publication import public, publication
from schemas.registry import HEADER_BYTES
from tests.history import golden, golden_public
from tests.history.golden_public import FOLDER

WANTED = golden_public.wanted()


@pytest.mark.parametrize("example", WANTED)
def test_a_stored_example_is_published_as_it_was(example: str) -> None:
    data = publication().data(WANTED[example], golden.stored_bytes(example))
    assert data == golden.stored_bytes(example, FOLDER)


@pytest.mark.parametrize("example", WANTED)
def test_fastavro_reads_its_values(example: str) -> None:
    page = golden.expected(example, FOLDER)
    schema = fastavro.parse_schema(json.loads(public().schema(WANTED[example]).text))
    body = io.BytesIO(golden.stored_bytes(example, FOLDER)[HEADER_BYTES:])
    assert golden.as_json(fastavro.schemaless_reader(body, schema, None)) == page["values"]
    assert body.read() == b""


def test_every_version_has_its_examples_and_none_was_changed() -> None:
    assert set(golden.examples(FOLDER)) == WANTED.keys()
    assert golden.digests(FOLDER) == golden.locked(FOLDER)

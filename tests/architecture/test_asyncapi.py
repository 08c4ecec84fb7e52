"""The AsyncAPI document is valid by the official schema, complete, and what is committed."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from caseledger.asyncapi import document, render
from domain.catalogue import EVENT_TYPES
from schemas.cloudevents import HEADERS
from schemas.topics import TopicKind
from tests.support.event_samples import sample
from tests.unit.test_publication import record_of

FOLDER = Path(str(files("schemas")))
OFFICIAL = json.loads((Path(__file__).parents[1] / "data" / "asyncapi" / "3.0.0.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft7Validator(OFFICIAL)


def test_it_is_valid_by_the_official_schema() -> None:
    assert [f"{list(fault.absolute_path)}: {fault.message[:200]}" for fault in VALIDATOR.iter_errors(document())] == []


@pytest.mark.parametrize("path", [("info", "title"), ("channels", "events", "address"), ("asyncapi",)])
def test_the_official_schema_finds_what_is_wrong(path: tuple[str, ...]) -> None:
    broken = document()
    inner: Any = broken
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = 3
    assert not VALIDATOR.is_valid(broken)


def test_it_is_what_is_committed() -> None:
    assert (FOLDER / "asyncapi.json").read_text(encoding="utf-8") == render()


def test_every_topic_and_every_event_is_in_it() -> None:
    channels = document()["channels"]
    assert {channel["address"] for channel in channels.values()} == {f"{{platform}}.{kind}" for kind in TopicKind}
    assert channels["events"]["messages"].keys() == EVENT_TYPES.keys()


def test_what_it_refers_to_is_there() -> None:
    for reference in references(document()):
        if reference.startswith("#/"):
            inner: Any = document()
            for step in reference[2:].split("/"):
                inner = inner[step]
        else:
            assert (FOLDER / reference).is_file(), reference


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_the_headers_of_every_published_event_are_as_it_says(name: str) -> None:
    headers = {header: text.decode() for header, text in record_of(sample(name)).headers}
    described = document()["components"]["messages"][name]["headers"]
    jsonschema.validate(headers, described)
    assert set(described["required"]) == set(HEADERS)


def references(value: object) -> list[str]:
    """Every `$ref` in it but those within JSON Schemas of their own."""
    if isinstance(value, list):
        return [found for each in value for found in references(each)]
    if not isinstance(value, dict) or "$defs" in value:
        return []
    own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
    return own + [found for each in value.values() for found in references(each)]

"""Every version of an event can be read with the schema of the version before it and after it."""

import json
from itertools import pairwise

import avro.schema
import pytest
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType

from schemas.publication import public
from schemas.registry import Registry, published

REGISTRY = published()


def versions(names: tuple[str, ...]) -> dict[str, list[str]]:
    """Stored names by event, each list from the oldest version to the newest."""
    found: dict[str, list[tuple[int, str]]] = {}
    for name in names:
        event, _, version = name.rpartition(".v")
        found.setdefault(event, []).append((int(version), name))
    return {event: [name for _, name in sorted(numbered)] for event, numbered in found.items()}


def incompatibilities(old: str, new: str) -> list[str]:
    """Why the two schemas are not fully compatible, as Apache Avro's own checker and the logical types say."""
    found = []
    for reader, writer, direction in ((new, old, "new reads old"), (old, new, "old reads new")):
        checker = ReaderWriterCompatibilityChecker()
        verdict = checker.get_compatibility(avro.schema.parse(reader), avro.schema.parse(writer))
        if verdict.compatibility is not SchemaCompatibilityType.compatible:
            found.append(f"{direction}: {sorted(verdict.messages)}")
    before, after = _logical_types(old), _logical_types(new)
    found += [f"{path}: other logical type" for path in before.keys() & after.keys() if before[path] != after[path]]
    return found


ALL = versions(REGISTRY.names())
PAIRS = [pair for names in ALL.values() for pair in pairwise(names)]
PUBLISHED_PAIRS = [pair for names in versions(public().names()).values() for pair in pairwise(names)]


@pytest.mark.parametrize(("registry", "pairs"), [(REGISTRY, PAIRS), (public(), PUBLISHED_PAIRS)])
def test_consecutive_versions_are_fully_compatible(registry: Registry, pairs: list[tuple[str, str]]) -> None:
    texts = [(old, new, registry.schema(old).text, registry.schema(new).text) for old, new in pairs]
    assert [(old, new, fault) for old, new, a, b in texts for fault in incompatibilities(a, b)] == []


@pytest.mark.parametrize("event", ALL)
def test_versions_are_numbered_without_a_gap(event: str) -> None:
    assert ALL[event] == [f"{event}.v{number}" for number in range(1, len(ALL[event]) + 1)]


@pytest.mark.parametrize("event", ALL)
def test_all_versions_of_an_event_share_one_avro_name(event: str) -> None:
    stream, _, what = event.partition(".")
    schemas = [json.loads(REGISTRY.schema(name).text) for name in ALL[event]]
    assert {(schema["namespace"], schema["name"]) for schema in schemas} == {(f"caseledger.{stream}", what)}
    assert [schema.get("event") or schema["message"] for schema in schemas] == ALL[event]


@pytest.mark.parametrize(
    "added",
    [
        {"name": "wing", "type": ["null", "string"], "default": None},
        {"name": "urgent", "type": "boolean", "default": False},
    ],
)
@pytest.mark.parametrize("event", ["case.assigned.v1", "case.decided.v1"])
def test_the_checker_accepts_an_added_field_with_a_default(event: str, added: dict) -> None:
    old = REGISTRY.schema(event).text
    assert incompatibilities(old, _changed(old, lambda fields: [*fields, added])) == []


def test_the_checker_refuses_an_added_field_without_a_default() -> None:
    old = REGISTRY.schema("case.assigned.v1").text
    new = _changed(old, lambda fields: [*fields, {"name": "wing", "type": "string"}])
    assert incompatibilities(old, new) == ["new reads old: ['wing']"]


def test_the_checker_refuses_a_removed_field_that_the_old_version_needs() -> None:
    old = REGISTRY.schema("case.assigned.v1").text
    new = _changed(old, lambda fields: [field for field in fields if field["name"] != "officer"])
    assert incompatibilities(old, new) == ["old reads new: ['officer']"]


def test_the_checker_refuses_another_type() -> None:
    old = REGISTRY.schema("case.assigned.v1").text
    new = _changed(
        old, lambda fields: [{**field, "type": "long"} if field["name"] == "officer" else field for field in fields]
    )
    assert len(incompatibilities(old, new)) == 2


def test_the_checker_refuses_another_logical_type() -> None:
    old = REGISTRY.schema("case.assigned.v1").text
    new = old.replace("timestamp-micros", "timestamp-millis")
    assert incompatibilities(old, new) == ["occurred_at: other logical type"]


def test_versions_are_put_in_the_order_of_their_numbers() -> None:
    assert versions(("a.b.v10", "a.b.v9", "a.c.v1")) == {"a.b": ["a.b.v9", "a.b.v10"], "a.c": ["a.c.v1"]}


def _changed(text: str, change: object) -> str:
    schema = json.loads(text)
    return json.dumps({**schema, "fields": change(schema["fields"])})


def _logical_types(text: str) -> dict[str, str | None]:
    found: dict[str, str | None] = {}

    def walk(kind: object, path: str) -> None:
        if isinstance(kind, list):
            walk(kind[1], path)
        elif isinstance(kind, dict) and kind["type"] == "record":
            for field in kind["fields"]:
                walk(field["type"], f"{path}.{field['name']}".lstrip("."))
        elif isinstance(kind, dict) and kind["type"] == "array":
            walk(kind["items"], path)
        else:
            found[path] = kind.get("logicalType") if isinstance(kind, dict) else None

    walk(json.loads(text), "")
    return found

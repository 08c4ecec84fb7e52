"""What the compiler accepts: exactly what events are made of."""

import pytest

from schemas.compiled import Json, compile_schema
from schemas.errors import Malformed, SchemaUnsupported


def record(kind: Json, name: str = "value") -> Json:
    return {"type": "record", "name": "R", "namespace": "n", "fields": [{"name": name, "type": kind}]}


@pytest.mark.parametrize(
    "kind",
    [
        "bytes",
        "double",
        "int",
        "null",
        "n.Unknown",
        ["string", "null"],
        ["null", "string", "long"],
        ["null"],
        {"type": "fixed", "name": "F", "size": 16},
        {"type": "enum", "name": "E", "symbols": ["A"]},
        {"type": "map", "values": "string"},
        {"type": "long", "logicalType": "timestamp-millis"},
        {"type": "record", "name": "Empty", "fields": []},
    ],
)
def test_what_events_are_not_made_of_is_refused(kind: Json) -> None:
    with pytest.raises(SchemaUnsupported):
        compile_schema(record(kind))


@pytest.mark.parametrize("name", ["a b", "x'); import os; ('", "", "1st"])
def test_a_name_that_is_no_identifier_never_becomes_code(name: str) -> None:
    with pytest.raises(SchemaUnsupported):
        compile_schema(record("string", name))


@pytest.mark.parametrize(
    ("kind", "value", "data"),
    [
        ("string", "ab", b"\x04ab"),
        ("long", -3, b"\x05"),
        ({"type": "boolean"}, True, b"\x01"),
        (["null", "long"], None, b"\x00"),
        (["null", "long"], 1, b"\x02\x02"),
        (["null", {"type": "array", "items": "long"}], [1, 2], b"\x02\x04\x02\x04\x00"),
        ({"type": "array", "items": "boolean"}, [True, False], b"\x04\x01\x00\x00"),
        ({"type": "array", "items": "string"}, ["a"] * 100, b"\xc8\x01" + b"\x02a" * 100 + b"\x00"),
    ],
)
def test_values_stand_in_the_bytes_as_the_specification_says(kind: Json, value: object, data: bytes) -> None:
    compiled = compile_schema(record(kind))
    assert compiled.write({"value": value}) == data
    assert compiled.read(data, 0) == ({"value": value}, len(data))


def test_a_type_is_known_by_its_full_and_its_short_name_once_defined() -> None:
    inner: Json = {"type": "record", "name": "Inner", "fields": [{"name": "a", "type": "long"}]}
    fields: Json = [
        {"name": "one", "type": inner},
        {"name": "two", "type": "n.Inner"},
        {"name": "three", "type": "Inner"},
    ]
    compiled = compile_schema({"type": "record", "name": "R", "namespace": "n", "fields": fields})
    value = {"one": {"a": 1}, "two": {"a": 2}, "three": {"a": 3}}
    assert compiled.write(value) == b"\x02\x04\x06"
    assert compiled.read(b"\x02\x04\x06", 0) == (value, 3)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("boolean", b"\x02"),
        (["null", "string"], b"\x04"),
        (["null", "string"], b"\x01"),
        (["null", "long"], b"\x04"),
        ({"type": "array", "items": "boolean"}, b"\x02\x02\x00"),
    ],
)
def test_a_byte_that_is_neither_of_two_choices_is_malformed(kind: Json, data: bytes) -> None:
    with pytest.raises(Malformed, match="neither"):
        compile_schema(record(kind)).read(data, 0)

"""Finds the first place where a record does not fit its schema, and says so without the record's values."""

from collections.abc import Mapping
from typing import cast

from schemas import wire
from schemas.compiled import Json

_WRITERS = {
    ("string", None): (wire.write_string, "text"),
    ("string", "uuid"): (wire.write_uuid, "a UUID"),
    ("long", None): (wire.write_long, "a whole number of 64 bits"),
    ("long", "timestamp-micros"): (wire.write_moment, "an aware time within the years 1 to 9999 of UTC"),
    ("boolean", None): (wire.write_boolean, "True or False"),
}


def first_mismatch(schema: Json, record: object) -> str:
    """Where and how `record` differs from what `schema` says."""
    return _Search().find(schema, record, "") or "does not fit its schema"


class _Search:
    def __init__(self) -> None:
        self._named: dict[str, list[dict[str, Json]]] = {}

    def find(self, schema: Json, value: object, path: str) -> str | None:
        if isinstance(schema, str):
            named = self._named.get(schema)
            return self._record(named, value, path) if named else _primitive(schema, None, value, path)
        if isinstance(schema, list):
            return None if value is None else self.find(schema[1], value, path)
        described = cast("dict[str, Json]", schema)
        match described["type"]:
            case "array":
                return self._array(described["items"], value, path)
            case "record":
                fields = cast("list[dict[str, Json]]", described["fields"])
                self._named[f"{described['namespace']}.{described['name']}"] = fields
                return self._record(fields, value, path)
            case base:
                return _primitive(str(base), cast("str | None", described.get("logicalType")), value, path)

    def _array(self, items: Json, value: object, path: str) -> str | None:
        if not isinstance(value, (list, tuple)):
            return f"{path} is not a list"
        faults = (self.find(items, item, f"{path}[{at}]") for at, item in enumerate(value))
        return next((fault for fault in faults if fault), None)

    def _record(self, fields: list[dict[str, Json]], value: object, path: str) -> str | None:
        if not isinstance(value, Mapping):
            return f"{path or 'the record'} is not a mapping"
        names = [str(field["name"]) for field in fields]
        missing = [name for name in names if name not in value]
        if missing:
            return f"{_join(path, missing[0])} is missing"
        if len(value) != len(names):
            return f"{path or 'the record'} has {len(value) - len(names)} fields too many"
        faults = (self.find(field["type"], value[str(field["name"])], _join(path, field["name"])) for field in fields)
        return next((fault for fault in faults if fault), None)


def _primitive(base: str, logical: str | None, value: object, path: str) -> str | None:
    write, what = _WRITERS[base, logical]
    try:
        write(value)  # type: ignore[operator] # whether the value suits is the question
    except (TypeError, ValueError, AttributeError, OverflowError):
        return f"{path} is not {what}"
    return None


def _join(path: str, name: Json) -> str:
    return f"{path}.{name}" if path else str(name)

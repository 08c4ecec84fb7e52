"""What others get to read of an event: its stored bytes without the fields that identify a person or may do so.

The schema of a published event is that of the stored one without the fields marked personal, and without those named
here. Where nothing is left out, both are the same and so are the bytes.
"""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from schemas.errors import Malformed
from schemas.registry import HEADER_BYTES, Registry, published

FOLDER: Final = "public"
"""Beside the stored schemas; laid out as they are."""

LEFT_OUT: Final[Mapping[str, frozenset[str]]] = {"report.received.v1": frozenset({"digest"})}
"""Fields left out though they are not marked: a plain digest over who reported and what they said can be guessed at."""

Tree = dict[str, Any]
"""A record's schema, as JSON has it."""

Kind = Any
"""A field's type there: a name, a list of arms, or what describes it."""

Value = Any
"""A value of a decoded record; the schemas say of which kind it is."""

Project = Callable[[Value], Value]


def public_schema(stored: Tree, left_out: frozenset[str] = frozenset()) -> Tree:
    """The schema of a record without its personal fields, at any depth, and without these of its own."""
    kept = [field for field in stored["fields"] if not field.get("personal") and field["name"] not in left_out]
    return {**stored, "fields": [{**field, "type": _public_type(field["type"])} for field in kept]}


def _public_type(kind: Kind) -> Kind:
    match kind:
        case list():
            return [_public_type(arm) for arm in kind]
        case {"type": "record"}:
            return public_schema(kind)
        case {"type": "array", "items": items}:
            return {**kind, "items": _public_type(items)}
    return kind


class Publication:
    """Turns stored bytes into published ones, event after event."""

    def __init__(self, stored: Registry, public: Registry) -> None:
        """Bind the schemas of both sides."""
        self._stored = stored
        self._public = public
        self._projects: dict[str, tuple[bytes, Project | None]] = {}

    def data(self, name: str, state: bytes) -> bytes:
        """What is published of an event that was stored under a name, in Avro's single-object encoding.

        Raises `Malformed` when the bytes are not of this name, and what `Registry.decode` and `encode` raise.
        """
        header, project = self._projects.get(name) or self._learned(name)
        if state[:HEADER_BYTES] != header:
            raise Malformed(f"{name}: the bytes hold another schema")
        if project is None:
            return state
        return self._public.encode(name, project(self._stored.decode(state)[1]))

    def _learned(self, name: str) -> tuple[bytes, Project | None]:
        stored, public = self._stored.schema(name), self._public.schema(name)
        if stored.header == public.header:
            found: tuple[bytes, Project | None] = stored.header, None
        else:
            found = stored.header, _Projections().record(json.loads(stored.text), json.loads(public.text))
        self._projects[name] = found
        return found


class _Projections:
    """Makes the functions from the records of one stored schema to those of the published one."""

    def __init__(self) -> None:
        self._named: dict[str, Project | None] = {}

    def record(self, stored: Tree, public: Tree) -> Project | None:
        """The function for these records; None where nothing is left out, not even further in."""
        before, after = _types(stored), _types(public)
        inner = {name: project for name, kind in after.items() if (project := self._value(before[name], kind))}
        project = None if before.keys() == after.keys() and not inner else _projected(tuple(after), inner)
        self._named[f"{stored['namespace']}.{stored['name']}"] = project
        return project

    def _value(self, stored: Kind, public: Kind) -> Project | None:
        match stored, public:
            case str(), _:
                return self._named.get(stored)
            case ["null", inner], ["null", outer]:
                return _if_present(self._value(inner, outer))
            case {"type": "array", "items": inner}, {"items": outer}:
                return _each(self._value(inner, outer))
            case {"type": "record"}, {"type": "record"}:
                return self.record(stored, public)
        return None


def _types(schema: Tree) -> Tree:
    return {field["name"]: field["type"] for field in schema["fields"]}


def _projected(names: tuple[str, ...], inner: Mapping[str, Project]) -> Project:
    def project(record: Value) -> Value:
        return {name: inner[name](record[name]) if name in inner else record[name] for name in names}

    return project


def _if_present(project: Project | None) -> Project | None:
    return project and (lambda value: None if value is None else project(value))


def _each(project: Project | None) -> Project | None:
    return project and (lambda values: [project(value) for value in values])


@lru_cache(maxsize=1)
def public() -> Registry:
    """The schemas of published events that come with this package."""
    return Registry(files("schemas") / FOLDER, twins=True)


@lru_cache(maxsize=1)
def publication() -> Publication:
    """From the stored to the published schemas of this package."""
    return Publication(published(), public())

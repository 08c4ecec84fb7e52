"""Describes every event for people (`docs/events.md`) and for programs (JSON Schema), from the classes alone.

`python -m caseledger.event_docs` writes the page, `--check` exits 1 when it would differ.
"""

import argparse
import sys
from collections.abc import Iterator
from enum import StrEnum
from inspect import cleandoc
from pathlib import Path
from types import UnionType
from typing import Annotated, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaValue

from domain.catalogue import EVENT_TYPES, stream_kind
from domain.events import Event
from domain.personal import personal_paths

_INTRODUCTION = """\
# Events

Every fact in the ledger, by stream. This page is made from the event classes by `python -m caseledger.event_docs`;
the schemas that bytes are written with are in `schemas/avro/`.

An event once published is never edited: what changes gets a new version of its name. Fields marked **personal**
identify a person or may do so. Every event also has:
"""


def render() -> str:
    """The whole page."""
    parts = [_INTRODUCTION, *_table(Event), ""]
    stream = None
    for name, event in EVENT_TYPES.items():
        if stream_kind(name) is not stream:
            stream = stream_kind(name)
            parts += [f"## Stream `{stream}`", ""]
        parts += [f"### `{name}`", "", cleandoc(event.__doc__ or ""), ""]
        own = list(_table(event, skip=frozenset(Event.model_fields)))
        parts += [*own, ""] if own else ["No fields of its own.", ""]
    parts += ["## Values", "", "What fields above are made of.", ""]
    for model in _nested_models():
        parts += [f"### {model.__name__}", "", cleandoc(model.__doc__ or ""), "", *_table(model), ""]
    for words in _enums():
        listed = ", ".join(f"`{word.value}`" for word in words)
        parts += [f"### {words.__name__}", "", cleandoc(words.__doc__ or ""), "", f"One of {listed}.", ""]
    return "\n".join(parts).rstrip("\n") + "\n"


def event_json_schema(name: str) -> JsonSchemaValue:
    """The JSON Schema of an event by its stored name; raises `KeyError` for a name that no event has."""
    return titled_json_schema(EVENT_TYPES[name], name)


def titled_json_schema(model: type[BaseModel], name: str) -> JsonSchemaValue:
    """The JSON Schema of a model (event or command) under the name that users know it by, personal fields marked."""
    schema = model.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = name
    _mark_personal(schema, model)
    for nested in _models_under(model):
        _mark_personal(schema.get("$defs", {}).get(nested.__name__, {}), nested)
    return schema


def main(arguments: list[str] | None = None, page: Path | None = None) -> int:
    """Run the command; `page` is the file to write. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m caseledger.event_docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 when the page differs")
    options = parser.parse_args(arguments)
    where = page or Path(__file__).resolve().parent.parent / "docs" / "events.md"
    text = render()
    if where.exists() and where.read_text(encoding="utf-8") == text:
        return 0
    if options.check:
        sys.stderr.write(f"{where.name} differs from the event classes; run python -m caseledger.event_docs\n")
        return 1
    where.parent.mkdir(exist_ok=True)
    where.write_text(text, encoding="utf-8")
    return 0


def _table(model: type[BaseModel], skip: frozenset[str] = frozenset()) -> Iterator[str]:
    fields = {name: field for name, field in model.model_fields.items() if name not in skip}
    if not fields:
        return
    personal = personal_paths(model)
    yield "| field | type | note |"
    yield "|---|---|---|"
    for name, field in fields.items():
        yield f"| `{name}` | {_words(field.annotation)} | {'**personal**' if name in personal else ''} |"


def _words(annotation: object) -> str:
    """A type as people say it."""
    origin, arms = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _words(arms[0])
    if origin in (Union, UnionType):
        present = [_words(arm) for arm in arms if arm is not type(None)]
        return f"{' or '.join(present)}, or none"
    if origin is tuple:
        return f"list of {_words(arms[0])}"
    if isinstance(annotation, type) and issubclass(annotation, (BaseModel, StrEnum)):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    plain: dict[object, str] = {bool: "true or false", int: "whole number", str: "text", UUID: "UUID"}
    return plain.get(annotation, "time")


def _nested_models() -> list[type[BaseModel]]:
    return sorted({model for event in EVENT_TYPES.values() for model in _models_under(event)}, key=_class_name)


def _enums() -> list[type[StrEnum]]:
    holders = [*EVENT_TYPES.values(), *_nested_models()]
    found = {kind for holder in holders for kind in _types_of(holder) if issubclass(kind, StrEnum)}
    return sorted(found, key=_class_name)


def _models_under(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for kind in _types_of(model):
        if issubclass(kind, BaseModel):
            yield kind
            yield from _models_under(kind)


def _types_of(model: type[BaseModel]) -> Iterator[type]:
    for field in model.model_fields.values():
        yield from _types_in(field.annotation)


def _types_in(annotation: object) -> Iterator[type]:
    if isinstance(annotation, type) and not get_args(annotation):
        yield annotation
    for arm in get_args(annotation):
        yield from _types_in(arm)


def _mark_personal(schema: JsonSchemaValue, model: type[BaseModel]) -> None:
    for name in personal_paths(model) & schema.get("properties", {}).keys():
        schema["properties"][name]["personal"] = True


def _class_name(kind: type) -> str:
    return kind.__name__


if __name__ == "__main__":
    sys.exit(main())

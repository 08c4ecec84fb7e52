"""Writes the Avro schema of every event and message class that has none yet, and never changes one that was published.

`python -m caseledger.schema_generator` adds what is missing, `--check` only compares. Exit 1 when a published schema
would change: an event whose shape changes gets a new version and an upcast.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from inspect import cleandoc
from pathlib import Path
from types import MappingProxyType, UnionType
from typing import Annotated, Union, get_args, get_origin
from uuid import UUID

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from caseledger.event_codec import UPCASTS
from consumers.report import ReportMessage
from domain.catalogue import EVENT_TYPES
from domain.events import Event
from domain.personal import personal_paths
from schemas.compiled import Json, compile_schema
from schemas.lock import Locked, parse_lock, render_lock
from schemas.registry import fingerprint

Published = type[Event] | type[ReportMessage]
"""A class whose schema is published."""

MESSAGE_TYPES: Mapping[str, type[ReportMessage]] = MappingProxyType({ReportMessage.TYPE: ReportMessage})
"""Stored name to class of messages that others send us; an event is what we send."""

PUBLISHED_TYPES: Mapping[str, Published] = MappingProxyType({**EVENT_TYPES, **MESSAGE_TYPES})
"""Everything that has a schema, by stored name."""

NAMESPACE = "caseledger"
"""Permanent: part of the full name of every schema."""

_OPTIONAL_ARMS = 2
_TUPLE_ARMS = 2
_REMEDY = (
    "A published schema never changes. Give the event a new version: a class with the next TYPE, an upcast from the "
    "old name in caseledger/event_codec.py, and run this again."
)


class FieldNotStorable(TypeError):  # noqa: N818 - a fault is named as the sentence it says
    """A field of an event has a type or default that the published language has no word for."""


@dataclass(frozen=True, slots=True)
class Change:
    """What has to be written or removed for one stored name; `text` is None where the file goes away."""

    name: str
    text: str | None
    published: bool


def schema_text(event: Published) -> str:
    """The schema file of an event or message class; raises `FieldNotStorable`."""
    stream, _, rest = event.TYPE.partition(".")
    name, _, _ = rest.rpartition(".")
    body: dict[str, Json] = {
        "type": "record",
        "name": name,
        "namespace": f"{NAMESPACE}.{stream}",
        "doc": _doc(event),
        "message" if event.TYPE in MESSAGE_TYPES else "event": event.TYPE,
        "fields": list(_fields(event, set())),
    }
    return rendered(body)


def rendered(schema: Json) -> str:
    """The text of a schema file: JSON with one line for each field of a record, so that a change reads as one."""
    return _render(schema, "") + "\n"


def _render(value: Json, indent: str) -> str:
    deeper = indent + "  "
    if isinstance(value, dict) and '"fields"' in json.dumps(value):
        lines = [f"{deeper}{json.dumps(key)}: {_render(part, deeper)}" for key, part in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(part, dict) for part in value):
        return "[\n" + ",\n".join(deeper + _render(part, deeper) for part in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)


def _fields(model: type[BaseModel], defined: set[str]) -> Iterator[Json]:
    personal = personal_paths(model)
    for name, field in model.model_fields.items():
        where = f"{model.__name__}.{name}"
        described: dict[str, Json] = {"name": name, "type": _type(field.annotation, where, defined)}
        if isinstance(described["type"], list):
            described["default"] = None
        elif not field.is_required():
            described["default"] = _default(field, where)
        if name in personal:
            described["personal"] = True
        yield described


def _type(annotation: object, where: str, defined: set[str]) -> Json:
    origin, arms = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(arms[0], where, defined)
    if origin in (Union, UnionType):
        return _optional(arms, where, defined)
    if origin is tuple and len(arms) == _TUPLE_ARMS and arms[1] is Ellipsis:
        return {"type": "array", "items": _item(arms[0], where, defined)}
    if isinstance(annotation, type):
        return _scalar(annotation, where, defined)
    raise FieldNotStorable(f"{where}: {annotation} has no word in the published language")


def _scalar(kind: type, where: str, defined: set[str]) -> Json:
    if issubclass(kind, BaseModel):
        return _nested(kind, defined)
    if issubclass(kind, (StrEnum, str)):
        return "string"
    if issubclass(kind, UUID):
        return {"type": "string", "logicalType": "uuid"}
    if kind is AwareDatetime:
        return {"type": "long", "logicalType": "timestamp-micros"}
    if kind is bool:
        return "boolean"
    if kind is int:
        return "long"
    raise FieldNotStorable(f"{where}: {kind.__name__} has no word in the published language")


def _optional(arms: tuple[object, ...], where: str, defined: set[str]) -> Json:
    present = [arm for arm in arms if arm is not type(None)]
    if len(arms) != _OPTIONAL_ARMS or len(present) != 1:
        raise FieldNotStorable(f"{where}: the only union that can be stored is `X | None`")
    return ["null", _item(present[0], where, defined)]


def _item(annotation: object, where: str, defined: set[str]) -> Json:
    kind = _type(annotation, where, defined)
    if isinstance(kind, list):
        raise FieldNotStorable(f"{where}: what is optional stands directly in a field")
    return kind


def _nested(model: type[BaseModel], defined: set[str]) -> Json:
    if model.__name__ in defined:
        return f"{NAMESPACE}.{model.__name__}"
    described: dict[str, Json] = {
        "type": "record",
        "name": model.__name__,
        "namespace": NAMESPACE,
        "doc": _doc(model),
        "fields": list(_fields(model, defined)),
    }
    defined.add(model.__name__)
    return described


def _default(field: FieldInfo, where: str) -> Json:
    match field.default:
        case bool() | int() | str() as plain:
            return plain
        case ():
            return []
    raise FieldNotStorable(f"{where}: a default is a text, a whole number, a truth value, () or None")


def _doc(model: type[BaseModel]) -> str:
    if not model.__doc__:
        raise FieldNotStorable(f"{model.__name__}: has no docstring, and the schema says what an event means")
    return cleandoc(model.__doc__)


def plan(directory: Path, types: Mapping[str, Published], kept: frozenset[str]) -> tuple[Change, ...]:
    """What differs between the classes and the files in `directory`; names in `kept` are old versions, left alone."""
    return plan_texts(directory, {name: schema_text(event) for name, event in types.items()}, kept)


def plan_texts(directory: Path, texts: Mapping[str, str], kept: frozenset[str]) -> tuple[Change, ...]:
    """What differs between these schemas, by stored name, and the files in `directory`."""
    locked = _locked(directory)
    changes: list[Change] = []
    for name, text in texts.items():
        path = _path(directory, name)
        same_file = path.exists() and path.read_text(encoding="utf-8") == text
        same_lock = name in locked and locked[name].sha256 == _sha256(text)
        if not (same_file and same_lock):
            changes.append(Change(name, text, published=name in locked and not same_lock))
    gone = [name for name in locked if name not in texts and name not in kept]
    return (*changes, *(Change(name, None, published=True) for name in gone))


def apply(directory: Path, changes: tuple[Change, ...], *, twins: bool = False) -> None:
    """Write the schema files and the lock; raises `FieldNotStorable` when two names would share a fingerprint, unless
    there may be `twins`.
    """
    entries = _locked(directory)
    for change in changes:
        entries.pop(change.name, None) if change.text is None else entries.update({change.name: _entry(change)})
    shared = {entry.fingerprint: entry.name for entry in entries.values()}
    if len(shared) != len(entries) and not twins:
        alike = sorted(entry.name for entry in entries.values() if shared[entry.fingerprint] != entry.name)
        raise FieldNotStorable(f"{alike}: differs from its other version in nothing that a reader could tell by")
    for change in changes:
        path = _path(directory, change.name)
        if change.text is None:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(change.text, encoding="utf-8")
    (directory / "avro.lock").write_text(render_lock(entries.values()), encoding="utf-8")


def main(arguments: list[str] | None = None, directory: Path | None = None) -> int:
    """Run the command; `directory` is where `avro/` and `avro.lock` are. Returns the exit code."""
    options = options_of("python -m caseledger.schema_generator", __doc__, arguments)
    where = directory or Path(__file__).resolve().parent.parent / "schemas"
    changes = plan(where, PUBLISHED_TYPES, frozenset(UPCASTS))
    return carry_out(where, changes, options)


def options_of(program: str, description: str | None, arguments: list[str] | None) -> argparse.Namespace:
    """What a generator of schemas was asked for."""
    parser = argparse.ArgumentParser(prog=program, description=description)
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 when anything differs")
    parser.add_argument(
        "--unpublished-replace",
        action="store_true",
        help="before 1.0 only, while no ledger exists: overwrite and remove locked schemas",
    )
    return parser.parse_args(arguments)


def carry_out(where: Path, changes: tuple[Change, ...], options: argparse.Namespace, *, twins: bool = False) -> int:
    """Write what is missing, or say what would be or may not be, as the options ask. Returns the exit code."""
    refused = [change.name for change in changes if change.published and not options.unpublished_replace]
    if refused:
        sys.stderr.write(f"Differs from what was published: {', '.join(refused)}\n{_REMEDY}\n")
        return 1
    if options.check:
        sys.stdout.writelines(f"not written yet: {change.name}\n" for change in changes)
        return 1 if changes else 0
    apply(where, changes, twins=twins)
    sys.stdout.writelines(f"{'removed' if change.text is None else 'written'}: {change.name}\n" for change in changes)
    return 0


def _entry(change: Change) -> Locked:
    text = change.text or ""
    compile_schema(json.loads(text))
    return Locked(change.name, fingerprint(text), _sha256(text))


def _locked(directory: Path) -> dict[str, Locked]:
    path = directory / "avro.lock"
    return parse_lock(path.read_text(encoding="utf-8")) if path.exists() else {}


def _path(directory: Path, name: str) -> Path:
    return directory / "avro" / f"{name}.avsc"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())

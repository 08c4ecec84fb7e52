"""The committed schemas are what the event classes say and what the lock says."""

import hashlib
import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import avro.schema
import fastavro.schema
import pytest

from caseledger.event_codec import UPCASTS
from caseledger.schema_generator import PUBLISHED_TYPES, main, schema_text
from domain.personal import personal_paths
from schemas.lock import parse_lock, render_lock
from schemas.registry import published

FOLDER = Path(str(files("schemas")))
LOCK = parse_lock((FOLDER / "avro.lock").read_text(encoding="utf-8"))
FILES = {path.name.removesuffix(".avsc"): path for path in (FOLDER / "avro").iterdir()}


@pytest.mark.parametrize("name", PUBLISHED_TYPES)
def test_the_committed_schema_is_what_the_class_says(name: str) -> None:
    assert FILES[name].read_text(encoding="utf-8") == schema_text(PUBLISHED_TYPES[name])


def test_every_schema_is_locked_and_every_locked_schema_is_there() -> None:
    assert FILES.keys() == LOCK.keys()


@pytest.mark.parametrize("name", FILES)
def test_the_committed_schema_is_what_was_locked(name: str) -> None:
    data = FILES[name].read_bytes()
    assert hashlib.sha256(data).hexdigest() == LOCK[name].sha256
    canonical = fastavro.schema.to_parsing_canonical_form(json.loads(data))
    assert fastavro.schema.fingerprint(canonical, "CRC-64-AVRO") == LOCK[name].fingerprint.hex()


@pytest.mark.parametrize("name", FILES)
def test_apache_avro_gives_the_same_fingerprint(name: str) -> None:
    # from the canonical form: Apache's own keeps the braces around a type whose logical type it dropped
    canonical = fastavro.schema.to_parsing_canonical_form(json.loads(FILES[name].read_text(encoding="utf-8")))
    parsed = avro.schema.parse(canonical)
    assert parsed.canonical_form == canonical
    assert parsed.fingerprint("CRC-64-AVRO") == LOCK[name].fingerprint


def test_the_lock_is_in_the_form_that_is_written() -> None:
    assert (FOLDER / "avro.lock").read_text(encoding="utf-8") == render_lock(LOCK.values())


def test_every_schema_has_a_class_or_an_upcast() -> None:
    assert LOCK.keys() == PUBLISHED_TYPES.keys() | UPCASTS.keys()


def test_the_generator_finds_nothing_to_do() -> None:
    assert main(["--check"]) == 0


@pytest.mark.parametrize("name", PUBLISHED_TYPES)
def test_exactly_the_personal_fields_are_marked(name: str) -> None:
    assert _marked(json.loads(published().schema(name).text)) == personal_paths(PUBLISHED_TYPES[name])


def test_the_published_language_loads_without_any_domain_code() -> None:
    program = (
        "import sys, schemas.registry as r; name, *_ = r.published().names(); r.published().schema(name);"
        "print([m for m in sys.modules if m.split('.')[0] in ('domain', 'caseledger', 'infra', 'pydantic')])"
    )
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=FOLDER.parent)
    assert run.stdout == "[]\n"


def _marked(schema: dict) -> frozenset[str]:
    defined: dict[str, dict] = {}

    def walk(record: dict, prefix: str) -> set[str]:
        defined[f"{record.get('namespace')}.{record['name']}"] = record
        found: set[str] = set()
        for field in record["fields"]:
            path = f"{prefix}{field['name']}"
            nested = inner(field["type"])
            if field.get("personal"):
                found.add(path)
            elif nested is not None:
                found |= walk(nested, f"{path}.")
        return found

    def inner(kind: object) -> dict | None:
        if isinstance(kind, list):
            return inner(kind[1])
        if isinstance(kind, str):
            return defined.get(kind)
        return inner(kind["items"]) if kind["type"] == "array" else kind if kind["type"] == "record" else None

    return frozenset(walk(schema, ""))

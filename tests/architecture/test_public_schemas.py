"""The schemas of published events are those of the stored ones without what identifies a person, and are locked."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import fastavro.schema
import pytest

from caseledger.public_schemas import main, public_texts
from domain.catalogue import EVENT_TYPES
from schemas.lock import parse_lock, render_lock
from schemas.publication import LEFT_OUT, public, public_schema
from schemas.registry import published

FOLDER = Path(str(files("schemas")))
LOCK = parse_lock((FOLDER / "public" / "avro.lock").read_text(encoding="utf-8"))
FILES = {path.name.removesuffix(".avsc"): path for path in (FOLDER / "public" / "avro").iterdir()}


def test_every_committed_schema_is_what_follows_from_the_stored_one() -> None:
    assert {name: path.read_text(encoding="utf-8") for name, path in FILES.items()} == public_texts(published())


def test_every_event_has_one_and_all_are_locked() -> None:
    assert FILES.keys() == LOCK.keys()
    assert EVENT_TYPES.keys() <= LOCK.keys()
    assert (FOLDER / "public" / "avro.lock").read_text(encoding="utf-8") == render_lock(LOCK.values())


def test_every_committed_schema_is_what_was_locked() -> None:
    for name, path in FILES.items():
        data = path.read_bytes()
        assert hashlib.sha256(data).hexdigest() == LOCK[name].sha256
        canonical = fastavro.schema.to_parsing_canonical_form(json.loads(data))
        assert fastavro.schema.fingerprint(canonical, "CRC-64-AVRO") == LOCK[name].fingerprint.hex()


def test_no_field_of_any_is_personal_or_left_out() -> None:
    for name, path in FILES.items():
        tree = json.loads(path.read_text(encoding="utf-8"))
        assert [field["name"] for field in every_field(tree) if field.get("personal")] == []
        assert not {field["name"] for field in tree["fields"]} & LEFT_OUT.get(name, frozenset())


def test_what_is_left_out_by_name_is_there_to_be_left_out() -> None:
    for name, fields in LEFT_OUT.items():
        stored = json.loads(published().schema(name).text)
        assert fields <= {field["name"] for field in stored["fields"] if not field.get("personal")}


def test_nothing_but_personal_fields_and_those_left_out_is_missing() -> None:
    for name in FILES:
        stored, shown = json.loads(published().schema(name).text), json.loads(public().schema(name).text)
        kept = [field["name"] for field in every_field(stored) if not field.get("personal")]
        assert [field["name"] for field in every_field(shown)] == [
            each for each in kept if each not in LEFT_OUT.get(name, frozenset())
        ]


def test_when_it_happened_stands_first_in_every_one() -> None:
    first = {json.dumps(json.loads(path.read_text(encoding="utf-8"))["fields"][0]) for path in FILES.values()}
    assert first == {
        '{"name": "occurred_at", "type": {"type": "long", "logicalType": "timestamp-micros"}}',
    }


def test_a_schema_that_would_change_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for part in ("avro", "avro.lock", "public"):
        source = FOLDER / part
        shutil.copytree(source, tmp_path / part) if source.is_dir() else shutil.copy(source, tmp_path)
    assert main(["--check"], tmp_path) == 0
    file = tmp_path / "public" / "avro" / "case.assigned.v1.avsc"
    lock = tmp_path / "public" / "avro.lock"
    before = file.read_bytes()
    file.unlink()
    assert main(["--check"], tmp_path) == 1
    assert main([], tmp_path) == 0
    assert file.read_bytes() == before
    lock.write_text(lock.read_text(encoding="ascii").replace(LOCK["case.assigned.v1"].sha256, "0" * 64), "ascii")
    assert main([], tmp_path) == 1
    assert "case.assigned.v1" in capsys.readouterr().err


def test_two_versions_that_differ_in_personal_fields_only_look_alike() -> None:
    base = {"type": "record", "name": "x", "namespace": "n", "fields": [{"name": "a", "type": "long"}]}
    more = {**base, "fields": [*base["fields"], {"name": "b", "type": "string", "personal": True}]}
    assert public_schema(more) == public_schema(base) == base


def every_field(tree: object) -> Iterator[dict]:
    """Every field at any depth that is not within a personal one, in order."""
    if isinstance(tree, list):
        for arm in tree:
            yield from every_field(arm)
    if isinstance(tree, dict):
        for field in tree.get("fields", ()):
            yield field
            if not field.get("personal"):
                yield from every_field(field["type"])
        yield from every_field(tree.get("items"))
        yield from every_field(tree["type"] if isinstance(tree.get("type"), dict | list) else None)

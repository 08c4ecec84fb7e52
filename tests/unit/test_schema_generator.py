"""What the generator writes, and what it refuses to change."""

import json
import shutil
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import AwareDatetime

from caseledger.schema_generator import PUBLISHED_TYPES, FieldNotStorable, apply, main, plan, schema_text
from domain.events import Event
from domain.personal import Personal
from domain.values import PackRef
from schemas.lock import parse_lock
from schemas.registry import Registry

NOBODY: frozenset[str] = frozenset()


class WindowOpened(Event):
    """A window was opened."""

    TYPE: ClassVar[str] = "window.opened.v1"

    by: Personal[str] | None
    wide: bool
    times: tuple[AwareDatetime, ...]


class WindowOpenedWider(Event):
    """A window was opened, and how wide."""

    TYPE: ClassVar[str] = "window.opened.v2"

    by: Personal[str] | None
    wide: bool
    times: tuple[AwareDatetime, ...]
    angle: int = 90
    panes: tuple[str, ...] = ()


class WindowOpenedAgain(WindowOpened):
    """A window was opened; the same shape under the next name."""

    TYPE: ClassVar[str] = "window.opened.v2"


@pytest.fixture
def published(tmp_path: Path) -> Path:
    source = Path(str(files("schemas")))
    shutil.copytree(source / "avro", tmp_path / "avro")
    shutil.copy(source / "avro.lock", tmp_path)
    return tmp_path


def test_a_schema_says_what_the_class_says() -> None:
    schema = json.loads(schema_text(WindowOpened))
    assert (schema["namespace"], schema["name"]) == ("caseledger.window", "opened")
    assert (schema["event"], schema["doc"]) == ("window.opened.v1", "A window was opened.")
    fields = {field.pop("name"): field for field in schema["fields"]}
    assert fields["by"] == {"type": ["null", "string"], "default": None, "personal": True}
    assert fields["wide"] == {"type": "boolean"}
    assert fields["times"] == {"type": {"type": "array", "items": {"type": "long", "logicalType": "timestamp-micros"}}}


def test_defaults_of_added_fields_are_kept() -> None:
    fields = {field["name"]: field for field in json.loads(schema_text(WindowOpenedWider))["fields"]}
    assert fields["angle"] == {"name": "angle", "type": "long", "default": 90}
    assert fields["panes"]["default"] == []


def test_into_an_empty_folder_everything_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], tmp_path) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(PUBLISHED_TYPES)
    assert Registry(tmp_path).names() == tuple(PUBLISHED_TYPES)
    assert main(["--check"], tmp_path) == 0


def test_a_second_run_changes_nothing(published: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (published / "avro").iterdir()}
    assert main([], published) == 0
    assert {path: path.stat().st_mtime_ns for path in (published / "avro").iterdir()} == before


def test_a_new_event_is_added_and_the_others_stay(published: Path) -> None:
    before = (published / "avro.lock").read_text(encoding="utf-8")
    types = {**PUBLISHED_TYPES, WindowOpened.TYPE: WindowOpened}
    apply(published, plan(published, types, NOBODY))
    after = (published / "avro.lock").read_text(encoding="utf-8")
    assert after.startswith(before)
    assert len(after.splitlines()) == len(before.splitlines()) + 1
    assert (published / "avro" / "window.opened.v1.avsc").read_text(encoding="utf-8") == schema_text(WindowOpened)


def test_a_published_schema_that_would_change_is_refused(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _publish_otherwise(published)
    before = (published / "avro" / "case.assigned.v1.avsc").read_bytes()
    assert main([], published) == 1
    told = capsys.readouterr().err
    assert "case.assigned.v1" in told
    assert "new version" in told
    assert "upcast" in told
    assert (published / "avro" / "case.assigned.v1.avsc").read_bytes() == before


def test_check_finds_a_published_schema_that_would_change(published: Path) -> None:
    _publish_otherwise(published)
    assert main(["--check"], published) == 1


def test_before_publication_a_schema_may_be_replaced(published: Path) -> None:
    _publish_otherwise(published)
    assert main(["--unpublished-replace"], published) == 0
    text = (published / "avro" / "case.assigned.v1.avsc").read_text(encoding="utf-8")
    assert text == schema_text(PUBLISHED_TYPES["case.assigned.v1"])
    assert main(["--check"], published) == 0


def test_check_names_what_is_missing_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"], tmp_path) == 1
    assert "not written yet: report.received.v1" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_lost_file_of_a_published_schema_is_restored(published: Path) -> None:
    path = published / "avro" / "case.assigned.v1.avsc"
    before = path.read_bytes()
    path.unlink()
    assert main([], published) == 0
    assert path.read_bytes() == before


def test_an_edited_file_of_a_published_schema_is_restored(published: Path) -> None:
    path = published / "avro" / "case.assigned.v1.avsc"
    before = path.read_bytes()
    path.write_bytes(before + b"\n")
    assert main([], published) == 0
    assert path.read_bytes() == before


def test_an_event_without_a_class_is_refused_unless_an_upcast_leads_on(published: Path) -> None:
    types = {name: kind for name, kind in PUBLISHED_TYPES.items() if name != "case.assigned.v1"}
    assert [(change.name, change.published) for change in plan(published, types, NOBODY)] == [
        ("case.assigned.v1", True)
    ]
    assert plan(published, types, frozenset({"case.assigned.v1"})) == ()


def test_a_removed_event_goes_before_publication_only(published: Path) -> None:
    types = {name: kind for name, kind in PUBLISHED_TYPES.items() if name != "case.assigned.v1"}
    apply(published, plan(published, types, NOBODY))
    assert not (published / "avro" / "case.assigned.v1.avsc").exists()
    assert "case.assigned.v1" not in parse_lock((published / "avro.lock").read_text(encoding="utf-8"))


def test_a_version_in_the_same_shape_is_refused_and_nothing_is_written(published: Path) -> None:
    types = {**PUBLISHED_TYPES, WindowOpened.TYPE: WindowOpened, WindowOpenedAgain.TYPE: WindowOpenedAgain}
    before = (published / "avro.lock").read_bytes()
    with pytest.raises(FieldNotStorable, match=r"window\.opened"):
        apply(published, plan(published, types, NOBODY))
    assert (published / "avro.lock").read_bytes() == before
    assert not (published / "avro" / "window.opened.v1.avsc").exists()


@pytest.mark.parametrize(
    ("annotation", "default"),
    [
        (float, ...),
        (bytes, ...),
        (datetime, ...),
        (int | str, ...),
        (int | str | None, ...),
        (dict[str, str], ...),
        (list[str], ...),
        (tuple[str, str], ...),
        (tuple[str | None, ...], ...),
        (tuple[tuple[str, ...], ...] | None | int, ...),
        (PackRef, PackRef(platform="p", version="v", digest="d")),
        (tuple[str, ...], ("a",)),
    ],
)
def test_what_the_published_language_has_no_word_for_is_refused(annotation: object, default: object) -> None:
    from pydantic import create_model  # noqa: PLC0415 - made here only

    kind = create_model("Odd", __base__=Event, __doc__="Odd.", odd=(annotation, default))
    kind.TYPE = "odd.made.v1"
    with pytest.raises(FieldNotStorable, match=r"Odd\.odd"):
        schema_text(kind)


def test_an_event_without_a_meaning_is_refused() -> None:
    kind = type(
        "Mute", (Event,), {"TYPE": "mute.made.v1", "__module__": __name__, "__annotations__": {"TYPE": ClassVar[str]}}
    )
    kind.__doc__ = None
    with pytest.raises(FieldNotStorable, match="docstring"):
        schema_text(kind)


def _publish_otherwise(folder: Path) -> None:
    """As if `case.assigned.v1` had been published with another meaning."""

    class Assigned(Event):
        """Another meaning."""

        TYPE: ClassVar[str] = "case.assigned.v1"

        officer: str

    apply(folder, plan(folder, {**PUBLISHED_TYPES, Assigned.TYPE: Assigned}, NOBODY))

"""`docs/events.md` says what the event classes say, and so do the JSON Schemas."""

from pathlib import Path

import pytest

from caseledger.event_docs import event_json_schema, main, render, titled_json_schema
from domain.catalogue import EVENT_TYPES
from domain.values import Evidence

PAGE = Path(__file__).resolve().parents[2] / "docs" / "events.md"


def test_the_committed_page_is_what_the_classes_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == render()


def test_check_passes_on_the_committed_page() -> None:
    assert main(["--check"]) == 0


def test_check_fails_on_a_page_that_differs_and_leaves_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "events.md"
    page.write_text(render() + "\nedited by hand\n", encoding="utf-8")
    assert main(["--check"], page) == 1
    assert "python -m caseledger.event_docs" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8").endswith("edited by hand\n")


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    page = tmp_path / "docs" / "events.md"
    assert main([], page) == 0
    assert page.read_text(encoding="utf-8") == render()


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_every_event_and_field_stands_on_the_page(name: str) -> None:
    part = render().partition(f"\n### `{name}`\n")[2].partition("\n### ")[0]
    own = EVENT_TYPES[name].model_fields.keys() - {"occurred_at", "cause"}
    assert {line.split("`")[1] for line in part.splitlines() if line.startswith("| `")} == own


def test_every_link_on_the_page_leads_somewhere() -> None:
    page = render()
    headings = {line.removeprefix("### ").lower() for line in page.splitlines() if line.startswith("### ")}
    targets = {rest.partition(")")[0] for rest in page.split("](#")[1:]}
    assert targets <= headings


def test_personal_fields_are_marked_on_the_page() -> None:
    assert "| `statement` | text, or none | **personal** |" in render()


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_a_json_schema_has_the_stored_name_as_its_title(name: str) -> None:
    schema = event_json_schema(name)
    assert schema["title"] == name
    assert set(schema["properties"]) == set(EVENT_TYPES[name].model_fields)


def test_a_json_schema_marks_personal_fields_also_in_nested_values() -> None:
    schema = event_json_schema("report.received.v1")
    marked = {name for name, field in schema["properties"].items() if field.get("personal")}
    assert marked == {"reporter", "contact_details", "statement", "snapshot"}
    assert schema["$defs"]["Evidence"]["properties"]["captured_from"]["personal"] is True


def test_a_json_schema_of_a_name_that_no_event_has_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        event_json_schema("report.vanished.v1")


def test_any_model_can_be_shown_under_its_users_name() -> None:
    assert titled_json_schema(Evidence, "attach_evidence")["title"] == "attach_evidence"

"""`caseledger schema`: a JSON Schema for every command and event."""

import json
from pathlib import Path

import pytest

from domain.catalogue import EVENT_TYPES
from domain.commands import COMMAND_TYPES
from tests.support.cli_folder import error, text


@pytest.mark.parametrize(("kind", "known"), [("command", COMMAND_TYPES), ("event", EVENT_TYPES)])
def test_every_name_is_listed_and_has_a_schema(tmp_path: Path, kind: str, known: dict[str, object]) -> None:
    listed = json.loads(text(tmp_path, "schema", kind, "--json"))
    assert [line["name"] for line in listed] == list(known)
    assert all(line["summary"] for line in listed)
    for name in (next(iter(known)), list(known)[-1]):
        schema = json.loads(text(tmp_path, "schema", kind, name))
        assert (schema["title"], schema["type"]) == (name, "object")


def test_a_command_has_its_envelope_and_closed_fields(tmp_path: Path) -> None:
    schema = json.loads(text(tmp_path, "schema", "command", "file_report"))
    assert {"platform", "at", "command", "report", "subject"} <= set(schema["properties"])
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(("kind", "name"), [("command", "report_file"), ("event", "case.closed.v1")])
def test_a_name_that_does_not_exist_is_told_with_what_is_like_it(tmp_path: Path, kind: str, name: str) -> None:
    status, code, reason = error(tmp_path, "schema", kind, name)
    assert (status, code) == (1, f"{kind}_unknown")
    assert "did you mean" in reason

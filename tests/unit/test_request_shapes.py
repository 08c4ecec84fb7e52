"""A request in JSON is strict, and its id follows from what it asks."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic import ValidationError

from caseledger.application.requests import Envelope, command_id_of, parse_request, request_model
from domain.command_values import ItemRef, ReportRef
from domain.commands import COMMAND_TYPES, AddNote, FileReport
from domain.recorded import Role
from tests.support.examples import ANN, ask, case_of, filed, item, with_id

NOTE = {
    "platform": "example",
    "at": "2021-03-10T12:00:00+08:00",
    "command": "add_note",
    "case": {"report": "r-1"},
    "text": "x",
}


def parsed(**changes: object) -> object:
    """A note, changed."""
    return parse_request("add_note", json.dumps({**NOTE, **changes}))


def test_envelope_and_fields_stand_side_by_side() -> None:
    request = parsed(
        actor=ANN, actor_role="senior_reviewer", command_id=str(UUID(int=1)), correlation_id=str(UUID(int=2))
    )
    assert (request.platform, request.at) == ("example", datetime(2021, 3, 10, 4, tzinfo=UTC))
    assert (request.actor, request.role) == (ANN, Role.SENIOR_REVIEWER)
    assert (request.command_id, request.correlation_id) == (UUID(int=1), UUID(int=2))
    assert isinstance(request.command, AddNote)
    assert request.command.case == ReportRef(system="direct", report="r-1")


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        (str(case_of().uuid), UUID),
        ({"report": "r-1", "system": "s"}, ReportRef),
        ({"subject": {"type": "content", "id": "c"}, "content": "c"}, ItemRef),
    ],
)
def test_a_case_is_named_in_three_ways(case: object, kind: type) -> None:
    assert isinstance(parsed(case=case).command.case, kind)


@pytest.mark.parametrize(
    "changes",
    [
        {"at": "2021-03-10T12:00:00"},
        {"at": 1615348800},
        {"text": 5},
        {"text": ""},
        {"unknown": 1},
        {"actor_role": "king"},
        {"case": {"report": "r-1", "content": "c"}},
        {"command": "mark_major"},
        {"command_id": "1"},
    ],
)
def test_nothing_is_coerced_and_nothing_ignored(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        parsed(**changes)


def test_an_unknown_command_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        parse_request("no_such", "{}")


@pytest.mark.parametrize("name", COMMAND_TYPES)
def test_every_command_has_one_shape_with_its_envelope(name: str) -> None:
    fields = set(request_model(name).model_json_schema()["properties"])
    assert fields == {"command", *Envelope.model_fields, *COMMAND_TYPES[name].model_fields}
    assert request_model(name) is request_model(name)


def test_the_same_request_has_the_same_id() -> None:
    request = ask(AddNote(case=item(), text="x"), 0)
    assert command_id_of(request) == command_id_of(ask(AddNote(case=item(), text="x"), 0))
    others = [
        ask(AddNote(case=item(), text="y"), 0),
        ask(AddNote(case=item(), text="x"), 1),
        ask(AddNote(case=item(), text="x"), 0, "somebody"),
    ]
    assert command_id_of(request) not in [command_id_of(other) for other in others]


def test_an_id_does_not_depend_on_how_the_request_was_made() -> None:
    request = parsed(case={"report": "r-1"})
    same = ask(AddNote(case=ReportRef(report="r-1"), text="x"), 0, None)
    assert command_id_of(request) == command_id_of(same)


def test_an_id_that_was_given_is_kept() -> None:
    assert command_id_of(with_id(filed(), 9)) == UUID(int=9)


def test_reports_are_told_apart_by_their_own_id_alone() -> None:
    assert command_id_of(filed(report="r-1", statement="a")) == command_id_of(filed(report="r-1", statement="b"))
    assert command_id_of(filed(report="r-1")) != command_id_of(filed(report="r-2"))
    assert isinstance(filed().command, FileReport)

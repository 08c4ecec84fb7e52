"""The JSON shape of commands."""

from caseledger.application.requests import ENVELOPE, request_model
from domain.commands import COMMAND_TYPES


def test_no_field_of_a_command_hides_one_of_the_envelope() -> None:
    assert {name: shared for name, kind in COMMAND_TYPES.items() if (shared := ENVELOPE & set(kind.model_fields))} == {}


def test_every_command_has_its_shape() -> None:
    for name in COMMAND_TYPES:
        assert {"platform", "at", "command"} <= set(request_model(name).model_fields)

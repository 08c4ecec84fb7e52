"""Renders docs/commands.md: every command with its fields, and every refusal with its code."""

from typing import Any

from caseledger.application import gateway, keeping, service
from caseledger.application.requests import ENVELOPE, ROLE_OF, request_model
from domain.commands import COMMAND_TYPES
from domain.personal import personal_paths
from domain.recorded import Role
from domain.refusals import refusal_codes

_HEAD = """# Commands

One command is one JSON object, the same in scenario files, in `ingest` and in every later interface: the envelope and
the command's own fields side by side. This page is generated from the models; `caseledger schema command NAME` prints
the JSON Schema of one.

## The envelope

{envelope}

A time carries its offset, such as `2021-03-10T12:00:00+08:00`. A case is named by its id, by a report that joined it,
`{{"report": "r-1", "system": "direct"}}`, or by its item, `{{"subject": {{"type": "content", "id": "c-1"}}, "content":
"c-1"}}`. A measure is `"mute:P3D"` or `{{"kind": "mute", "duration": "P3D"}}`. A sanction's id is the id of the event
that imposed it, `<stream>.<version>`. Fields marked *personal* identify a person or may; they never reach read models,
logs or error texts.

"""

_REFUSALS = """## Refusals

A refused command writes nothing. The code of a refusal never changes its meaning.

| code | when |
|---|---|
"""


def render() -> str:
    """The page."""
    assert service.DatedInTheFuture.code  # noqa: S101 - the refusals of these modules count as known once imported
    assert gateway.PlatformUnknown.code  # noqa: S101 - the same
    assert keeping.TooMuchDue.code  # noqa: S101 - the same
    envelope = _table(request_model("add_note").model_json_schema(), ENVELOPE, frozenset())
    parts = [_HEAD.format(envelope=envelope)]
    parts += [_command(name) for name in COMMAND_TYPES]
    rows = (f"| `{code}` | {_one_line(kind.__doc__)} |" for code, kind in refusal_codes().items())
    return "".join(parts) + _REFUSALS + "\n".join(rows) + "\n"


def _command(name: str) -> str:
    kind = COMMAND_TYPES[name]
    schema = request_model(name).model_json_schema()
    fields = frozenset(kind.model_fields)
    role = ROLE_OF.get(name, Role.REVIEWER)
    table = _table(schema, fields, personal_paths(kind))
    about = f"{_one_line(kind.__doc__)} Given in the role `{role.value}` unless another is named."
    return f"## `{name}`\n\n{about}\n\n{table}\n\n"


def _table(schema: dict[str, Any], names: frozenset[str], personal: frozenset[str]) -> str:
    required = set(schema.get("required", ()))
    lines = ["| field | type | |", "|---|---|---|"]
    for name, field in schema["properties"].items():
        if name in names:
            notes = ["required"] if name in required else _default(field)
            notes += ["*personal*"] if name in personal else []
            lines.append(f"| `{name}` | {_type(field, schema)} | {', '.join(notes)} |")
    return "\n".join(lines)


def _default(field: dict[str, Any]) -> list[str]:
    default = field.get("default")
    return [] if default in (None, [], False) else [f"default `{default}`"]


def _type(field: dict[str, Any], schema: dict[str, Any]) -> str:
    if "$ref" in field:
        return _type(schema["$defs"][field["$ref"].rpartition("/")[2]], schema)
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_type(each, schema) for each in field["anyOf"] if each.get("type") != "null"))
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    match field.get("type"):
        case "array":
            return f"list of {_type(field['items'], schema)}"
        case "object":
            return "{" + ", ".join(f"`{name}`" for name in field.get("properties", ())) + "}"
        case "string":
            limit = f", at most {field['maxLength']} characters" if "maxLength" in field else ""
            return {"date-time": "time", "uuid": "UUID"}.get(field.get("format", ""), f"text{limit}")
        case kind:
            return str(kind)


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())

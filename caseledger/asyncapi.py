"""Renders schemas/asyncapi.json: every topic, and every kind of message on it, as an AsyncAPI 3.0 document.

Source: AsyncAPI Specification 3.0.0 and its Kafka bindings 0.5.0. Avro schemas are referred to where they are.
"""

import json
from collections.abc import Mapping
from importlib.metadata import version
from inspect import cleandoc
from typing import Any, Final

from caseledger.application.requests import request_model
from caseledger.event_docs import titled_json_schema
from consumers import inbound, refusals
from domain.catalogue import EVENT_TYPES
from infra.journal import schemas as journal_schemas
from schemas.cloudevents import CONTENT_TYPE, DATA_SCHEMA, SOURCE, SPEC_VERSION
from schemas.publication import FOLDER
from schemas.topics import SETTINGS, TopicKind

ASYNCAPI: Final = "3.0.0"
KAFKA_BINDING: Final = "0.5.0"
AVRO: Final = "application/vnd.apache.avro;version=1.9.0"
"""What the specification calls Avro's JSON form; the schemas use nothing newer."""

REPORT_SCHEMA: Final = "message.report.v1"
JOURNAL_RECORDS: Final = {
    "appends": (journal_schemas.APPENDS_SCHEMA, "One writer's appends, recorded together."),
    "cancel": (journal_schemas.CANCEL_SCHEMA, "Appends that must not take effect unless they were seen before."),
    "schema": (journal_schemas.SCHEMA_SCHEMA, "The text of an Avro schema, before its first use."),
}

_ABOUT: Final = """\
The topics of caseledger. A platform has one of each; in their names, `{platform}` stands for the platform's.

Values in Avro are in its single-object encoding (C3 01, the schema's fingerprint, the record), or, where a
Confluent-compatible schema registry is configured, in its frame (00, the schema's id, the record). This document is
generated; docs/publishing.md tells how to read the events."""

Json = dict[str, Any]

_TITLES: Final[Mapping[TopicKind, tuple[str, str]]] = {
    TopicKind.REPORTS: ("Reports for us", "What upstream systems report; the key is the subject."),
    TopicKind.REFUSED: ("Refused messages", "Messages that could not be taken, unchanged, and why."),
    TopicKind.EVENTS: (
        "Published events",
        "Every event of the ledger in its order, without personal fields; the key is the stream's id.",
    ),
    TopicKind.LEDGER: (
        "The ledger",
        "The journal itself, internal and with personal data: nobody else reads or writes.",
    ),
}


def render() -> str:
    """The document's text."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def document() -> Json:
    """The whole document."""
    messages = {**_reports(), **_refused(), **_events(), **_ledger()}
    by_kind = {
        TopicKind.REPORTS: list(_reports()),
        TopicKind.REFUSED: list(_refused()),
        TopicKind.EVENTS: list(_events()),
        TopicKind.LEDGER: list(_ledger()),
    }
    return {
        "asyncapi": ASYNCAPI,
        "info": {
            "title": "caseledger",
            "version": version("caseledger"),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "channels": {_channel_name(kind): _channel(kind, names) for kind, names in by_kind.items()},
        "operations": {
            "takeReports": _operation("receive", TopicKind.REPORTS, "`caseledger consume` takes reports in."),
            "setAside": _operation("send", TopicKind.REFUSED, "`caseledger consume` sets aside what it cannot take."),
            "publishEvents": _operation("send", TopicKind.EVENTS, "`caseledger publish` publishes the ledger."),
        },
        "components": {"messages": messages},
    }


def _channel_name(kind: TopicKind) -> str:
    return kind.value.replace(".", "_")


def _channel(kind: TopicKind, messages: list[str]) -> Json:
    title, about = _TITLES[kind]
    settings = SETTINGS[kind]
    configuration: Json = {
        name: value.split(",") if name == "cleanup.policy" else int(value)
        for name, value in settings.config.items()
        if name != "unclean.leader.election.enable"
    }
    return {
        "address": f"{{platform}}.{kind}",
        "title": title,
        "description": about,
        "parameters": {"platform": {"description": "The platform: lower-case letters, digits and hyphens."}},
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {
            "kafka": {
                "partitions": settings.partitions,
                "topicConfiguration": configuration,
                "bindingVersion": KAFKA_BINDING,
            }
        },
    }


def _operation(action: str, kind: TopicKind, about: str) -> Json:
    return {"action": action, "channel": {"$ref": f"#/channels/{_channel_name(kind)}"}, "summary": about}


def _reports() -> dict[str, Json]:
    """The three forms in which a report may come."""
    key = {"type": "string", "description": "The subject, so that reports about it stay in order."}
    schema = titled_json_schema(request_model("file_report"), "file_report")
    return {
        "report_json": _message("A report in JSON", inbound.JSON_REPORT, schema, key)
        | {"summary": "The fields of the command file_report; `application/json` is taken as well."},
        "report_avro": _message("A report in Avro", inbound.AVRO_REPORT, _avro(f"./avro/{REPORT_SCHEMA}.avsc"), key)
        | {"summary": f"The same fields by the schema {REPORT_SCHEMA}; `application/avro` is taken as well."},
        "report_xarf": _message(
            "A report in XARF 4",
            inbound.XARF_REPORT,
            {
                "type": "object",
                "required": ["xarf_version", "report_id", "category", "type"],
                "properties": {"xarf_version": {"type": "string", "pattern": "^4\\."}},
                "description": "An eXtended Abuse Reporting Format report; its own schemas are at https://xarf.org.",
            },
            key,
        ),
    }


def _refused() -> dict[str, Json]:
    headers = {name: {"type": "string"} for name in sorted(refusals.OURS)}
    described: Json = {"type": "object", "properties": headers, "required": [refusals.CODES, refusals.REASON]}
    any_value: Json = {"description": "The message's own value, unchanged, whatever it is."}
    key = {"description": "The message's own key, unchanged."}
    return {"refused": _message("A refused message", None, any_value, key) | {"headers": described}}


def _events() -> dict[str, Json]:
    """A message for each kind of event, with its headers."""
    key = {"type": "string", "format": "uuid", "description": "The id of the event's stream."}
    found: dict[str, Json] = {}
    for name, kind in EVENT_TYPES.items():
        message = _message(name, CONTENT_TYPE, _avro(f"./{FOLDER}/avro/{name}.avsc"), key)
        found[name] = message | {"summary": " ".join(cleandoc(kind.__doc__ or "").split()), "headers": _headers(name)}
    return found


def _headers(name: str) -> Json:
    """The CloudEvents attributes of one kind of event, as the headers that carry them."""
    text = {"type": "string"}
    number = {"type": "string", "pattern": "^[1-9][0-9]*$"}
    properties: dict[str, Json] = {
        "ce_specversion": {"const": SPEC_VERSION},
        "ce_id": text | {"description": "The event's id: its stream and version, `<uuid>.<version>`."},
        "ce_source": text | {"description": SOURCE},
        "ce_type": {"const": name},
        "ce_time": text | {"format": "date-time", "description": "When it happened, in UTC."},
        "ce_subject": text | {"description": "The kind of stream, and its id."},
        "ce_dataschema": {"const": DATA_SCHEMA.format(name=name)},
        "ce_position": number | {"description": "Its place in the ledger, from 1: rises by one from event to event."},
        "ce_version": number | {"description": "Its place in its stream, from 1."},
        "content-type": {"const": CONTENT_TYPE},
    }
    return {"type": "object", "properties": properties, "required": list(properties)}


def _ledger() -> dict[str, Json]:
    key = {"description": "None."}
    return {
        f"journal_{name}": _message(
            f"journal.{name}", None, {"schemaFormat": AVRO, "schema": _in_namespace(json.loads(text))}, key
        )
        | {"summary": about}
        for name, (text, about) in JOURNAL_RECORDS.items()
    }


def _in_namespace(tree: Any) -> Any:  # noqa: ANN401 - JSON
    """An Avro schema whose full names are in two parts, as the specification's own schema of Avro wants them."""
    if isinstance(tree, list):
        return [_in_namespace(each) for each in tree]
    if not isinstance(tree, dict):
        return tree
    inner = {key: _in_namespace(value) for key, value in tree.items()}
    namespace, dot, name = str(tree.get("name", "")).rpartition(".")
    return inner | ({"namespace": namespace, "name": name} if dot else {})


def _avro(path: str) -> Json:
    return {"schemaFormat": AVRO, "schema": {"$ref": path}}


def _message(title: str, content_type: str | None, payload: Json, key: Json) -> Json:
    described: Json = {"name": title, "title": title} | ({"contentType": content_type} if content_type else {})
    return described | {
        "payload": payload,
        "bindings": {"kafka": {"key": key, "bindingVersion": KAFKA_BINDING}},
    }

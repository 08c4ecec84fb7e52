"""Inbound messages of our own shape: found by content type or by their first bytes, in JSON or in Avro."""

import json
from io import BytesIO

import fastavro
import pytest

from caseledger.application.lines import request_of
from consumers import inbound
from consumers.inbound import AVRO_REPORT, JSON_REPORT, Inbound
from consumers.messages import Message, Poison, SourceFailed
from consumers.report import ReportMessage, SchemaIdUnknown, avro_of
from domain.commands import FileReport
from domain.reports.filing import report_digest
from schemas.registry import published
from tests.support.examples import SHA, minute, report

COMMAND = report(
    posted_at=minute(-5),
    statement="he said it",
    attachments=[
        {"sha256": SHA, "media_type": "image/png", "size": 3, "captured_at": minute(-1), "captured_how": "screenshot"}
    ],
)
AVRO = avro_of(
    COMMAND,
    {"at": minute(0), "platform": None, "actor": None, "actor_role": None, "command_id": None, "correlation_id": None},
)
TEXT = published().schema(ReportMessage.TYPE).text


def message(value: bytes | None, *headers: tuple[str, bytes]) -> Message:
    """A message as it came."""
    return Message("p.reports", 0, 0, 0, b"k", value, headers)


def of_type(value: bytes, content_type: str) -> Message:
    """A message that says what it is."""
    return message(value, ("Content-Type", content_type.encode()))


def code_of(given: Message, reader: Inbound | None = None) -> str:
    """The first code of a message that cannot be taken."""
    with pytest.raises(Poison) as refused:
        (reader or Inbound(published())).line(given)
    return refused.value.codes[0]


def confluent(schema_id: int, writer: dict, record: dict) -> bytes:
    """In the registry's frame."""
    out = BytesIO()
    fastavro.schemaless_writer(out, fastavro.parse_schema(writer), record)
    return b"\0" + schema_id.to_bytes(4) + out.getvalue()


def record() -> dict:
    """The report as a record of its schema."""
    _, found = published().decode(AVRO)
    return {**found, "attachments": [dict(each) for each in found["attachments"]]}


@pytest.mark.parametrize("content_type", [JSON_REPORT, "application/json", "Application/JSON; charset=utf-8"])
def test_json_is_given_on_as_it_is(content_type: str) -> None:
    assert Inbound(published()).line(of_type(b'{"a":1}', content_type)) == b'{"a":1}'


@pytest.mark.parametrize("given", [of_type(AVRO, AVRO_REPORT), of_type(AVRO, "avro/binary"), message(AVRO)])
def test_avro_is_the_same_report_as_json(given: Message) -> None:
    asked = request_of(Inbound(published()).line(given), command="file_report", platform="p")
    assert isinstance(asked.command, FileReport)
    assert report_digest(asked.command) == report_digest(COMMAND)
    assert (asked.at, asked.platform, asked.actor) == (minute(0), "p", None)


def test_without_a_content_type_the_first_bytes_tell() -> None:
    reader = Inbound(published())
    assert reader.line(message(b'{"report":"1"}')) == b'{"report":"1"}'
    assert code_of(message(b'{"xarf_version":"3"}')) == "xarf_version_unsupported"
    assert code_of(message(b"\0\0\0\0\1\0")) == "schema_id_unknown"


def test_of_several_content_types_the_last_one_counts() -> None:
    given = message(AVRO, ("content-type", b"text/html"), ("other", b""), ("CONTENT-TYPE", AVRO_REPORT.encode()))
    assert b'"report": "r-1"' in Inbound(published()).line(given)


def test_an_envelope_in_avro_is_read_back() -> None:
    command_id = "9f0c2f3e-0d5f-4c3a-9d3e-0a1b2c3d4e5f"
    envelope = {
        "at": minute(0),
        "platform": "p",
        "actor": "hotline",
        "actor_role": "intake",
        "command_id": command_id,
        "correlation_id": None,
    }
    line = json.loads(Inbound(published()).line(message(avro_of(COMMAND, envelope))))
    assert (line["platform"], line["actor"], line["actor_role"], line["command_id"]) == (
        "p",
        "hotline",
        "intake",
        command_id,
    )
    assert "correlation_id" not in line


def test_in_the_registrys_frame_the_writers_schema_is_looked_up_once() -> None:
    asked: list[int] = []

    def schema_of(schema_id: int) -> str:
        asked.append(schema_id)
        return TEXT

    reader = Inbound(published(), schema_of)
    value = confluent(7, json.loads(TEXT), record())
    for _ in range(2):
        line = reader.line(message(value))
        assert report_digest(request_of(line, command="file_report", platform="p").command) == report_digest(COMMAND)
    assert asked == [7]


def test_a_writer_with_fewer_and_other_fields_is_understood() -> None:
    writer = json.loads(TEXT)
    kept = {"report", "source", "subject", "at"}
    writer["fields"] = [field for field in writer["fields"] if field["name"] in kept]
    writer["fields"].append({"name": "of_their_own", "type": "int"})
    given = {name: value for name, value in record().items() if name in kept} | {"of_their_own": 1}
    line = json.loads(Inbound(published(), lambda _: json.dumps(writer)).line(message(confluent(7, writer, given))))
    assert (line["report"], line["system"], line["codes"]) == ("r-1", "direct", [])
    assert "of_their_own" not in line


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (b"{}", "avro_unframed"),
        (b"\0\0\0\0\7", "avro_unframed"),
        (AVRO[:-1], "avro_malformed"),
        (AVRO + b"x", "avro_malformed"),
        (b"\xc3\x01" + bytes(9), "schema_unknown"),
    ],
)
def test_avro_that_is_none_has_its_code(value: bytes, code: str) -> None:
    assert code_of(of_type(value, AVRO_REPORT)) == code


def test_an_event_is_no_report() -> None:
    name = "case.note_added.v1"
    data = published().encode(
        name,
        {
            "occurred_at": minute(0),
            "cause": {
                "actor": "a",
                "role": "reviewer",
                "command_id": "9f0c2f3e-0d5f-4c3a-9d3e-0a1b2c3d4e5f",
                "correlation_id": "9f0c2f3e-0d5f-4c3a-9d3e-0a1b2c3d4e5f",
                "policy_version": None,
            },
            "text": "t",
        },
    )
    assert code_of(message(data)) == "not_a_report"


def unknown(schema_id: int) -> str:
    """A registry that knows nothing."""
    raise SchemaIdUnknown(str(schema_id))


@pytest.mark.parametrize(
    ("schema_of", "value", "code"),
    [
        (unknown, b"\0\0\0\0\7\1", "schema_id_unknown"),
        (lambda _: "{", b"\0\0\0\0\7\1", "schema_unusable"),
        (lambda _: '{"type": "no such"}', b"\0\0\0\0\7\1", "schema_unusable"),
        (lambda _: '"string"', b"\0\0\0\0\7\2a", "avro_malformed"),
        (lambda _: TEXT, b"\0\0\0\0\7\2a", "avro_malformed"),
        (lambda _: TEXT, confluent(7, json.loads(TEXT), record()) + b"x", "avro_malformed"),
    ],
)
def test_what_the_registry_cannot_explain_is_poison(schema_of: object, value: bytes, code: str) -> None:
    assert code_of(message(value), Inbound(published(), schema_of)) == code  # type: ignore[arg-type]


def test_a_registry_that_cannot_be_asked_is_no_fault_of_the_message() -> None:
    def down(schema_id: int) -> str:
        raise SourceFailed(f"no answer about {schema_id}")

    with pytest.raises(SourceFailed, match="7"):
        Inbound(published(), down).line(message(b"\0\0\0\0\7\1"))


def test_empty_long_and_unknown_messages_are_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    assert code_of(message(None)) == code_of(message(b"")) == "empty_message"
    assert code_of(of_type(b"x", "text/html")) == "content_type_unknown"
    assert code_of(of_type(b"x", "text/\xff")) == "content_type_unknown"
    monkeypatch.setattr(inbound, "VALUE_BYTES_MAX", 3)
    assert code_of(message(b"abcd")) == "message_too_long"


def test_the_bytes_of_a_report_in_avro_mean_for_ever_what_they_mean_today() -> None:
    stored = bytes.fromhex(
        "c301f575d5a5470f8cc40c64697265637406722d310875736572020c627574746f6e02147265706f727465722d3701010002066170700e"
        "636f6e74656e740c706f73742d31020a6163632d31020c706f73742d310002087370616d001473756666696369656e7400021468652073"
        "61696420697402"
        "1c776861742069742073686f7765640080c0ccb6d6c9de050000000000"
    )
    asked = request_of(Inbound(published()).line(message(stored)), command="file_report", platform="p")
    assert (asked.command, asked.at) == (request_of_example(), minute(0))


def request_of_example() -> object:
    """The command in those bytes, as it is read from a line."""
    line = {
        **json.loads(report(statement="he said it").model_dump_json(exclude_defaults=True)),
        "at": "2021-03-10T04:00:00Z",
    }
    return request_of(json.dumps(line).encode(), command="file_report", platform="p").command

"""Inbound reports of our own shape: the fields of `file_report` with its envelope, in JSON or in Avro."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import ClassVar, Final
from uuid import UUID

import fastavro
from fastavro.schema import SchemaParseException, UnknownType
from fastavro.types import Schema

from consumers.messages import Message, Poison
from domain.commands import FileReport
from domain.policy.instants import Instant, utc_text
from domain.recorded import Role
from domain.values import Id
from schemas.errors import Malformed, SchemaUnknown
from schemas.registry import MAGIC, Registry, published

CONFLUENT_MAGIC: Final = b"\0"
CONFLUENT_HEADER_BYTES: Final = 5
"""A zero, and the id of the writer's schema in four bytes. Source: Confluent Schema Registry, "Wire format"."""

WRITERS_KEPT_MAX: Final = 64
"""Writers' schemas that are kept parsed."""


class ReportMessage(FileReport):
    """A report as it is sent to us: the fields of the command file_report, when it was made, and by whom."""

    TYPE: ClassVar[str] = "message.report.v1"

    at: Instant
    platform: Id | None = None
    actor: Id | None = None
    actor_role: Role | None = None
    command_id: UUID | None = None
    correlation_id: UUID | None = None


class SchemaIdUnknown(Exception):  # noqa: N818 - named as the sentence it says
    """No schema is registered under this id."""


SchemaOfId = Callable[[int], str]
"""The text of the schema under a registry's id. Raises `SchemaIdUnknown`; `SourceFailed` when it cannot be asked."""


class Reports:
    """Reads reports of our own shape; each becomes the JSON of a `file_report` line."""

    def __init__(self, registry: Registry, schema_of: SchemaOfId | None) -> None:
        """Bind the published schemas, and a schema registry where there is one."""
        self._registry = registry
        self._writer = None if schema_of is None else _writers(schema_of)

    def json(self, message: Message, value: bytes) -> bytes:
        """The JSON itself; whether it is a report is found out where lines are read."""
        del message
        return value

    def avro(self, message: Message, value: bytes) -> bytes:
        """From Avro in either framing. Raises `Poison`, or `SourceFailed` when the registry cannot be asked."""
        del message
        if value.startswith(MAGIC):
            return self._single_object(value)
        if value.startswith(CONFLUENT_MAGIC) and len(value) > CONFLUENT_HEADER_BYTES:
            return self._confluent(value)
        raise Poison("begins with neither C3 01 nor 00 and a schema id", "avro_unframed")

    def _single_object(self, value: bytes) -> bytes:
        try:
            name, record = self._registry.decode(value)
        except SchemaUnknown as fault:
            raise Poison(str(fault), "schema_unknown") from None
        except Malformed as fault:
            raise Poison(str(fault), "avro_malformed") from None
        if name != ReportMessage.TYPE:
            raise Poison(f"holds {name}, and not {ReportMessage.TYPE}", "not_a_report")
        return _line(record)

    def _confluent(self, value: bytes) -> bytes:
        schema_id = int.from_bytes(value[1:CONFLUENT_HEADER_BYTES])
        if self._writer is None:
            raise Poison(f"no schema registry is set up to look up schema id {schema_id}", "schema_id_unknown")
        writer = self._writer(schema_id)
        data = BytesIO(value)
        data.seek(CONFLUENT_HEADER_BYTES)
        try:
            record = fastavro.schemaless_reader(data, writer, self._reader())
        except _UNREADABLE:
            raise Poison(f"does not read as {ReportMessage.TYPE} by schema id {schema_id}", "avro_malformed") from None
        if data.tell() != len(value) or not isinstance(record, dict):
            raise Poison("bytes follow the record, or it is none", "avro_malformed")
        return _line(record)

    def _reader(self) -> Schema:
        return _reader(self._registry.schema(ReportMessage.TYPE).text)


_UNREADABLE: Final = (
    fastavro.read.SchemaResolutionError,
    EOFError,
    IndexError,
    KeyError,
    MemoryError,
    OverflowError,
    TypeError,
    ValueError,
)
"""What fastavro raises for bytes that the schema does not fit."""


def _writers(schema_of: SchemaOfId) -> Callable[[int], Schema]:
    """Parsed writers' schemas by id; the last ones used are kept."""

    @lru_cache(maxsize=WRITERS_KEPT_MAX)
    def parsed(schema_id: int) -> Schema:
        try:
            return fastavro.parse_schema(json.loads(schema_of(schema_id)))
        except SchemaIdUnknown:
            raise Poison(f"no schema is registered under id {schema_id}", "schema_id_unknown") from None
        except (SchemaParseException, UnknownType, ValueError, KeyError, TypeError):
            raise Poison(f"what is registered under id {schema_id} is no Avro schema", "schema_unusable") from None

    return parsed


@lru_cache(maxsize=1)
def _reader(text: str) -> Schema:
    return fastavro.parse_schema(json.loads(text))


def avro_of(command: FileReport, envelope: Mapping[str, object]) -> bytes:
    """A report in Avro's single-object encoding. Raises `SchemaMismatch` for an envelope that does not fit."""
    fields = command.model_dump(include=set(FileReport.model_fields))
    return published().encode(ReportMessage.TYPE, {**fields, **envelope})


def _line(record: Mapping[str, object]) -> bytes:
    """The record as the JSON of a line, without what is not there."""
    body = {name: value for name, value in record.items() if value is not None}
    return json.dumps(body, ensure_ascii=False, default=_plain).encode()


def _plain(value: object) -> str:
    return utc_text(value) if isinstance(value, datetime) else str(value)

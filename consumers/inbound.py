"""Which reader an inbound message gets: by its content type, or by how its bytes begin where it names none."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from consumers.messages import Message, Poison
from consumers.report import CONFLUENT_MAGIC, Reports, SchemaOfId
from consumers.xarf import VERSION_FIELD, xarf_line
from schemas.registry import MAGIC, Registry

CONTENT_TYPE: Final = "content-type"
"""The header that says what a message is. Source: CloudEvents 1.0, Kafka protocol binding."""

JSON_REPORT: Final = "application/vnd.caseledger.report+json"
AVRO_REPORT: Final = "application/vnd.caseledger.report+avro"
XARF_REPORT: Final = "application/xarf+json"

VALUE_BYTES_MAX: Final = 1_048_576
"""A message with a longer value is refused unread."""

Reader = Callable[[Message, bytes], bytes]
"""The JSON of a `file_report` line that a message stands for. Raises `Poison`."""


class Inbound:
    """Reads every kind of inbound message."""

    def __init__(self, registry: Registry, schema_of: SchemaOfId | None = None) -> None:
        """Bind the published schemas, and a schema registry where there is one."""
        reports = Reports(registry, schema_of)
        self._readers: Mapping[str, Reader] = MappingProxyType(
            {
                JSON_REPORT: reports.json,
                "application/json": reports.json,
                AVRO_REPORT: reports.avro,
                "application/avro": reports.avro,
                "avro/binary": reports.avro,
                XARF_REPORT: xarf_line,
                "application/vnd.xarf+json": xarf_line,
            }
        )

    def line(self, message: Message) -> bytes:
        """The JSON of the `file_report` line that this message stands for.

        Raises `Poison`, or `SourceFailed` when a schema registry cannot be asked.
        """
        value = message.value
        if not value:
            raise Poison("the message has no value", "empty_message")
        if len(value) > VALUE_BYTES_MAX:
            raise Poison(f"{len(value)} bytes; a message has at most {VALUE_BYTES_MAX}", "message_too_long")
        given = message.header(CONTENT_TYPE)
        name = _media_type(given) if given else _sniffed(value)
        reader = self._readers.get(name)
        if reader is None:
            known = ", ".join(self._readers)
            raise Poison(f"its content type is none of {known}", "content_type_unknown")
        return reader(message, value)


def _media_type(header: bytes) -> str:
    """The type without parameters, in lower case."""
    return header.decode("ascii", "replace").partition(";")[0].strip().lower()


def _sniffed(value: bytes) -> str:
    """What the bytes say where no header does; JSON never begins with C3 01 or with 00."""
    if value.startswith((MAGIC, CONFLUENT_MAGIC)):
        return AVRO_REPORT
    return XARF_REPORT if VERSION_FIELD in value else JSON_REPORT

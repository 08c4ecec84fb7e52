"""The frame by which readers of a Confluent-compatible schema registry know a schema: 00, its id, the Avro record.

The id is four bytes, big-endian. Source: Confluent Schema Registry, "Wire format". An Avro single-object encoding
begins with C3 01, so the first byte tells the two apart.
"""

from typing import Final

from schemas.errors import Malformed

MAGIC: Final = b"\x00"
ID_BYTES: Final = 4
FRAME_BYTES: Final = len(MAGIC) + ID_BYTES
SCHEMA_ID_MAX: Final = (1 << 31) - 1


def framed(schema_id: int, body: bytes) -> bytes:
    """An Avro record in the frame of its schema's id; `ValueError` for an id that no registry gives."""
    if not 0 <= schema_id <= SCHEMA_ID_MAX:
        raise ValueError(f"{schema_id} is no id of a schema")
    return MAGIC + schema_id.to_bytes(ID_BYTES, "big") + body


def is_framed(data: bytes) -> bool:
    """Whether the data begins as a frame does."""
    return data[: len(MAGIC)] == MAGIC


def unframed(data: bytes) -> tuple[int, bytes]:
    """The schema's id and the Avro record of a frame; raises `Malformed`."""
    if not is_framed(data) or len(data) < FRAME_BYTES:
        raise Malformed("does not begin with 00 and the id of a schema")
    schema_id = int.from_bytes(data[len(MAGIC) : FRAME_BYTES], "big")
    if schema_id > SCHEMA_ID_MAX:
        raise Malformed("the id of its schema is negative")
    return schema_id, data[FRAME_BYTES:]

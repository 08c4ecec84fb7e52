"""What a log record is: `appends`, `cancel` or `schema`, each in Avro's single-object encoding.

The schemas are contracts: a journal written with them is readable for ever, with its own `schema` records and nothing
else. Arrays are written in one block. A new meaning is a new schema beside these.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from eventsourcing.persistence import StoredEvent, Tracking
from fastavro.schema import (
    SchemaParseException,
    UnknownType,
    fingerprint,
    parse_schema,
    to_parsing_canonical_form,
)

from infra.journal.appends import ID_BYTES, Append, Key
from infra.journal.avro import (
    MalformedError,
    long,
    read_count,
    read_end,
    read_fixed,
    read_long,
    read_string,
    string,
)
from infra.journal.claims import Claim, Run
from infra.journal.events import read_run, uuid_of
from infra.journal.record_claims import read_claims
from infra.journal.schemas import (
    APPENDS_FINGERPRINT,
    APPENDS_SCHEMA,
    CANCEL_FINGERPRINT,
    CANCEL_SCHEMA,
    FINGERPRINT_BYTES,
    SCHEMA_FINGERPRINT,
    SCHEMA_SCHEMA,
    WRITER_BYTES,
)

_MARKER = b"\xc3\x01"
BODY_AT = len(_MARKER) + FINGERPRINT_BYTES


@dataclass(frozen=True, slots=True)
class Appends:
    """One writer's appends, recorded together; the time is in microseconds since 1970 in UTC."""

    writer: bytes
    recorded_at: int
    claims: Sequence[Claim]


@dataclass(frozen=True, slots=True)
class Cancel:
    """Appends that must not take effect unless they were seen before this record."""

    append_ids: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Schema:
    """The text of an Avro schema, before its first use."""

    fingerprint: bytes
    text: str


Record = Appends | Cancel | Schema

OWN_SCHEMAS = (
    Schema(SCHEMA_FINGERPRINT, SCHEMA_SCHEMA),
    Schema(APPENDS_FINGERPRINT, APPENDS_SCHEMA),
    Schema(CANCEL_FINGERPRINT, CANCEL_SCHEMA),
)
RECORDED_AT = BODY_AT + WRITER_BYTES
"""Where the `recorded_at` of an `appends` record stands."""


class Body(NamedTuple):
    """One encoded append, and what it claims; places count from its first byte."""

    data: bytes
    claim: Claim


def encode_append(append: Append) -> Body:
    """One `journal.Append`. Raises `ValueError` or `TypeError` for values its schema cannot hold."""
    if len(append.append_id) != ID_BYTES:
        raise ValueError(f"an append id has {ID_BYTES} bytes, not {len(append.append_id)}")
    parts = [append.append_id, long(len(append.events))]
    size = at = ID_BYTES + len(parts[1])
    runs: list[Run] = []
    originator: UUID | str | None = None
    key: Key = ""
    stream = b""
    follows = place = run_at = first = 0
    for index, event in enumerate(append.events):
        version = event.originator_version
        if version != follows or event.originator_id is not originator:
            if index:
                _add_run(runs, Run(key, first, follows - 1, place, run_at))
            first, place, run_at = version, index, size
            if event.originator_id is not originator:
                originator = event.originator_id
                key, stream = _stream(originator)
        follows = version + 1
        state = bytes(event.state)
        head = stream + long(version) + string(event.topic) + long(len(state))
        parts += (head, state)
        size += len(head) + len(state)
    if append.events:
        _add_run(runs, Run(key, first, follows - 1, place, run_at))
        parts.append(b"\0")
    parts.append(long(len(append.tracking)))
    for tracking in append.tracking:
        parts += (string(tracking.application_name), long(tracking.notification_id))
    if append.tracking:
        parts.append(b"\0")
    tracked = [(tracking.application_name, tracking.notification_id) for tracking in append.tracking]
    return Body(b"".join(parts), Claim(append.append_id, at, runs, tracked))


def appends_head(writer: bytes, recorded_at: int, count: int) -> bytes:
    """What an `appends` record holds before its first append; after the last one comes a zero byte."""
    return _MARKER + APPENDS_FINGERPRINT + writer + long(recorded_at) + long(count)


def encode_cancel(append_ids: Sequence[bytes]) -> bytes:
    """A `cancel` record."""
    end = b"\0" if append_ids else b""
    return b"".join((_MARKER, CANCEL_FINGERPRINT, long(len(append_ids)), *append_ids, end))


def encode_schema(schema: Schema) -> bytes:
    """A `schema` record."""
    return _MARKER + SCHEMA_FINGERPRINT + schema.fingerprint + string(schema.text)


def schema_of(text: str) -> Schema:
    """The record for an Avro schema's text. Raises `ValueError` when it is not one."""
    try:
        parsed = parse_schema(json.loads(text))
    except (SchemaParseException, UnknownType) as error:
        raise ValueError(f"not an Avro schema: {error}") from error
    return Schema(bytes.fromhex(fingerprint(to_parsing_canonical_form(parsed), "CRC-64-AVRO")), text)


def decode(data: bytes) -> Record:
    """The record in these bytes. Raises `MalformedError` for anything else, also for bytes left over."""
    try:
        record, at = _decode(data)
    except (IndexError, UnicodeDecodeError) as error:
        raise MalformedError(f"a record cut short or garbled: {error}") from error
    if at != len(data):
        raise MalformedError(f"{len(data) - at} bytes after the record")
    return record


def append_in(data: bytes, claim: Claim) -> Append:
    """The append of a decoded record that this is the claim of, with its events."""
    events: list[StoredEvent] = []
    for run in claim.runs:
        originator_id = uuid_of(run.key) if isinstance(run.key, bytes) else run.key
        read_run(data, run.at, run.last_version - run.first_version + 1, originator_id, events)
    return Append(events, [Tracking(*tracking) for tracking in claim.tracking], claim.append_id)


def recorded_at_of(data: bytes) -> int:
    """The `recorded_at` of an `appends` record, in microseconds."""
    return read_long(data, RECORDED_AT)[0]


def _decode(data: bytes) -> tuple[Record, int]:
    fingerprint = data[len(_MARKER) : BODY_AT]
    if data[: len(_MARKER)] != _MARKER:
        raise MalformedError("not Avro's single-object encoding")
    if fingerprint == APPENDS_FINGERPRINT:
        return _read_appends(data, BODY_AT)
    if fingerprint == CANCEL_FINGERPRINT:
        return _read_cancel(data, BODY_AT)
    if fingerprint == SCHEMA_FINGERPRINT:
        own, at = read_fixed(data, BODY_AT, FINGERPRINT_BYTES)
        text, at = read_string(data, at)
        return Schema(own, text), at
    raise MalformedError(f"a record of unknown schema {fingerprint.hex()}")


def _read_appends(data: bytes, at: int) -> tuple[Appends, int]:
    writer, at = read_fixed(data, at, WRITER_BYTES)
    recorded_at, at = read_long(data, at)
    count, at = read_count(data, at)
    claims, at = read_claims(data, at, count)
    return Appends(writer, recorded_at, claims), read_end(data, at) if count else at


def _read_cancel(data: bytes, at: int) -> tuple[Cancel, int]:
    count, at = read_count(data, at)
    append_ids = []
    for _ in range(count):
        append_id, at = read_fixed(data, at, ID_BYTES)
        append_ids.append(append_id)
    return Cancel(append_ids), read_end(data, at) if count else at


def _stream(originator_id: UUID | str) -> tuple[Key, bytes]:
    if isinstance(originator_id, UUID):
        key = originator_id.bytes
        return key, b"\0" + key
    return originator_id, b"\2" + string(originator_id)


def _add_run(runs: list[Run], run: Run) -> None:
    if runs and runs[-1].key == run.key and runs[-1].last_version + 1 == run.first_version:
        runs[-1] = runs[-1]._replace(last_version=run.last_version)
    else:
        runs.append(run)

"""The published schemas: encodes a record under its stored name and tells from the bytes alone what they hold.

The form is Avro's single-object encoding: C3 01, the schema's fingerprint in eight bytes, the record. Source: Apache
Avro 1.12 specification, "Single-object encoding".
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import fastavro.schema

from schemas.compiled import Compiled, Json, compile_schema
from schemas.errors import Malformed, RecordTooLarge, SchemaAltered, SchemaMismatch, SchemaUnknown
from schemas.lock import Locked, parse_lock
from schemas.mismatch import first_mismatch

MAGIC = b"\xc3\x01"
HEADER_BYTES = 10
ENCODED_BYTES_MAX = 8 << 20
"""No record is written or read above this; a policy pack of a million characters stays below it."""

_UNFIT = (KeyError, TypeError, ValueError, AttributeError, OverflowError)
_UNREADABLE = (IndexError, ValueError)


@dataclass(frozen=True, slots=True)
class Schema:
    """One published schema, ready for use: its name, its text, and what it compiles to."""

    name: str
    text: str
    header: bytes
    compiled: Compiled


class Registry:
    """The schemas of one directory, each loaded and checked against the lock when it is first used."""

    def __init__(self, directory: Traversable, *, twins: bool = False) -> None:
        """Read the list of what was published; the schemas themselves stay on disk until they are needed.

        Where there may be `twins`, names with one fingerprint, decoding says the last of them.
        """
        self._directory = directory
        self._locked = parse_lock(_read(directory / "avro.lock"))
        self._names = {MAGIC + entry.fingerprint: name for name, entry in self._locked.items()}
        if len(self._names) != len(self._locked) and not twins:
            raise SchemaAltered("avro.lock: two names share one fingerprint")
        self._by_name: dict[str, Schema] = {}
        self._by_header: dict[bytes, Schema] = {}

    def names(self) -> tuple[str, ...]:
        """Every published name, in the order of publication."""
        return tuple(self._locked)

    def schema(self, name: str) -> Schema:
        """The schema of a name; `SchemaUnknown` when there is none, `SchemaAltered` when its file was changed."""
        known = self._by_name.get(name)
        if known is None:
            entry = self._locked.get(name)
            if entry is None:
                raise SchemaUnknown(f"no schema was published under {name!r}")
            known = self._load(entry)
        return known

    def encode(self, name: str, record: Mapping[str, object]) -> bytes:
        """The bytes of a record.

        Every field must be there and no other: text as `str`, times as aware `datetime`, UUIDs as `UUID` or text,
        arrays as tuple or list, nested records as mappings. Raises `SchemaUnknown`, `SchemaAltered`, `SchemaMismatch`
        or `RecordTooLarge`.
        """
        schema = self._by_name.get(name) or self.schema(name)
        try:
            data = schema.header + schema.compiled.write(record)
        except _UNFIT:
            data = b""
        if not data:  # outside the handler: the error it would carry along may hold personal values
            raise SchemaMismatch(f"{name}: {first_mismatch(json.loads(schema.text), record)}")
        if len(data) > ENCODED_BYTES_MAX:
            raise RecordTooLarge(f"{name}: {len(data)} bytes; the limit is {ENCODED_BYTES_MAX}")
        return data

    def decode(self, data: bytes) -> tuple[str, dict[str, object]]:
        """The stored name and the record that `data` holds: times in UTC, UUIDs as text, arrays as lists.

        Raises `SchemaUnknown`, `SchemaAltered` or `Malformed`.
        """
        schema = self._by_header.get(data[:HEADER_BYTES]) or self._announced(data)
        if len(data) > ENCODED_BYTES_MAX:
            raise Malformed(f"{schema.name}: {len(data)} bytes; the limit is {ENCODED_BYTES_MAX}")
        fault = "cut short"
        try:
            record, end = schema.compiled.read(data, HEADER_BYTES)
        except Malformed as malformed:
            fault = str(malformed)
        except UnicodeDecodeError:
            fault = "a text is not UTF-8"
        except IndexError:
            fault = "cut short"
        else:
            if end == len(data):
                return schema.name, record
            fault = "cut short" if end > len(data) else "bytes follow the record"
        raise Malformed(f"{schema.name}: {fault}")

    def _announced(self, data: bytes) -> Schema:
        if data[: len(MAGIC)] != MAGIC or len(data) < HEADER_BYTES:
            raise Malformed("does not begin with C3 01 and a fingerprint")
        name = self._names.get(data[:HEADER_BYTES])
        if name is None:
            raise SchemaUnknown(f"no schema was published with fingerprint {data[len(MAGIC) : HEADER_BYTES].hex()}")
        return self.schema(name)

    def _load(self, entry: Locked) -> Schema:
        text = _read(self._directory / "avro" / f"{entry.name}.avsc")
        if hashlib.sha256(text.encode()).hexdigest() != entry.sha256:
            raise SchemaAltered(f"{entry.name}.avsc is not the file that was published")
        if fingerprint(text) != entry.fingerprint:
            raise SchemaAltered(f"{entry.name}.avsc has another fingerprint than avro.lock says")
        tree: Json = json.loads(text)
        schema = Schema(entry.name, text, MAGIC + entry.fingerprint, compile_schema(tree))
        self._by_name[entry.name] = schema
        self._by_header[schema.header] = schema
        return schema


@lru_cache(maxsize=1)
def published() -> Registry:
    """The schemas that come with this package."""
    return Registry(files("schemas"))


def encode(name: str, record: Mapping[str, object]) -> bytes:
    """The bytes of a record under the published schema of that name; see `Registry.encode`."""
    return published().encode(name, record)


def decode(data: bytes) -> tuple[str, dict[str, object]]:
    """The stored name and the record that `data` holds; see `Registry.decode`."""
    return published().decode(data)


def fingerprint(text: str) -> bytes:
    """The CRC-64-AVRO fingerprint of a schema's parsing canonical form, as it stands in encoded records."""
    canonical = fastavro.schema.to_parsing_canonical_form(json.loads(text))
    return bytes.fromhex(fastavro.schema.fingerprint(canonical, "CRC-64-AVRO"))


def _read(path: Traversable) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        raise SchemaAltered(f"{path.name} is missing or not UTF-8") from None

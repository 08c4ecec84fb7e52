"""The list of published schemas: what was published under a name stays so for ever."""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.errors import SchemaAltered

_HEADER = """\
# Published schemas: stored name, CRC-64-AVRO fingerprint of the parsing canonical form (hex of its eight bytes as
# they stand in an encoded record, little-endian), SHA-256 of the schema file. Lines are only ever added.
"""
_FINGERPRINT_CHARS = 16
_SHA256_CHARS = 64


@dataclass(frozen=True, slots=True)
class Locked:
    """One published schema: its stored name, the eight bytes that announce it, and the digest of its file."""

    name: str
    fingerprint: bytes
    sha256: str


def parse_lock(text: str) -> dict[str, Locked]:
    """The entries of a lock file by name, in its order; raises `SchemaAltered` when a line is not one."""
    entries: dict[str, Locked] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#"):
            continue
        entry = _parse_line(number, line)
        if entry.name in entries:
            raise SchemaAltered(f"avro.lock line {number}: {entry.name} is listed twice")
        entries[entry.name] = entry
    return entries


def render_lock(entries: Iterable[Locked]) -> str:
    """The text of a lock file."""
    lines = (f"{entry.name} {entry.fingerprint.hex()} {entry.sha256}\n" for entry in entries)
    return _HEADER + "".join(lines)


def _parse_line(number: int, line: str) -> Locked:
    words = line.split(" ")
    lengths = [len(word) for word in words[1:]]
    if lengths != [_FINGERPRINT_CHARS, _SHA256_CHARS]:
        raise SchemaAltered(f"avro.lock line {number}: expected a name, a fingerprint and a SHA-256")
    name, fingerprint, sha256 = words
    try:
        return Locked(name, bytes.fromhex(fingerprint), sha256)
    except ValueError:
        raise SchemaAltered(f"avro.lock line {number}: {fingerprint} is not a fingerprint") from None

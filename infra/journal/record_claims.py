"""The appends of a record as the fold needs them, with every bound checked: their events are passed over, not made.

Folding a long log spends most of its time here, so the usual case (a UUID, a small version, the type of the event
before, a state of 64 to 8,191 bytes) is written out: no call for a field. Everything else is read by `avro`. After
whatever is passed over stands one more byte at least, and reading that one finds a record that was cut short.
"""

from collections.abc import Sequence

from infra.journal.appends import ID_BYTES, Key
from infra.journal.avro import MalformedError, read_bytes, read_count, read_end, read_fixed, read_long, read_string
from infra.journal.claims import Claim, Run

_UUID_BYTES = 16
_TOP_BIT = 0x80
_NO_NAME = b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
"""No length begins like this, so no name does."""
_tuple = tuple.__new__
"""Fills a named tuple without its constructor, which costs several times as much."""


def read_claims(data: bytes, at: int, count: int) -> tuple[list[Claim], int]:
    """`count` appends from byte `at`, and the place after them.

    Raises `MalformedError`, `IndexError` or `UnicodeDecodeError`.
    """
    claims: list[Claim] = []
    named = _NO_NAME
    for _ in range(count):
        append_id = data[at : at + ID_BYTES]
        at += ID_BYTES
        byte = data[at]
        if byte < _TOP_BIT and not byte & 1:
            events = byte >> 1
            at += 1
        else:
            events, at = read_count(data, at)
        first_at = at
        runs: Sequence[Run] = ()
        if events:
            runs, at, named = _read_runs(data, at, events, named)
            at = at + 1 if data[at] == 0 else read_end(data, at)
        tracking: Sequence[tuple[str, int]] = ()
        if data[at] == 0:
            at += 1
        else:
            tracking, at = _read_tracking(data, at)
        claims.append(_tuple(Claim, (append_id, first_at, runs, tracking, 0)))
    return claims, at


def _read_runs(data: bytes, at: int, count: int, named: bytes) -> tuple[list[Run], int, bytes]:
    """The runs of `count` events, the place after them, and the type of the last one as it is written."""
    runs: list[Run] = []
    key: Key | None = None
    first = follows = place = run_at = 0
    for index in range(count):
        start = at
        found: Key
        if data[at] == 0:
            at += 1 + _UUID_BYTES
            found = data[start + 1 : at]
        else:
            found, at = _read_key(data, at)
        byte = data[at]
        if byte < _TOP_BIT and not byte & 1:
            version = byte >> 1
            at += 1
        else:
            version, at = read_long(data, at)
        if version != follows or found != key:
            if key is not None:
                runs.append(_tuple(Run, (key, first, follows - 1, place, run_at)))
            key, first, place, run_at = found, version, index, start
        follows = version + 1
        if data.startswith(named, at):
            at += len(named)
        else:
            start = at
            _, at = read_string(data, at)
            named = data[start:at]
        byte = data[at]
        if byte >= _TOP_BIT and not byte & 1 and (high := data[at + 1]) < _TOP_BIT:
            at += 2 + ((high << 7 | byte & 0x7F) >> 1)
        else:
            _, at = read_bytes(data, at)
    if key is not None:
        runs.append(_tuple(Run, (key, first, follows - 1, place, run_at)))
    return runs, at, named


def _read_tracking(data: bytes, at: int) -> tuple[list[tuple[str, int]], int]:
    count, at = read_count(data, at)
    tracking = []
    for _ in range(count):
        source, at = read_string(data, at)
        position, at = read_long(data, at)
        tracking.append((source, position))
    return tracking, read_end(data, at) if count else at


def _read_key(data: bytes, at: int) -> tuple[Key, int]:
    branch, at = read_long(data, at)
    if branch == 0:
        return read_fixed(data, at, _UUID_BYTES)
    if branch == 1:
        return read_string(data, at)
    raise MalformedError(f"an originator id of kind {branch}")

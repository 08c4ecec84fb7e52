"""A journal's or an index's file read from outside, in one snapshot, whoever else uses it; nothing is ever changed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from eventsourcing.persistence import InterfaceError

from infra.journal.files import INDEX, JOURNAL, FileKind, check_header, check_marks, damaged

_MARK_AT, _MARK_BYTES = 68, 4
"""Where the header of an SQLite file has its application id."""


@contextmanager
def snapshot(path: Path, kind: FileKind = JOURNAL) -> Iterator[sqlite3.Connection]:
    """A connection that sees the file as it is now for the whole block.

    Raises `InterfaceError` for a file that is not there, not of this kind, newer than this version, or found damaged by
    what the block reads of it.
    """
    if not path.exists():
        raise InterfaceError(f"cannot open journal {path}: no such file")
    check_header(path)
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    except sqlite3.OperationalError as error:
        raise InterfaceError(f"cannot open journal {path}: {error}") from error
    with closing(connection):
        connection.text_factory = text
        try:
            connection.execute("BEGIN")
            check_marks(connection, str(path), kind)
            yield connection
        except sqlite3.OperationalError as error:
            raise InterfaceError(f"cannot read journal {path}: {error}") from error
        except sqlite3.DatabaseError as error:
            raise damaged(str(path), error, kind) from error


def kind_of(path: Path) -> FileKind:
    """Whether the file is an index, by its mark; anything else is held to be a journal, and refused if it is not."""
    if not path.is_file():
        return JOURNAL
    with path.open("rb") as file:
        mark = file.read(_MARK_AT + _MARK_BYTES)[_MARK_AT:]
    return INDEX if mark == INDEX.application_id.to_bytes(_MARK_BYTES, "big") else JOURNAL


def text(raw: bytes) -> str:
    """Damaged text is shown, and differs from what was written; SQLite's module would refuse to read on."""
    return raw.decode(errors="backslashreplace")

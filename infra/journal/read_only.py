"""A journal's or an index's file read from outside, in one snapshot, whoever else uses it; nothing is ever changed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from eventsourcing.persistence import InterfaceError

from infra.journal.files import JOURNAL, FileKind, check_header, check_marks, damaged


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


def text(raw: bytes) -> str:
    """Damaged text is shown, and differs from what was written; SQLite's module would refuse to read on."""
    return raw.decode(errors="backslashreplace")

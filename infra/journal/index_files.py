"""Index files of one journal on one machine: each process has its own, and begins with what another has folded."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final, TypeVar

from eventsourcing.persistence import InterfaceError

from infra.journal.files import IndexInUseError, ProcessLock

INDEX_FILES_MAX: Final = 64
"""Processes on one machine that may have the same journal open at once, each with an index file of its own."""

_Opened = TypeVar("_Opened")


def with_own_index(folder: Path, open_with: Callable[[Path], _Opened]) -> _Opened:
    """What `open_with` gives for the first index file in the folder that nobody else uses; a new one if all are.

    The lowest free number is taken, so that the next process finds an index that was brought up lately. Raises
    `InterfaceError` when `INDEX_FILES_MAX` are in use.
    """
    for number in range(1, INDEX_FILES_MAX + 1):
        index = folder / f"{number}.sqlite"
        try:
            _prepare(index)
            return open_with(index)
        except IndexInUseError:
            continue
    raise InterfaceError(
        f"{INDEX_FILES_MAX} processes use the indexes in {folder}: end one, or give this one another data folder"
    )


def _prepare(index: Path) -> None:
    """Make the file unless it is there, while nobody else can. Raises `IndexInUseError`."""
    lock = ProcessLock(index)
    try:
        if not index.exists():
            _begin_with(index, sorted(index.parent.glob("*.sqlite")))
    finally:
        lock.release()


def _begin_with(index: Path, others: list[Path]) -> None:
    """Copy the longest of the others, in use or not, so that only what is new is folded; nothing if that fails."""
    longest = max(others, key=lambda path: path.stat().st_size, default=None)
    if longest is None:
        return
    partial = index.with_name(f"{index.name}.partial")
    try:
        with (
            closing(sqlite3.connect(f"{longest.absolute().as_uri()}?mode=ro", uri=True)) as there,
            closing(sqlite3.connect(partial)) as here,
        ):
            partial.chmod(0o600)
            there.backup(here)
        partial.replace(index)
    except (sqlite3.Error, OSError):
        partial.unlink(missing_ok=True)

"""Who projects: one process at a time for each platform and read model; whoever else asks stands by.

A lock goes with its process: PostgreSQL frees it when the connection ends or its process stands still, the operating
system when the process ends.
It keeps work from being done twice. That nothing is written twice does not rest on it, but on the checkpoint, which is
compared and locked in the transaction that writes rows.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Engine

from infra.read_models.engine import in_memory
from infra.read_models.errors import ReadModelsUnavailable

_PURPOSE: Final = "caseledger.project"
"""Permanent: part of every lock's key, so that processes of all versions mean the same lock."""

_KEY_BYTES: Final = 8
_FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600

Part = tuple[str, str]
"""A platform and the name of a read model."""


class Locks(Protocol):
    """The locks of one process."""

    def take(self, wanted: Iterable[Part]) -> frozenset[Part]:
        """Take those of `wanted` that nobody holds, without waiting; gives all that this process holds now.

        Raises `ReadModelsUnavailable` when the locks it had may be gone; then it holds none, and can be asked again.
        """
        ...

    def check(self) -> None:
        """Raise `ReadModelsUnavailable` when the locks may be gone; then it holds none."""
        ...

    def close(self) -> None:
        """Free all of them."""
        ...


def open_locks(engine: Engine) -> Locks:
    """Locks for the database of this engine; none is taken yet."""
    if engine.dialect.name == "postgresql":
        from infra.read_models.session_locks import SessionLocks  # noqa: PLC0415 - its driver is not everywhere

        return SessionLocks(engine)
    if in_memory(engine):
        return OwnLocks()
    return FileLocks(Path(f"{engine.url.database}.locks"))


class FileLocks:
    """Locks on empty files in a folder next to a SQLite file."""

    def __init__(self, folder: Path) -> None:
        """Make the folder when the first lock is asked for."""
        self._folder = folder
        self._held: dict[Part, int] = {}

    def take(self, wanted: Iterable[Part]) -> frozenset[Part]:
        """Take those that are free."""
        try:
            self._folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)
            for part in sorted(set(wanted) - self._held.keys()):
                self._try(part)
        except OSError as fault:
            raise ReadModelsUnavailable(f"{self._folder} cannot be used for locks: {fault.strerror}") from fault
        return frozenset(self._held)

    def check(self) -> None:
        """Nothing takes a lock from a process that lives."""

    def close(self) -> None:
        """Free them; the files stay, so that everybody locks the same ones."""
        for file in self._held.values():
            os.close(file)
        self._held.clear()

    def _try(self, part: Part) -> None:
        file = os.open(self._folder / ".".join(part), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, _FILE_MODE)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return
        self._held[part] = file


class OwnLocks:
    """A database in memory is its process's own, and so is every lock."""

    def __init__(self) -> None:
        """Hold none yet."""
        self._held: frozenset[Part] = frozenset()

    def take(self, wanted: Iterable[Part]) -> frozenset[Part]:
        """Take them."""
        self._held |= set(wanted)
        return self._held

    def check(self) -> None:
        """Nobody else is there to take them."""

    def close(self) -> None:
        """Free them."""
        self._held = frozenset()


def lock_key(part: Part) -> int:
    """The key of PostgreSQL's lock: a whole number of 64 bits with a sign."""
    digest = hashlib.sha256("\0".join((_PURPOSE, *part)).encode()).digest()
    return int.from_bytes(digest[:_KEY_BYTES], signed=True)

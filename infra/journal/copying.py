"""Copies an index's write-ahead log into its file beside the commits, so that no commit has to wait for the disk."""

import sqlite3
from pathlib import Path
from threading import Event, Thread

from infra.journal.limits import COPY_BACK_S


class CopyingBack:
    """A thread with a connection of its own. It never blocks a writer; what it does not get to, a commit does."""

    def __init__(self, path: Path) -> None:
        """Start it."""
        self._path = path
        self._written = Event()
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="journal-index-copying", daemon=True)
        self._thread.start()

    def written(self) -> None:
        """Something was committed."""
        self._written.set()

    def close(self) -> None:
        """End it."""
        self._stopped.set()
        self._written.set()
        self._thread.join()

    def _run(self) -> None:
        connection: sqlite3.Connection | None = None
        try:
            while self._written.wait() and not self._stopped.wait(COPY_BACK_S):
                self._written.clear()
                try:
                    if connection is None:
                        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
                    connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
                except sqlite3.Error:
                    continue  # a full disk or a damaged file is told by the next commit, which needs it
        finally:
            if connection is not None:
                connection.close()

"""One process at a time in a folder: a lock that is gone with its holder, waited for within a bound."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from infra.local_kafka import private
from infra.local_kafka.errors import Busy
from infra.local_kafka.waiting import wait_for


@contextmanager
def alone(lock: Path, seconds_max: float) -> Iterator[None]:
    """Hold the lock; raises `Busy` when another process holds it for longer than the bound."""
    with private.open_lock(lock) as opened:
        if not wait_for(lambda: _taken(opened), seconds_max):
            raise Busy(
                f"another process has been at work in {lock.parent} for {seconds_max:.0f} s; nothing was changed. "
                "Wait for it to end, and try again"
            )
        yield


def _taken(opened: TextIO) -> bool:
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

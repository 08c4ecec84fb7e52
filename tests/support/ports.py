"""Ports that no other test on this machine takes while they are held: also when they are free for a moment.

A test takes a slot of neighbouring ports; a lock on the slot's file is gone with the process that holds it.
"""

import fcntl
import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local_kafka.ports import is_free

PORTS = range(10_000, 20_000)
"""Below those that the library chooses from, and below those that the system gives to clients."""

SLOT_PORTS = 25
SLOTS = len(PORTS) // SLOT_PORTS


@contextmanager
def port_slot() -> Iterator[range]:
    """Free ports in a row."""
    folder = Path(tempfile.gettempdir()) / f"caseledger-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    for number in random.sample(range(SLOTS), SLOTS):
        ports = PORTS[number * SLOT_PORTS : (number + 1) * SLOT_PORTS]
        with (folder / str(number)).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if all(is_free(port) for port in ports):
                yield ports
                return
    raise AssertionError("no free ports are left on this machine")

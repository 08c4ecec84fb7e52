"""How a process is told to end: the first SIGTERM or SIGINT ends it in good order and in time, the second at once."""

import os
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from types import FrameType
from typing import Final

import structlog

from caseledger.following import Stop

STOP_S_MAX: Final = 10.0
"""How long a process takes to end once it is told to, the interpreter's own end included."""

INTERPRETER_S: Final = 1.0
"""Of that, what the interpreter needs."""

IDLE_S_MAX: Final = 1.0
"""How long a process that has nothing under way is waited for."""

OVERDUE_STATUS: Final = 6
"""The exit status of a process that did not end in time. What it was about is there whole or not at all, and it or the
next one does it again. Equals `caseledger.cli.status.ExitStatus.OUTCOME_UNKNOWN`.
"""

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)

log = structlog.get_logger(__name__)


class Stopped:
    """Set by a signal, and waited for by any thread.

    A `threading.Event` must not be set by a signal handler: the handler may interrupt the very `wait` that holds the
    lock which `set` needs. A pipe has no lock, and what is written to it stays readable for all who wait.
    """

    def __init__(self) -> None:
        """Not told yet."""
        self._told = False
        self._read, self._write = os.pipe()

    def set(self) -> None:
        """Tell everybody, for good."""
        if not self._told:
            self._told = True
            os.write(self._write, b"\0")

    def is_set(self) -> bool:
        """Whether to end."""
        return self._told

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until told, so many seconds at most; whether to end."""
        if not self._told:
            poll = select.poll()
            poll.register(self._read, select.POLLIN)
            poll.poll(None if timeout is None else max(timeout, 0.0) * 1_000)
        return self._told

    def close(self) -> None:
        """Nobody waits any more."""
        os.close(self._read)
        os.close(self._write)


@contextmanager
def told_by_signals(
    name: str, end_s_max: float = STOP_S_MAX - INTERPRETER_S, *, is_idle: Callable[[], bool] = lambda: False
) -> Iterator[Stopped]:
    """Set by Ctrl-C and by SIGTERM while the block runs, which then has this long to end. For the main thread.

    While `is_idle` says that nothing can be under way, as when a connection is still tried for, it is ended after
    `IDLE_S_MAX`, as if it had ended by itself.
    """
    stop, ended = Stopped(), Event()

    def told(_number: int, _frame: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        stop.set()

    before = {each: signal.signal(each, told) for each in SIGNALS}
    guard = Thread(target=_end_in_time, args=(name, stop, ended, end_s_max, is_idle), name="ending", daemon=True)
    guard.start()
    try:
        yield stop
    finally:
        ended.set()
        stop.set()
        guard.join()
        stop.close()
        for each, handler in before.items():
            signal.signal(each, handler)


def _end_in_time(name: str, stop: Stop, ended: Event, end_s_max: float, is_idle: Callable[[], bool]) -> None:
    """What hangs in a broken connection for longer is left to the next process, which finds out what became of it."""
    stop.wait()
    if ended.wait(min(IDLE_S_MAX, end_s_max)):
        return
    if is_idle():
        log.warning("process_ended_while_opening", process=name)
        os._exit(0)
    if not ended.wait(max(end_s_max - IDLE_S_MAX, 0.0)):
        log.error("process_end_overdue", process=name, waited_s=end_s_max, status=OVERDUE_STATUS)
        os._exit(OVERDUE_STATUS)

"""The tail of a Kafka log: a thread that waits at the broker for what others append, and tells of it."""

import time
from collections.abc import Callable
from threading import Event, Thread

import structlog
from eventsourcing.persistence import InterfaceError, PersistenceError

from infra.journal.kafka_client import Fetched, Partition, UnreachableError
from infra.journal.limits import (
    CONNECT_WAIT_S,
    RETRY_PAUSE_MS,
    TAIL_PAUSE_MAX_S,
    TAIL_QUIET_S,
    TAIL_REFUSED_PAUSE_S,
    TAIL_REST_S,
    TAIL_WAIT_MS,
)

log = structlog.get_logger(__name__)


class Tail:
    """Has a connection of its own. It rests while this process appends: an append shows what came before it."""

    def __init__(self, partition: Partition, offer: Callable[[Fetched], None]) -> None:
        """What is fetched is handed to `offer`."""
        self._partition = partition
        self._offer = offer
        self._stopped = Event()
        self._appended_at = 0.0
        self._thread: Thread | None = None

    def start(self, on_news: Callable[[int], None], end: Callable[[], int]) -> None:
        """Wait for records from `end` on, again and again; `on_news` after every answer of the broker."""
        self._thread = Thread(target=self._run, args=(on_news, end), name="journal-tail", daemon=True)
        self._thread.start()

    def appending(self) -> None:
        """This process is about to append; the tail rests for a while, but not for as long as a broker is silent."""
        self._appended_at = time.monotonic() + TAIL_REST_S

    def appended(self) -> None:
        """This process just appended at the log's end."""
        self._appended_at = time.monotonic()

    def close(self) -> None:
        """End the thread, and close the connection."""
        self._stopped.set()
        self._partition.interrupt()
        if self._thread is not None:
            self._thread.join(TAIL_REFUSED_PAUSE_S + TAIL_WAIT_MS / 1000)
        self._partition.close()

    def _run(self, on_news: Callable[[int], None], end: Callable[[], int]) -> None:
        pause_s = RETRY_PAUSE_MS / 1000
        connected = False
        while not self._stopped.is_set():
            quiet_s = time.monotonic() - self._appended_at
            if quiet_s < TAIL_QUIET_S:
                self._stopped.wait(TAIL_QUIET_S - quiet_s)
                continue
            try:
                if not connected:
                    self._partition.connect(CONNECT_WAIT_S)
                    connected = True
                self._offer(self._partition.fetch(end(), TAIL_WAIT_MS))
                on_news(end())
                pause_s = RETRY_PAUSE_MS / 1000
            except UnreachableError as error:
                if self._stopped.is_set():
                    return
                log.debug("journal_tail_unreachable", reason=str(error))
                self._stopped.wait(pause_s)
                pause_s = min(2 * pause_s, TAIL_PAUSE_MAX_S)
            except InterfaceError as error:
                if self._stopped.is_set():
                    return
                log.warning("journal_tail_refused", reason=str(error))
                self._stopped.wait(TAIL_REFUSED_PAUSE_S)
            except PersistenceError as error:
                log.debug("journal_tail_behind", reason=str(error))

"""A subscription: every event after a position, once and in order, as soon as it is written by whatever process."""

from collections.abc import Sequence
from threading import Event

from eventsourcing.persistence import ApplicationRecorder, Notification, Subscription

from infra.journal.journal import Journal
from infra.journal.limits import POLL_S, SUBSCRIPTION_EVENTS_MAX


class JournalSubscription(Subscription[ApplicationRecorder]):
    """Reads in the thread that iterates. It is woken by this process's commits and looks for others' every `POLL_S`."""

    def __init__(
        self, recorder: ApplicationRecorder, journal: Journal, gt: int | None = None, topics: Sequence[str] = ()
    ) -> None:
        """Start after position `gt`; with topics, only events of these types."""
        super().__init__(recorder, gt, topics)
        self._journal = journal
        self._last = gt or 0
        self._batch: Sequence[Notification] = ()
        self._next = 0
        self._news = Event()
        journal.listen(self._news.set)

    def __next__(self) -> Notification:
        """Wait for the next event; `StopIteration` once stopped."""
        while not self._has_been_stopped:
            if self._next < len(self._batch):
                self._next += 1
                return self._batch[self._next - 1]
            self._news.clear()
            if not self._read():
                self._news.wait(POLL_S)
        raise StopIteration

    def stop(self) -> None:
        """End the iteration, from any thread."""
        super().stop()
        self._journal.unlisten(self._news.set)
        self._news.set()

    def _read(self) -> bool:
        end = self._journal.reader.max_position() or 0
        if end <= self._last:
            return False
        self._batch = self._journal.reader.notifications(
            self._last, SUBSCRIPTION_EVENTS_MAX, end, self._topics, inclusive_of_start=False
        )
        self._next = 0
        full = len(self._batch) == SUBSCRIPTION_EVENTS_MAX
        self._last = self._batch[-1].id if full else end
        return True

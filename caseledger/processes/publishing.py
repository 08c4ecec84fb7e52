"""Publishes ledgers to their topics of events: in order, from where each topic ends, one active process a platform.

A crash neither skips nor repeats an event, for the topic itself says what it holds. Others stand by as members of a
consumer group and take over. Decision 0028 tells what can happen when one is replaced without knowing it.
"""

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

import structlog
from eventsourcing.persistence import Notification

from caseledger.following import Stop
from caseledger.processes.meters import PublishingMeter
from domain.recorded import event_id
from infra.kafka.events_topic import WINDOW_POSITIONS, EventsTopicUnavailable, EventsTopicUnfit, Held
from infra.kafka.publisher import BATCH_BYTES_MAX, PublicTopic, Publisher, WrittenByAnother
from schemas.cloudevents import CloudEvents, Outgoing, Stored

IDLE_S: Final = 0.02
"""How long to wait when there is nothing new: the most that waiting adds to an event's way."""

LOOK_S: Final = 0.5
"""So often it is told how far behind the topic is, and seen which platforms there are."""

PLACE_FRESH_S: Final = 3.0
"""A round begins only if the brokers confirmed this process's place at most so long ago: well within a session."""

SEND_S: Final = 3.0
"""How long a round is sent before it is looked whether to end; then it is sent again."""

SEND_S_MAX: Final = 60.0
"""How long a round is sent in all before this publisher gives up."""

LEDGER_BEHIND_S_MAX: Final = 30.0
"""How long the ledger may end before the topic does: its index may still be folding what another process wrote."""

log = structlog.get_logger(__name__)


class Ledger(Protocol):
    """What is read of a ledger."""

    def head(self) -> int:
        """The position of the last event, 0 when there is none."""

    def since(self, position: int, limit: int) -> Sequence[Notification]:
        """At most `limit` events with a position above `position`, in order."""

    def recorded_at(self, positions: Sequence[int]) -> Mapping[int, datetime]:
        """When the events at these positions were written, in UTC."""


class Publishing:
    """The publishing of one platform by one process; takes turns, and closes what it opened."""

    def __init__(
        self,
        ledger: Ledger,
        cloud_events: CloudEvents,
        topic: PublicTopic,
        meter: PublishingMeter,
    ) -> None:
        """Join those who publish the platform. Raises `EventsTopicUnfit`, and what can pass by."""
        self._ledger = ledger
        self._cloud_events = cloud_events
        self._topic = topic
        self._membership = topic.join()
        self._meter = meter
        self._publisher: Publisher | None = None
        self._term = 0
        self._position = 0
        self._above: frozenset[int] = frozenset()
        self._read: deque[Notification] = deque()
        self._round = _Round(0, 0)
        self._behind_since_s = 0.0
        self._look_at_s = 0.0
        meter.active(active=False)

    @property
    def complete(self) -> int:
        """The position up to which the topic is known to hold everything."""
        return self._position

    @property
    def settled(self) -> bool:
        """Whether it publishes and no round is under way, or it stands by."""
        if self._publisher is None:
            return self._membership.stands_by
        return not self._publisher.waiting

    def turn(self) -> int:
        """At most one round of events; how many were acknowledged.

        Raises `EventsTopicUnavailable` or `LeadershipUnavailable` when Kafka is out of reach, `EventsTopicUnfit` when
        somebody has to mend the topic, and what the ledger raises. What was published stays, and is gone on from.
        """
        if not self._membership.leads():
            self._let_go()
            return 0
        publisher = self._publisher if self._term == self._membership.term else None
        publisher = publisher or self._begin()
        if publisher is None or not (publisher.waiting or self._offer(publisher)):
            return 0
        return self._deliver(publisher)

    def close(self) -> None:
        """Give the place to another process, at once."""
        self._let_go()
        self._membership.close()

    def _begin(self) -> Publisher | None:
        """Learn where the topic ends, in a new term or after a doubt; None when it is not this process's turn yet."""
        self._let_go()
        term = self._membership.term
        publisher = self._topic.open()
        try:
            held = publisher.held()
            may = self._is_ours(held) and self._membership.confirm(publisher.next_offsets[0])
        except BaseException:
            publisher.close()
            raise
        if not may:
            publisher.close()
            return None
        self._publisher, self._term = publisher, term
        self._position, self._above = held.complete, held.above
        self._meter.active(active=True)
        log.info("publishing_began", position=held.last, repeats=held.repeats)
        return publisher

    def _is_ours(self, held: Held) -> bool:
        """Whether the topic's last event is in the ledger; False, for a while, when the ledger ends before it."""
        last = held.last
        if last == 0:
            return True
        found = next(iter(self._ledger.since(last - 1, 1)), None)
        if found is None:
            now_s = time.monotonic()
            self._behind_since_s = self._behind_since_s or now_s
            if now_s - self._behind_since_s > LEDGER_BEHIND_S_MAX:
                raise EventsTopicUnfit(
                    f"the topic holds events up to position {last}, and the ledger ends at {self._ledger.head()}: the "
                    "topic is that of another ledger. Delete it, or bring back the ledger it belongs to"
                )
            return False
        self._behind_since_s = 0.0
        if event_id(_uuid(found), found.originator_version) != held.last_id:
            raise EventsTopicUnfit(
                f"position {last} is event {held.last_id} in the topic and another one in the ledger: the topic is "
                "that of another ledger. Delete it, or bring back the ledger it belongs to"
            )
        return True

    def _offer(self, publisher: Publisher) -> bool:
        """Make the next round, if there is anything new and this process still has its place."""
        if not self._read:
            self._read.extend(self._ledger.since(self._position, WINDOW_POSITIONS))
        self._look()
        if not self._read:
            return False
        if not self._membership.confirm(publisher.next_offsets[0], PLACE_FRESH_S):
            self._let_go()
            return False
        records, last = self._next_records()
        publisher.offer(records)
        self._round = _Round(last, len(records))
        return True

    def _next_records(self) -> tuple[list[Outgoing], int]:
        """The records of the events that were read, as many as a round takes, and the last of their positions."""
        records: list[Outgoing] = []
        size, last = 0, self._position
        while self._read:
            stored = self._read[0]
            if stored.id not in self._above:
                record = self._cloud_events.record(
                    Stored(stored.id, _uuid(stored), stored.originator_version, stored.topic, stored.state)
                )
                size += record.size
                if size > BATCH_BYTES_MAX and records:
                    break
                records.append(record)
            last = stored.id
            self._read.popleft()
        return records, last

    def _deliver(self, publisher: Publisher) -> int:
        try:
            reason = publisher.deliver(SEND_S)
        except WrittenByAnother as another:
            log.warning("events_topic_written_by_another", reason=str(another))
            self._let_go()
            return 0
        if reason is not None:
            if time.monotonic() - self._round.begun_s > SEND_S_MAX:
                raise EventsTopicUnavailable(f"a round was not acknowledged within {SEND_S_MAX:g} s: {reason}")
            log.warning("events_not_acknowledged", up_to=self._round.last, reason=reason)
            return 0
        self._position = self._round.last
        self._meter.published(self._round.records, self._position)
        return self._round.records

    def _look(self) -> None:
        """Tell how far behind the topic is."""
        if time.monotonic() < self._look_at_s:
            return
        self._look_at_s = time.monotonic() + LOOK_S
        following = self._position + 1
        since = self._ledger.recorded_at([following]).get(following)
        self._meter.behind(max(0, self._ledger.head() - self._position), since)

    def _let_go(self) -> None:
        """Forget what was learnt; a round that is under way may be there or not, which is read before going on."""
        if self._publisher is not None:
            self._publisher.close()
            self._meter.active(active=False)
            log.info("publishing_ended", position=self._position)
        self._publisher = None
        self._read.clear()


class _Round:
    """Records that are sent together, and up to which position the topic is complete once they are there."""

    def __init__(self, last: int, records: int) -> None:
        self.last = last
        self.records = records
        self.begun_s = time.monotonic()


class Turned(Stop, Protocol):
    """Tells when to end, and is told that a turn went well."""

    def turned(self) -> None:
        """A turn went well."""


def run(
    open_platform: Callable[[str], Publishing],
    platforms: Callable[[], Sequence[str]],
    running: Turned,
    told: Callable[[int], object] = lambda _events: None,
    until_quiet_s: float | None = None,
) -> None:
    """Publish every platform there is, in turns, until told to stop, or until nothing was there for so long.

    `told` is told how many events were acknowledged. Raises what `Publishing` and its `turn` do.
    """
    works: dict[str, Publishing] = {}
    look_at_s, busy_s = 0.0, time.monotonic()
    try:
        while not running.is_set():
            if time.monotonic() >= look_at_s:
                look_at_s = time.monotonic() + LOOK_S
                for platform in platforms():
                    if platform not in works:
                        works[platform] = open_platform(platform)
            done = sum(_turn(platform, work) for platform, work in works.items())
            running.turned()
            if done or not all(work.settled for work in works.values()):
                busy_s = time.monotonic()
            if until_quiet_s is not None and time.monotonic() - busy_s >= until_quiet_s:
                return
            if done:
                told(done)
            else:
                running.wait(IDLE_S)
    finally:
        for work in works.values():
            work.close()


def _turn(platform: str, work: Publishing) -> int:
    with structlog.contextvars.bound_contextvars(platform=platform):
        return work.turn()


def _uuid(stored: Notification) -> UUID:
    originator = stored.originator_id
    return originator if isinstance(originator, UUID) else UUID(originator)

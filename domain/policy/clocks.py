"""The deadlines of a pack: when each clock started, when it is due, and how it stands at a moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.policy.durations import later
from domain.policy.finding import Closed
from domain.policy.instants import Instant
from domain.policy.pack import ClockRule, Pack
from domain.policy.vocabulary import ClockEvent, ClockState


class TimedEvent(Closed):
    """Something that starts or stops clocks."""

    type: ClockEvent
    at: Instant


@dataclass(frozen=True, slots=True)
class StartedClock:
    """A clock that runs or ran. `stopped_at` is None while it runs; `goes_first` puts it ahead in a queue."""

    clock: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    state: ClockState
    goes_first: bool


def started_clocks(pack: Pack, events: Iterable[TimedEvent], now: datetime) -> tuple[StartedClock, ...]:
    """The clocks that `events` started by `now`, in the order of the pack. Events after `now` are not seen."""
    seen = sorted((event for event in events if event.at <= now), key=lambda event: event.at)
    started: list[StartedClock] = []
    for rule in pack.clocks:
        started_at = next((event.at for event in seen if event.type in rule.start), None)
        if started_at is not None:
            started.append(_clock(pack, rule, seen, (started_at, now)))
    return tuple(started)


def due_at(pack: Pack, rule: ClockRule, started_at: datetime) -> datetime:
    """When a clock that started then is due; done at that very instant is in time."""
    return later(started_at, rule.due, pack.zone)


def queue_key(clock: StartedClock) -> tuple[bool, datetime]:
    """Sorts a queue: what is due at once or urgent first, then the earliest due."""
    return not clock.goes_first, clock.due_at


def _clock(
    pack: Pack,
    rule: ClockRule,
    seen: list[TimedEvent],
    since_and_now: tuple[datetime, datetime],
) -> StartedClock:
    started_at, now = since_and_now
    due = due_at(pack, rule, started_at)
    stops = (event.at for event in seen if event.type in rule.stop and event.at >= started_at)
    stopped_at = next(stops, None)
    in_time = (now if stopped_at is None else stopped_at) <= due
    if stopped_at is None:
        state = ClockState.RUNNING if in_time else ClockState.BREACHED
    else:
        state = ClockState.MET if in_time else ClockState.LATE
    return StartedClock(rule.id, started_at.astimezone(UTC), due, stopped_at, state, rule.goes_first)

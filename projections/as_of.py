"""The ledger as it was: up to a position, or with only what had happened by a time."""

from collections.abc import Sequence
from datetime import datetime

from domain.events import Event
from domain.recorded import Recorded
from projections.ports import Source


def until_position(source: Source, position: int) -> Source:
    """The events of `source` up to and including this position."""

    def read(after_position: int, limit: int) -> Sequence[Recorded[Event]]:
        limit = min(limit, position - after_position)
        return source(after_position, limit) if limit > 0 else ()

    return read


def until_time(source: Source, moment: datetime) -> Source:
    """The events of `source` that had happened by `moment`, itself included, wherever they stand in the ledger."""

    def read(after_position: int, limit: int) -> Sequence[Recorded[Event]]:
        while events := source(after_position, limit):
            happened = [recorded for recorded in events if recorded.event.occurred_at <= moment]
            if happened:
                return happened
            after_position = events[-1].position
        return ()

    return read

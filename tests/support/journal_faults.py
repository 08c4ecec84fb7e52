"""A log that fails as a distant one may: in doubt, late, interleaved, or taking its writer down with it."""

import random
from collections.abc import Callable, Sequence

from eventsourcing.persistence import OperationalError

from infra.journal.log import AppendInDoubtError, Log


class WriterCrashed(BaseException):
    """The writing process died here: nobody gets an answer."""


class FaultyLog:
    """One writer's way to a shared log."""

    shares_index = False
    follows = False

    def __init__(self, shared: Log, dice: random.Random, strangers: Sequence[bytes] = ()) -> None:
        self.shared = shared
        self.dice = dice
        self.record_bytes_max = dice.choice((0, 120, 4096))
        self.late: list[bytes] = []
        self.strangers = list(strangers)
        self.quiet = False

    def begin(self, records: Sequence[bytes]) -> bool:  # noqa: ARG002 - what happens to them is decided later
        return self.dice.random() < 0.7

    def append(self, records: Sequence[bytes]) -> range:
        fault = 1.0 if self.quiet else self.dice.random()
        if fault < 0.06:
            raise OperationalError("nobody there")
        if fault < 0.12:
            raise AppendInDoubtError("lost on the way")
        if fault < 0.18:
            self.late.extend(records)
            raise AppendInDoubtError("still on the way")
        if fault < 0.24:
            self.shared.append(records)
            raise AppendInDoubtError("written, but the answer was lost")
        if fault < 0.28:
            self.shared.append(records)
            raise WriterCrashed
        if fault < 0.45 and self.strangers:
            first = self.shared.append(records[:1]).start
            self.shared.append([self.strangers.pop()])
            return range(first, self.shared.append(records[1:]).stop) if records[1:] else range(first, first + 1)
        return self.shared.append(records)

    def arrive(self) -> None:
        """What was on its way gets there."""
        if self.late:
            self.shared.append(self.late)
            self.late = []

    def follow(self, on_news: Callable[[int], None]) -> None:
        """Whoever reads sees everything."""

    def look(self, start: int) -> None:
        """Whoever reads sees everything."""

    def read(self, start: int, limit: int) -> Sequence[tuple[int, bytes]]:
        return self.shared.read(start, limit)

    def has_more(self, start: int) -> bool:
        return self.shared.has_more(start)

    def close(self) -> None:
        self.arrive()

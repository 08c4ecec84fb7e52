"""A reporter's standing as its events left it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import assert_never
from uuid import UUID

from domain.growing import Growing, GrowingMap
from domain.recorded import Recorded
from domain.reporters import events as e

Amounts = tuple[tuple[str, int], ...]
"""How much of each currency."""

_SHARED_MAX = 256


@dataclass(frozen=True, slots=True)
class Reward:
    """A booking that may be reversed: the month it counts in and what was granted."""

    month: str
    granted: Amounts


@dataclass(frozen=True, slots=True)
class Month:
    """What was booked in a calendar month, as sums: a decision reads these, however many bookings there were.

    `freed` holds every reversal with its moment, `freed_sum` their sum and `freed_until` the last of them.
    """

    booked: Mapping[str, int] = field(default_factory=dict)
    freed: Growing[tuple[datetime, Amounts]] = field(default_factory=Growing)
    freed_sum: Mapping[str, int] = field(default_factory=dict)
    freed_until: datetime | None = None

    def taken_at(self, at: datetime) -> dict[str, int]:
        """What counts against the caps at a moment: all bookings, less what was reversed by then."""
        freed = self.freed_sum
        if self.freed_until is not None and at < self.freed_until:
            freed = {}
            for moment, amounts in self.freed:
                freed = _plus(freed, amounts) if moment <= at else freed
        return {currency: amount - freed.get(currency, 0) for currency, amount in self.booked.items()}


@dataclass(frozen=True, slots=True)
class Reporter:
    """One reporter. `credited` and `dismissed` hold (report, case, decision); `withdrawn` those taken back again.

    `booked_reports` and `booked_contents` are what a reward was booked for, even if it was reversed: a second one is a
    repeat.
    """

    credited: GrowingMap[e.Key, None] = field(default_factory=GrowingMap)
    dismissed: GrowingMap[e.Key, None] = field(default_factory=GrowingMap)
    withdrawn: GrowingMap[e.Key, None] = field(default_factory=GrowingMap)
    rewards: GrowingMap[e.Key, Reward] = field(default_factory=GrowingMap)
    reversed_at: GrowingMap[e.Key, datetime] = field(default_factory=GrowingMap)
    malicious: GrowingMap[UUID, None] = field(default_factory=GrowingMap)
    months: Mapping[str, Month] = field(default_factory=dict)
    booked_reports: GrowingMap[UUID, None] = field(default_factory=GrowingMap)
    booked_contents: GrowingMap[str, None] = field(default_factory=GrowingMap)


def evolve(reporter: Reporter | None, fact: Recorded[e.ReporterEvent]) -> Reporter:
    """The reporter after this event."""
    now, event = reporter or Reporter(), fact.event
    match event:
        case e.ReporterReportUpheld():
            return replace(now, credited=now.credited.plus((event.report, event.case, event.decision), None))
        case e.ReporterReportDismissed():
            return replace(now, dismissed=now.dismissed.plus((event.report, event.case, event.decision), None))
        case e.ReporterCreditWithdrawn():
            return replace(now, withdrawn=now.withdrawn.plus((event.report, event.case, event.decision), None))
        case e.ReporterRewarded():
            return _rewarded(now, event)
        case e.ReporterRewardReversed():
            return _reversed(now, event)
        case e.ReporterMaliciousReportFound():
            return replace(now, malicious=now.malicious.plus(event.report, None))
        case unknown:
            assert_never(unknown)


def _rewarded(now: Reporter, event: e.ReporterRewarded) -> Reporter:
    """A row that says why nothing was granted is no booking: it takes neither the report nor the content."""
    granted = _amounts(event.granted)
    rewards = now.rewards.plus((event.report, event.case, event.decision), Reward(event.month, granted))
    if event.note is not None:
        return replace(now, rewards=rewards)
    month = now.months.get(event.month, Month())
    return replace(
        now,
        rewards=rewards,
        months={**now.months, event.month: replace(month, booked=_plus(month.booked, granted))},
        booked_reports=now.booked_reports.plus(event.report, None),
        booked_contents=now.booked_contents if event.content is None else now.booked_contents.plus(event.content, None),
    )


def _reversed(now: Reporter, event: e.ReporterRewardReversed) -> Reporter:
    """What is reversed a second time frees nothing more."""
    key = (event.report, event.case, event.decision)
    if key in now.reversed_at:
        return now
    at, amounts = event.occurred_at, _amounts(event.reversed)
    month = now.months.get(event.month, Month())
    freed = replace(
        month,
        freed=month.freed.plus((at, amounts)),
        freed_sum=_plus(month.freed_sum, amounts),
        freed_until=at if month.freed_until is None else max(at, month.freed_until),
    )
    months = {**now.months, event.month: freed}
    return replace(now, reversed_at=now.reversed_at.plus(key, at), months=months)


def _plus(sums: Mapping[str, int], amounts: Amounts) -> Mapping[str, int]:
    added = dict(sums)
    for currency, amount in amounts:
        added[currency] = added.get(currency, 0) + amount
    return added


def _amounts(given: tuple[e.Amount, ...]) -> Amounts:
    return _shared(tuple((each.currency, each.amount) for each in given))


@lru_cache(maxsize=_SHARED_MAX)
def _shared(amounts: Amounts) -> Amounts:
    """The same few amounts come again and again; a million bookings hold them once."""
    return amounts

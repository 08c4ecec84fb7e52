"""ISO 8601 durations with calendar units, and their arithmetic on the wall clock of a zone."""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

AT_ONCE: Final = "PT0S"
EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
LATEST: Final = datetime.max.replace(tzinfo=UTC)

_SECONDS_OF_A_DAY: Final = 86_400
_SECONDS_OF_A_MONTH: Final = 2_629_746  # the twelfth part of the Gregorian mean year of 365.2425 days
_SHAPE: Final = re.compile(
    r"P(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})W)?(?:(\d{1,9})D)?"
    r"(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?",
    re.ASCII,
)
_ALLOWED: Final = "P and T with whole units of at most nine digits, such as P1M, P7D or PT24H"


class NotADuration(ValueError):  # noqa: N818 - named as the sentence it says
    """The text is no ISO 8601 duration with whole units."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: months and days on the calendar, then elapsed seconds. Equal lengths may be spelt apart."""

    text: str = field(compare=False)
    months: int
    days: int
    seconds: int

    @property
    def nominal_s(self) -> int:
        """Length in seconds with a mean month, to order durations of different units; equal spans compare equal."""
        return self.months * _SECONDS_OF_A_MONTH + self.days * _SECONDS_OF_A_DAY + self.seconds


def parse_duration(text: str) -> Duration:
    """The duration that `text` spells, zero included; `NotADuration` when it spells none."""
    found = _SHAPE.fullmatch(text)
    if found is None or not any(found.groups()) or text.endswith("T"):
        raise NotADuration(f"{text[:80]!r} is no duration; allowed: {_ALLOWED}")
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return Duration(text, 12 * years + months, 7 * weeks + days, 3600 * hours + 60 * minutes + seconds)


def later(at: datetime, duration: Duration, zone: tzinfo) -> datetime:
    """The instant `duration` after `at`, in UTC; `LATEST` where the calendar ends before it."""
    return _shift(at, duration, zone, 1)


def earlier(at: datetime, duration: Duration, zone: tzinfo) -> datetime:
    """The instant `duration` before `at`, in UTC; `EARLIEST` where the calendar begins after it."""
    return _shift(at, duration, zone, -1)


def _shift(at: datetime, duration: Duration, zone: tzinfo, sign: int) -> datetime:
    """Calendar units first, on the wall clock; then the elapsed seconds."""
    try:
        if duration.months or duration.days:
            moved = _on_the_wall_clock(at.astimezone(zone), sign * duration.months, sign * duration.days)
        else:
            moved = at.astimezone(UTC)
        return moved + timedelta(seconds=sign * duration.seconds)
    except (OverflowError, ValueError):
        return LATEST if sign > 0 else EARLIEST


def _on_the_wall_clock(local: datetime, months: int, days: int) -> datetime:
    """Months with the day clamped to the month's last, then days.

    `fold=0` is the first of a repeated wall time, and
    reads a skipped one by the offset before the gap, which moves it forward by the gap.
    """
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    last_day = monthrange(year, month + 1)[1]
    wall = local.replace(year=year, month=month + 1, day=min(local.day, last_day)) + timedelta(days=days)
    return wall.replace(fold=0).astimezone(UTC)

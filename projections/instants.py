"""Instants, days and ids as read models keep them: fixed-width text in UTC, the day in a zone, the text of a UUID."""

from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Final
from uuid import UUID

from domain.policy.durations import EARLIEST, LATEST

NEVER: Final = "9999-12-31T23:59:59.999999Z"
"""Sorts after every other instant: stands where there is no due time, so that a sort needs no rule for nulls."""


_REMEMBERED_MAX: Final = 4096
"""The events of one command share their moment and their ids; a few thousand are enough to write each text once."""


@lru_cache(maxsize=_REMEMBERED_MAX)
def instant_text(moment: datetime) -> str:
    """`moment` in UTC as `2021-03-10T04:00:00.000000Z`: 27 characters, exact, in order when sorted as text."""
    if moment.tzinfo is not UTC:
        moment = _in_utc(moment)
    return moment.isoformat(timespec="microseconds")[:26] + "Z"


def instant_or_none(moment: datetime | None) -> str | None:
    """The text of `moment`, or None where there is none."""
    return None if moment is None else instant_text(moment)


def parse_instant(text: str) -> datetime:
    """The moment that `instant_text` wrote."""
    return datetime.fromisoformat(text)


@lru_cache(maxsize=_REMEMBERED_MAX)
def day_text(moment: datetime, zone: tzinfo) -> str:
    """The calendar day of `moment` in `zone`, as `YYYY-MM-DD`; at the ends of the calendar the day in UTC."""
    try:
        return moment.astimezone(zone).date().isoformat()
    except (OverflowError, ValueError):
        return instant_text(moment)[:10]


def id_text(uuid: UUID) -> str:
    """The text of an id, `str(uuid)`."""
    return _id_text(uuid.int)


def whole_seconds(start: str, end: str) -> int:
    """Seconds from `start` to `end`, rounded down to whole ones; negative when the end is earlier."""
    return int((parse_instant(end) - parse_instant(start)).total_seconds() // 1)


@lru_cache(maxsize=_REMEMBERED_MAX)
def _id_text(number: int) -> str:
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return EARLIEST if moment.year == 1 else LATEST

"""Instants as they cross the border of the policy engine: offset required, microseconds kept, written in UTC with Z."""

import re
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AwareDatetime, BeforeValidator

_SHAPE: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)",
    re.ASCII,
)
_FIRST_YEAR: Final = 2
_LAST_YEAR: Final = 9998  # a year inside datetime's own range, so that every zone can show every instant


def _instant(value: object) -> datetime:
    if isinstance(value, str):
        if _SHAPE.fullmatch(value) is None:
            raise ValueError(
                "an instant is written like 2021-03-10T12:00:00+08:00, with its offset, to the microsecond"
            )
        value = datetime.fromisoformat(value.upper())
    if not isinstance(value, datetime):
        raise ValueError("an instant is a text such as 2021-03-10T12:00:00+08:00")  # noqa: TRY004 - pydantic wants it
    if value.utcoffset() is None:
        raise ValueError("an instant needs its offset")
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError(f"an instant lies in the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return value.astimezone(UTC)


Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]
"""An aware moment, kept in UTC. Refuses numbers, naive times and more than six decimals."""


def utc_text(at: datetime) -> str:
    """`at` in UTC with `Z`, without a fraction when it is zero and with six decimals otherwise."""
    return at.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"

"""The single values of a pack file by type: strict, bounded, and without NUL."""

from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field

from domain.policy.faults import show

VALUES_MAX: Final = 1_000
NAME_CHARS_MAX: Final = 200
_LARGEST: Final = 2**63 - 1


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("a text holds no NUL")
    return text


def _duration_text(value: object) -> object:
    """A bare number is a duration without a unit, not another type."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return show(value)
    return value


def _plain_date(value: object) -> object:
    if type(value) is not date:
        raise ValueError("a date such as 2020-12-18, without time, is needed")
    return value


Text = Annotated[str, Field(strict=True), AfterValidator(_without_nul)]
Name = Annotated[Text, Field(min_length=1, max_length=NAME_CHARS_MAX)]
Texts = Annotated[tuple[Text, ...], Field(max_length=VALUES_MAX)]
Whole = Annotated[int, Field(strict=True, ge=-_LARGEST, le=_LARGEST)]
Counted = Annotated[int, Field(strict=True, ge=0, le=_LARGEST)]
Switch = Annotated[bool, Field(strict=True)]
DurationText = Annotated[Text, BeforeValidator(_duration_text)]
PlainDate = Annotated[date, BeforeValidator(_plain_date)]

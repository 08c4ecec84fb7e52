"""Moments as they are given on the command line."""

from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from caseledger.cli.failures import usage
from domain.policy.instants import Instant

_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


def instant(text: str, option: str) -> datetime:
    """The moment in `text`, in UTC; raises `Failure` without an offset or for anything else that is no moment."""
    try:
        return _INSTANT.validate_python(text)
    except ValidationError:
        raise usage(
            f"{option} {text!r} is no moment: it is written with an offset, as 2021-03-10T12:00:00+08:00 or "
            "2021-03-10T04:00:00Z"
        ) from None

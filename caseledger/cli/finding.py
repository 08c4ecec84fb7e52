"""Finds the one platform that knows what was asked for."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from caseledger.cli.failures import usage
from caseledger.queries.errors import NotFound
from caseledger.queries.ports import Reading

T = TypeVar("T")


def on_one(readings: Sequence[Reading], find: Callable[[Reading], T]) -> T:
    """What `find` gives on the only platform that has it; `NotFound` when none has, `Failure` when several have."""
    found: list[tuple[str, T]] = []
    missing: list[NotFound] = []
    for reading in readings:
        try:
            found.append((reading.platform, find(reading)))
        except NotFound as absence:
            missing.append(absence)
    if len(found) > 1:
        names = ", ".join(platform for platform, _ in found)
        raise usage(f"{len(found)} platforms have one of this id: {names}; name one with --platform")
    if found:
        return found[0][1]
    if len(missing) == 1:
        raise missing[0]
    names = ", ".join(reading.platform for reading in readings)
    raise NotFound(missing[0].code, f"none of the platforms here has it: {names}")

"""What the fold looks at in an append: its id, the versions of streams that it takes, the positions that it tracks.

Folding a long log makes one of these for each append, so they are tuples, and events are no part of them.
"""

from collections.abc import Sequence
from typing import NamedTuple

from infra.journal.appends import Key


class Run(NamedTuple):
    """Consecutive events of one append with one stream and versions rising by one.

    The first of them is the append's event number `place`, from 0, and stands at byte `at`.
    """

    key: Key
    first_version: int
    last_version: int
    place: int
    at: int


class Claim(NamedTuple):
    """One append; its events begin at byte `at`. All places count from `base`."""

    append_id: bytes
    at: int
    runs: Sequence[Run]
    tracking: Sequence[tuple[str, int]]
    base: int = 0


def count_of(runs: Sequence[Run]) -> int:
    """How many events an append with these runs, which are all of its runs in order, has."""
    if not runs:
        return 0
    _, first, last, place, _ = runs[-1]
    return place + last - first + 1

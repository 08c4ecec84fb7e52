"""The figures of a public notice: how many accounts, groups and links were dealt with in a span of days."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from caseledger.queries.lists import Listing
from caseledger.queries.ports import Condition, OneOf, Question, Range, Reading, Row
from projections.notices import ANNOUNCED, COUNTED


@dataclass(frozen=True, slots=True)
class Figure:
    """Of one type on one platform: different things dealt with, decisions that did, and whether names are announced.

    What an appeal or a correction took back is not counted.
    """

    platform: str
    type: str
    things: int
    decisions: int
    announced: bool


def figures(readings: Sequence[Reading], since: str | None, until: str | None) -> Iterator[Figure]:
    """One line for each platform and type of thing; counted as the rows go by, none is kept."""
    where: Mapping[str, Condition] = {"day": Range(at_least=since, at_most=until), "state": OneOf((ANNOUNCED, COUNTED))}
    for reading in readings:
        yield from _counted(reading.platform, reading.tables.rows(Question("notices", where, ("thing_type", "thing"))))


def announced(since: str | None, until: str | None) -> Listing:
    """The list of what is announced, in the order of the ledger."""
    days = Range(at_least=since, at_most=until)
    return Listing("public_notices", {} if days == Range() else {"day": days}, ("position",))


def _counted(platform: str, rows: Iterator[Row]) -> Iterator[Figure]:
    """The rows come sorted by type and thing."""
    kind: str | None = None
    thing: object = None
    things = decisions = names = 0
    for row in rows:
        if row["thing_type"] != kind:
            if kind is not None:
                yield Figure(platform, kind, things, decisions, announced=names > 0)
            kind, thing, things, decisions, names = str(row["thing_type"]), None, 0, 0, 0
        things += row["thing"] != thing
        decisions += 1
        names += row["state"] == ANNOUNCED
        thing = row["thing"]
    if kind is not None:
        yield Figure(platform, kind, things, decisions, announced=names > 0)

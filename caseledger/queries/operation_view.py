"""One operation as it stands: its cases, persons, regions, roles and outcomes; no name in it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from caseledger.queries.errors import NotFound
from caseledger.queries.ports import OneOf, Question, Reading, Row
from domain.policy.kinds import KINDS, Kind, MeasureRole

CASES_ASKED_MAX: Final = 500
"""The outcomes of this many cases are read at a time."""


@dataclass(frozen=True, slots=True)
class OperationView:
    """One operation. The lists of rows are those of the read models of the same names, each cut where it was asked to
    be; the counts by region and role are of all persons. `open_cases` have no decision that stands; `decided_outside`
    are the persons about whom an authority decided.
    """

    platform: str
    operation: str
    position: int
    standing: Row
    open_cases: int
    decided_outside: int
    cases: list[Row]
    persons: list[Row]
    outcomes: list[Row]
    deadlines: list[Row]
    regions: dict[str, int]
    parts: dict[str, int]


def operation_view(reading: Reading, operation: str, most: int | None = None) -> OperationView:
    """The operation opened under this id, with at most `most` rows of each list; raises `NotFound`."""
    found = reading.all("operations", operation=operation) or reading.all("operations", operation_id=operation)
    if not found:
        raise NotFound("operation_not_found", f"no operation {operation!r} on {reading.platform}")
    standing = found[0]
    key = str(standing["operation_id"])
    regions, parts, outside, persons = _persons(reading, key, most)
    where, order = {"operation_id": key}, ("added_at",)
    cases = list(reading.tables.rows(Question("operation_cases", where, order, most)))
    return OperationView(
        platform=reading.platform,
        operation=str(standing["operation"]),
        position=reading.position,
        standing=standing,
        open_cases=_number(standing, "cases") - _number(standing, "upheld") - _number(standing, "dismissed"),
        decided_outside=outside,
        cases=cases,
        persons=persons,
        outcomes=list(islice(_outcomes(reading, cases), most)),
        deadlines=reading.all("deadlines", "due_at", stream=key),
        regions=dict(sorted(regions.items())),
        parts=dict(sorted(parts.items())),
    )


def _persons(reading: Reading, key: str, most: int | None) -> tuple[Counter[str], Counter[str], int, list[Row]]:
    """All persons counted by region and role, those decided about outside, and the first of them."""
    regions: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    outside: set[object] = set()
    first: list[Row] = []
    for person in reading.tables.rows(Question("operation_persons", {"operation_id": key}, ("entry",))):
        if person["counted"]:
            regions[str(person["region"] or "")] += 1
            parts[str(person["part"] or "")] += 1
        if any(is_external(measure) for measure in measures_of(person)):
            outside.add(person["account"] or person["entry"])
        if most is None or len(first) < most:
            first.append(person)
    return regions, parts, len(outside), first


def measures_of(person: Row) -> list[str]:
    """What stands against a person of an operation, in the short form of packs."""
    measures = person["measures"]
    return [str(measure) for measure in measures] if isinstance(measures, list) else []


def is_external(measure: str) -> bool:
    """Whether an authority decides this measure."""
    kind = measure.partition(":")[0]
    return kind in KINDS and KINDS[Kind(kind)].role is MeasureRole.EXTERNAL


def _outcomes(reading: Reading, cases: Sequence[Row]) -> Iterator[Row]:
    """What was decided in these cases, case after case in their order."""
    for start in range(0, len(cases), CASES_ASKED_MAX):
        names = [str(case["case_id"]) for case in cases[start : start + CASES_ASKED_MAX]]
        by_case: dict[str, list[Row]] = {name: [] for name in names}
        where = {"case_id": OneOf(tuple(names))}
        for row in reading.tables.rows(Question("operation_outcomes", where, ("entry_id",))):
            by_case[str(row["case_id"])].append(row)
        for rows in by_case.values():
            yield from rows


def _number(row: Row, name: str) -> int:
    return int(str(row[name]))

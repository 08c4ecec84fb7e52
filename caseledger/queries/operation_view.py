"""One operation as it stands: its cases, persons, regions, roles and outcomes; no name in it."""

from collections import Counter
from dataclasses import dataclass

from caseledger.queries.errors import NotFound
from caseledger.queries.ports import Reading, Row


@dataclass(frozen=True, slots=True)
class OperationView:
    """The whole of one operation. The lists of rows are those of the read models of the same names."""

    platform: str
    operation: str
    position: int
    standing: Row
    cases: list[Row]
    persons: list[Row]
    outcomes: list[Row]
    deadlines: list[Row]
    regions: dict[str, int]
    parts: dict[str, int]


def operation_view(reading: Reading, operation: str) -> OperationView:
    """The operation opened under this id; raises `NotFound`."""
    found = reading.all("operations", operation=operation) or reading.all("operations", operation_id=operation)
    if not found:
        raise NotFound("operation_not_found", f"no operation {operation!r} on {reading.platform}")
    key = str(found[0]["operation_id"])
    cases = reading.all("operation_cases", "added_at", operation_id=key)
    persons = reading.all("operation_persons", "entry", operation_id=key)
    counted = [person for person in persons if person["counted"]]
    return OperationView(
        platform=reading.platform,
        operation=str(found[0]["operation"]),
        position=reading.position,
        standing=found[0],
        cases=cases,
        persons=persons,
        outcomes=[
            row for case in cases for row in reading.all("operation_outcomes", "entry_id", case_id=str(case["case_id"]))
        ],
        deadlines=reading.all("deadlines", "due_at", stream=key),
        regions=_by(counted, "region"),
        parts=_by(counted, "part"),
    )


def _by(persons: list[Row], column: str) -> dict[str, int]:
    counts = Counter(str(person[column] or "") for person in persons)
    return dict(sorted(counts.items()))

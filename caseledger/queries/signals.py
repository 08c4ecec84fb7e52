"""The signal of co-reporting for the reviewer: figures only; which accounts they are stays where reporters are kept."""

from collections.abc import Iterator, Sequence
from typing import Final

from caseledger.queries.ports import OneOf, Question, Reading, Row

READ_MODEL: Final = "co_reporting"

FIGURES: Final = ("target_kind", "reporters", "together", "earlier_max", "signal", "first_at", "last_at")
"""What is shown of an item's or respondent's row, in the words of the read model."""


def signals(reading: Reading, cases: Sequence[tuple[str, str | None]]) -> dict[str, list[Row]]:
    """For each case, given with its respondent, the figures of its item and of its respondent, where there are any."""
    items = _figures(reading, "item", {case for case, _ in cases})
    respondents = _figures(reading, "respondent", {respondent for _, respondent in cases if respondent is not None})
    found = {case: [items.get(case), respondents.get(respondent or "")] for case, respondent in cases}
    return {case: [row for row in rows if row is not None] for case, rows in found.items()}


def with_signals(readings: Sequence[Reading], rows: Sequence[Row]) -> list[Row]:
    """Rows of the queue, each with the figures of its item and respondent that are a signal, as `co_reporting`."""
    return [row for reading in readings for row in _of_platform(reading, rows)]


def _of_platform(reading: Reading, rows: Sequence[Row]) -> Iterator[Row]:
    own = [row for row in rows if row["platform"] == reading.platform]
    known = {str(row["case_id"]): None if row["respondent"] is None else str(row["respondent"]) for row in own}
    found = signals(reading, list(known.items()))
    for row in own:
        yield {**row, READ_MODEL: [each for each in found[str(row["case_id"])] if each["signal"]]}


def _figures(reading: Reading, kind: str, targets: set[str]) -> dict[str, Row]:
    if not targets:
        return {}
    question = Question(READ_MODEL, {"target_kind": kind, "target": OneOf(tuple(sorted(targets)))})
    return {str(row["target"]): {name: row[name] for name in FIGURES} for row in reading.tables.rows(question)}

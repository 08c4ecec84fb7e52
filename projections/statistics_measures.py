"""Measures counted by kind for the statistics: every kind that an upheld decision took, and what of it was undone."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Final, cast

from domain.cases.events import CaseDecided
from domain.cases.values import Choice, MeasureTaken
from domain.events import Event
from projections.fact import Fact
from projections.packs import canonical
from projections.rows import Rows
from projections.statistics_tables import MEASURES, STATISTICS

MEASURE: Final = STATISTICS.key.index("measure")
"""Where in the key of a row the kind of the measure stands."""

Count = Callable[[str], tuple[str, ...]]
"""Counts a kind of measure; gives the key of the row that it was counted in."""


def take(rows: Rows, fact: Fact[CaseDecided], choice: Choice, count: Count) -> None:
    """Count each kind of measure of a decision once, and remember where."""
    kinds = dict.fromkeys(measure.kind for measure in _measures(choice))
    if kinds:
        _remember(rows, fact, fact.event.decision, [count(kind) for kind in kinds])


def take_back(rows: Rows, fact: Fact[Event], decision: int) -> None:
    """None of the decision's measures stands any more."""
    for cell in _cells(rows, fact, decision):
        rows.add(STATISTICS, cell, (0, -1))
    rows.delete(MEASURES, (fact.stream, decision))


def replace(
    rows: Rows, fact: Fact[Event], decision: int, old: MeasureTaken, recount: Callable[[], tuple[str, ...]]
) -> None:
    """A milder measure took the place of one: that one stops standing, the milder one is counted when it was taken."""
    cells = list(_cells(rows, fact, decision))
    kept = [cell for cell in cells if cell[MEASURE] != old.kind]
    for cell in cells:
        if cell not in kept:
            rows.add(STATISTICS, cell, (0, -1))
    _remember(rows, fact, decision, [*kept, recount()])


def _measures(choice: Choice) -> Iterator[MeasureTaken]:
    yield from choice.content_measures
    if choice.party_measure is not None:
        yield choice.party_measure
    yield from choice.also
    yield from choice.added


def _remember(rows: Rows, fact: Fact[Event], decision: int, cells: Iterable[tuple[str, ...]]) -> None:
    rows.put(MEASURES, {"case_id": fact.stream, "decision": decision, "cells": canonical(list(cells))})


def _cells(rows: Rows, fact: Fact[Event], decision: int) -> Iterator[tuple[str, ...]]:
    row = rows.get(MEASURES, (fact.stream, decision))
    if row is not None:
        yield from (tuple(cell) for cell in json.loads(cast("str", row["cells"])))

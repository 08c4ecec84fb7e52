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

Cell = tuple[str, ...]
"""The key of a row of the statistics."""

Count = Callable[[str], Cell]
"""Counts a kind of measure; gives the key of the row that it was counted in."""

Stop = Callable[[Rows, Cell], None]
"""Lets one fact of a row stand no more."""


def take(rows: Rows, fact: Fact[CaseDecided], choice: Choice, count: Count) -> None:
    """Count each kind of measure of a decision once, and remember where."""
    kinds = dict.fromkeys(measure.kind for measure in _measures(choice))
    if kinds:
        remember(rows, fact, fact.event.decision, [count(kind) for kind in kinds])


def take_back(rows: Rows, fact: Fact[Event], decision: int, stop: Stop) -> None:
    """None of the decision's measures stands any more."""
    for cell in _cells(rows, fact, decision):
        stop(rows, cell)
    rows.delete(MEASURES, (fact.stream, decision))


def give_way(rows: Rows, fact: Fact[Event], decision: int, old: MeasureTaken, stop: Stop) -> list[Cell]:
    """A milder measure takes the place of one, which stops standing; gives where the others were counted."""
    kept: list[Cell] = []
    for cell in _cells(rows, fact, decision):
        if cell[MEASURE] == old.kind:
            stop(rows, cell)
        else:
            kept.append(cell)
    return kept


def remember(rows: Rows, fact: Fact[Event], decision: int, cells: Iterable[Cell]) -> None:
    """Remember where the measures that stand were counted."""
    rows.put(MEASURES, {"case_id": fact.stream, "decision": decision, "cells": canonical(list(cells))})


def _measures(choice: Choice) -> Iterator[MeasureTaken]:
    yield from choice.content_measures
    if choice.party_measure is not None:
        yield choice.party_measure
    yield from choice.also
    yield from choice.added


def _cells(rows: Rows, fact: Fact[Event], decision: int) -> Iterator[Cell]:
    row = rows.get(MEASURES, (fact.stream, decision))
    if row is not None:
        yield from (tuple(cell) for cell in json.loads(cast("str", row["cells"])))

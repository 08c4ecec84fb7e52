"""The tables of the Kafka benchmark: a line for each thing measured, a column for each side, ratios to PostgreSQL."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from benchmarks.kafka_sides import JOURNAL, POSTGRES
from benchmarks.measuring import Load, Measured, shares, spread

_COMPARED: Final = ("appends/s", "events/s", "ms", "us")
_NAME: Final = 44
_UNIT: Final = 10
_FIGURES: Final = 27


@dataclass(slots=True)
class Row:
    """One measured thing, and the figures of each side over the rounds."""

    name: str
    unit: str
    figures: dict[str, list[float]] = field(default_factory=dict)

    def ratio(self) -> float | None:
        """How many times better the journal is than the library on PostgreSQL; None without both."""
        ours, theirs = self.figures.get(JOURNAL), self.figures.get(POSTGRES)
        if not ours or not theirs or self.unit not in _COMPARED:
            return None
        times = statistics.median(ours) / statistics.median(theirs)
        return times if self.unit.endswith("/s") else 1 / times


@dataclass(slots=True)
class Table:
    """What one part of the benchmark measured."""

    title: str
    sides: tuple[str, ...]
    target: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    loads: dict[str, list[Load]] = field(default_factory=dict)

    def add(self, side: str, measured: Iterable[Measured]) -> None:
        """Take up one round's figures of a side."""
        for name, unit, value in measured:
            row = self.rows.setdefault(name, Row(name, unit))
            row.figures.setdefault(side, []).append(value)

    def show(self) -> None:
        """Print it, each figure as `median (lowest-highest)`, then how client and servers shared the cores."""
        print(f"\n{self.title}")
        heads = "".join(f"{side:>{_FIGURES}}" for side in self.sides)
        print(f"{'':{_NAME}} {'':{_UNIT}}{heads} {'ratio':>8}  target")
        for row in self.rows.values():
            cells = "".join(f"{spread(row.figures.get(side, [])):>{_FIGURES}}" for side in self.sides)
            ratio = row.ratio()
            shown = "" if ratio is None else f"{ratio:.2f}x"
            print(f"{row.name:{_NAME}} {row.unit:{_UNIT}}{cells} {shown:>8}  {self.target.get(row.name, '')}".rstrip())
        if self.loads:
            print("  cores kept busy, and in brackets the CPU time of one append or report")
        for name, loads in self.loads.items():
            print(f"  {name:{_NAME + 14}} {shares(loads)}")

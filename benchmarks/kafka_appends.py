"""Appends a second and their latencies, at several numbers of callers, the sides in turn within every round."""

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.kafka_sides import Side, Writes
from benchmarks.kafka_table import Table
from benchmarks.measuring import Load, Measured, Processes, new_events, quantile, timed_callers

SIZES: Final = (1, 10)
WARMING: Final = 50
"""Appends of one caller before the first round: connections, statements, the brokers' first compilations."""


def appends(
    table: Table, sides: list[Side], callers: tuple[int, ...], processes: Processes, *, rounds: int, seconds: float
) -> None:
    """Fill the table. Every side is open all the time, and idle while another one is measured."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="caseledger-bench-")))
        opened: dict[str, Writes] = {}
        for side in sides:
            place = folder / side.name
            place.mkdir()
            opened[side.name] = stack.enter_context(side.opened(place))
            for _ in range(WARMING):
                opened[side.name].insert_events(new_events(1))
        for _ in range(rounds):
            for size in SIZES:
                for count in callers:
                    for name, recorder in opened.items():
                        loads = table.loads.setdefault(f"{name}, {size} x 256 B, {count} callers", [])
                        table.add(name, _one(recorder, size, count, seconds, processes, loads))


def _one(
    recorder: Writes, size: int, callers: int, seconds: float, processes: Processes, loads: list[Load]
) -> list[Measured]:
    took: list[float] = []
    total = 0.0
    with processes.watched(loads, lambda: len(took)):
        took, total = timed_callers(lambda: recorder.insert_events(new_events(size)), callers, seconds)
    name = f"append {size} x 256 B, {callers} callers"
    return [
        Measured(name, "appends/s", len(took) / total),
        Measured(f"{name}, p50", "ms", quantile(took, 0.5) * 1e3),
        Measured(f"{name}, p99", "ms", quantile(took, 0.99) * 1e3),
    ]

"""How fast `caseledger ingest` takes in reports, until every read model is current, and how much memory it needs."""

import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROUNDS: Final = 3
SIZES: Final = (10_000,)
SEED: Final = 20201218
PLATFORM: Final = "36kr-jiangsu"


class Row(NamedTuple):
    """One size: reports a second over the rounds, and the largest memory of any process of it in MiB."""

    reports: int
    min_per_s: float
    median_per_s: float
    max_per_s: float
    peak_mib: float


def run(sizes: tuple[int, ...] = SIZES, rounds: int = ROUNDS) -> list[Row]:
    """One row for each number of reports, each round into a folder of its own."""
    return [_measure(size, rounds) for size in sizes]


def lines(count: int) -> Iterator[str]:
    """Reports as an app sends them: two on every three items, from returning reporters, over eleven months."""
    chance = random.Random(SEED)  # noqa: S311 - sample data
    for number in range(count):
        item = chance.randrange(count * 2 // 3 + 1)
        month, day = 1 + number * 11 // count, 1 + (number * 300 // count) % 28
        clock = f"{(number // 3600) % 24:02d}:{(number // 60) % 60:02d}:{number % 60:02d}"
        report = {
            "platform": PLATFORM,
            "at": f"2021-{month:02d}-{day:02d}T{clock}+08:00",
            "system": "app",
            "report": f"r-{number}",
            "source": "user",
            "channel": "button",
            "reporter": f"rep-{chance.randrange(count // 5 + 1)}",
            "contact": True,
            "place": "own_site",
            "subject": {"type": "content", "id": f"c-{item}"},
            "content": f"c-{item}",
            "respondent": f"acc-{item % 5_000}",
            "posted_at": "2020-12-30T09:00:00+08:00",
            "codes": ["3.2.8"],
            "evidence": "sufficient",
            "statement": "这条评论在骂人",
            "snapshot": "你这个人真是太差劲了 滚出去",
        }
        yield json.dumps(report, ensure_ascii=False) + "\n"


def main() -> None:
    """Print the table."""
    sizes = tuple(int(size) for size in sys.argv[1:]) or SIZES
    print("ingest, counted until every read model is current")
    print(f"{'reports':>10} {'reports/s min':>14} {'median':>8} {'max':>8} {'peak MiB':>9}")
    for row in run(sizes):
        print(
            f"{row.reports:>10,} {row.min_per_s:>14,.0f} {row.median_per_s:>8,.0f} {row.max_per_s:>8,.0f} "
            f"{row.peak_mib:>9.0f}"
        )


def _measure(size: int, rounds: int) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "reports.jsonl"
        with file.open("w", encoding="utf-8") as out:
            out.writelines(lines(size))
        speeds = [size / _ingest(file, Path(folder) / f"data-{number}") for number in range(rounds)]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Row(size, min(speeds), statistics.median(speeds), max(speeds), peak)


def _ingest(file: Path, data: Path) -> float:
    """Seconds that the command took as a whole process, start included."""
    command = [sys.executable, "-c", "from caseledger.cli import main; main()", "ingest", str(file), "--json"]
    started = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own command
        command, env={**os.environ, "CASELEDGER_DATA": str(data)}, check=True, capture_output=True, text=True
    )
    seconds = time.perf_counter() - started
    told = json.loads(done.stdout)
    if told["bad"] or told["admitted"] != told["lines"]:
        raise RuntimeError(f"not every report was admitted: {told}")
    return seconds


if __name__ == "__main__":
    main()

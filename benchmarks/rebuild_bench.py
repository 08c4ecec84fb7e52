"""How fast `caseledger rebuild` drops and replays all nine read models, as a whole process, and its memory."""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.ingest_bench import lines

REPORTS: Final = 40_000
ROUNDS: Final = 3
COMMAND: Final = (sys.executable, "-c", "from caseledger.cli import main; main()")


class Row(NamedTuple):
    """Events a second over the rounds, the start of the process included, and the largest memory of any process."""

    events: int
    min_per_s: float
    median_per_s: float
    max_per_s: float
    peak_mib: float


def run(reports: int = REPORTS, rounds: int = ROUNDS) -> Row:
    """The rebuilding of what so many reports make, three events each."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "reports.jsonl"
        with file.open("w", encoding="utf-8") as out:
            out.writelines(lines(reports))
        environment = {**os.environ, "CASELEDGER_DATA": str(Path(folder) / "data")}
        _call(environment, "ingest", str(file))
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        speeds = [_rebuild(environment) for _ in range(rounds)]
    peak_kib = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    speeds_only = [speed for _, speed in speeds]
    return Row(speeds[0][0], min(speeds_only), statistics.median(speeds_only), max(speeds_only), peak_kib / 1024)


def main() -> None:
    """Print the table."""
    row = run(int(sys.argv[1]) if len(sys.argv) > 1 else REPORTS)
    print("rebuild of all nine read models, in two processes (memory: the larger of ingest and rebuild)")
    print(f"{'events':>10} {'events/s min':>13} {'median':>8} {'max':>8} {'peak MiB':>9}")
    speeds = f"{row.min_per_s:>13,.0f} {row.median_per_s:>8,.0f} {row.max_per_s:>8,.0f}"
    print(f"{row.events:>10,} {speeds} {row.peak_mib:>9.0f}")


def _rebuild(environment: dict[str, str]) -> tuple[int, float]:
    started = time.perf_counter()
    told = json.loads(_call(environment, "rebuild", "--json"))
    events = int(told[0]["position"])
    return events, events / (time.perf_counter() - started)


def _call(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own command
        (*COMMAND, *words), env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


if __name__ == "__main__":
    main()

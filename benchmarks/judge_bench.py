"""How long one judgement takes against records of growing length, over the shipped pack with the longest ladder."""

import statistics
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from domain.policy.finding import Finding, Subject
from domain.policy.judge import judge
from domain.policy.load import load
from domain.policy.pack import Pack
from domain.policy.record import Record, RecordEntry
from domain.policy.vocabulary import EntryCause, SubjectType

PACK = Path(__file__).parent.parent / "policies" / "36kr-jiangsu" / "2020-12-18.toml"
ENTRIES = (0, 100, 10_000, 100_000)
BUDGET_S = 2.0
JUDGEMENTS_MAX = 5_000
AT = datetime(2025, 3, 10, 12, tzinfo=UTC)


class Row(NamedTuple):
    """Times of `judgements` calls, in microseconds."""

    entries: int
    judgements: int
    min_us: float
    median_us: float
    max_us: float


def run() -> list[Row]:
    """One row for each length of the record."""
    pack = load(PACK.read_bytes(), str(PACK))
    return [_measure(pack, entries) for entries in ENTRIES]


def _measure(pack: Pack, entries: int) -> Row:
    record = _record(entries)
    finding = Finding(
        at=AT,
        subject=Subject(type=SubjectType.CONTENT, id="c-now"),
        respondent="acc-1",
        content="c-now",
        posted_at=AT - timedelta(hours=1),
        codes=("3.2.6",),
    )
    judge(pack, record, finding)
    taken: list[float] = []
    while sum(taken) < BUDGET_S and len(taken) < JUDGEMENTS_MAX:
        started = time.perf_counter()
        judge(pack, record, finding)
        taken.append(time.perf_counter() - started)
    in_us = [1e6 * seconds for seconds in taken]
    return Row(entries, len(taken), min(in_us), statistics.median(in_us), max(in_us))


def _record(entries: int) -> Record:
    """Removals and mutes for conduct, over four years: all stand, and none of them lets a rule decide early."""
    step = timedelta(days=4 * 365) / max(entries, 1)
    return Record.of(
        RecordEntry(
            id=f"e{number}", kind="content_removal", at=AT - timedelta(days=2) - number * step, content=f"c{number}"
        )
        if number % 2
        else RecordEntry(
            id=f"e{number}",
            kind="mute",
            at=AT - timedelta(days=2) - number * step,
            duration="P1D",
            cause=EntryCause.CONDUCT,
        )
        for number in range(entries)
    )


def main() -> None:
    """Print the table."""
    print(f"{'entries':>8} {'runs':>6} {'min µs':>10} {'median µs':>10} {'max µs':>10}")
    for row in run():
        print(
            f"{row.entries:>8} {row.judgements:>6} {row.min_us:>10.1f} {row.median_us:>10.1f} {row.max_us:>10.1f}",
        )


if __name__ == "__main__":
    main()

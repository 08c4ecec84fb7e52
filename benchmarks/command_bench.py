"""How long a command takes on a case with 1,000 events, about an account with 1,000 sanctions."""

import json
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from caseledger.application.requests import parse_request
from caseledger.application.service import Answer
from caseledger.bootstrap import Caseledger, start
from caseledger.settings import Settings

PLATFORM: Final = "36kr-jiangsu"
EVENTS: Final = 1_000
SANCTIONS: Final = 1_000
COMMANDS: Final = 300
START: Final = datetime(2021, 1, 1, tzinfo=UTC)


class Row(NamedTuple):
    """Times of one command in milliseconds."""

    command: str
    median_ms: float
    p99_ms: float
    max_ms: float


def run() -> list[Row]:
    """A row for a note, and one for a decision that reads the whole record and adds to it."""
    with tempfile.TemporaryDirectory() as folder, start(Settings(data=Path(folder))) as caseledger:
        bench = _Bench(caseledger)
        bench.decide(SANCTIONS)
        bench.file("long")
        bench.note(EVENTS)
        return [_row("add_note", bench.note(COMMANDS)), _row("propose_decision", bench.decide(COMMANDS))]


def main() -> None:
    """Print the table."""
    print(f"one command, on a case with {EVENTS:,} events and an account with {SANCTIONS:,} sanctions")
    print(f"{'command':<18} {'median ms':>10} {'p99 ms':>8} {'max ms':>8}")
    for row in run():
        print(f"{row.command:<18} {row.median_ms:>10.2f} {row.p99_ms:>8.2f} {row.max_ms:>8.2f}")


class _Bench:
    """Gives commands, each a minute after the one before, and times those that are measured."""

    def __init__(self, caseledger: Caseledger) -> None:
        self._gateway = caseledger.gateway
        self._given = 0

    def file(self, name: str) -> Answer:
        """A report about a new item of the one account."""
        return self._give(
            "file_report",
            report=name,
            source="user",
            place="weibo",
            subject={"type": "content", "id": name},
            content=name,
            respondent="acc-1",
            posted_at="2020-12-20T00:00:00Z",
            codes=["3.2.6"],
            snapshot="骂人",
        )

    def note(self, count: int) -> list[float]:
        """Notes on the one case with many events."""
        return [self._timed("add_note", case={"report": "long"}, text=f"note {self._given}") for _ in range(count)]

    def decide(self, count: int) -> list[float]:
        """Decisions about one account, each adding a removal and a sanction to its record."""
        taken: list[float] = []
        for _ in range(count):
            name = f"c-{self._given}"
            self.file(name)
            finding = {"codes": ["3.2.6"], "severity": "ordinary"}
            taken.append(self._timed("propose_decision", case={"report": name}, outcome="upheld", finding=finding))
        return taken

    def _timed(self, command: str, **fields: object) -> float:
        started = time.perf_counter()
        answer = self._give(command, **fields)
        taken = time.perf_counter() - started
        if not answer.events:
            raise RuntimeError(f"{command} wrote nothing")
        return taken

    def _give(self, command: str, **fields: object) -> Answer:
        self._given += 1
        at = (START + timedelta(minutes=self._given)).isoformat()
        line = {"platform": PLATFORM, "at": at, "actor": "ann", "command": command, **fields}
        return self._gateway.handle(parse_request(command, json.dumps(line)))


def _row(command: str, taken: list[float]) -> Row:
    in_ms = sorted(1_000 * seconds for seconds in taken)
    return Row(command, statistics.median(in_ms), in_ms[int(len(in_ms) * 0.99)], in_ms[-1])


if __name__ == "__main__":
    main()

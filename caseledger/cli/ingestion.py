"""The ingestion behind `caseledger ingest`: batches of lines, a checkpoint behind each, the read models beside it."""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, Final

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from caseledger.application.bulk import BulkIntake, Problem, Tally
from caseledger.application.lines import LINE_BYTES_MAX
from caseledger.bootstrap import Caseledger, start
from caseledger.following import Follower
from caseledger.throughput import collect_seldom
from consumers.lines import Line, lines_of
from consumers.loop import consume
from infra.checkpoints import FileCheckpoint, FileCheckpoints

FOLLOW_FROM_BYTES: Final = 500_000
"""For files of so many bytes, and streams of unknown length, a second process keeps the read models current."""


def ingest_lines(file: str, platform: str | None, *, from_start: bool, as_json: bool) -> Tally:
    """Take in the lines of a file, or of standard input for `-`, and say what became of them."""
    with start(terminal=sys.stderr.isatty()) as caseledger:
        run = _Run(caseledger, platform, as_json=as_json)
        if file == "-":
            run.read(sys.stdin.buffer, None, 0)
        else:
            path = Path(file)
            with path.open("rb") as stream:
                run.resume(path, stream, from_start=from_start)
                run.read(stream, path, path.stat().st_size)
        run.finish()
    return run.tally


class _Run:
    """One ingestion: where it stands, and what it tells."""

    def __init__(self, caseledger: Caseledger, platform: str | None, *, as_json: bool) -> None:
        self.tally = Tally()
        self._caseledger = caseledger
        self._as_json = as_json
        self._checkpoints = FileCheckpoints(caseledger.settings.data / "ingest")
        self._intake = BulkIntake(caseledger.gateway, platform or caseledger.settings.platform, self.tally)
        self._digest = hashlib.sha256()
        self._after = (0, 0)
        self._before = 0
        self._follower: Follower | None = None

    def resume(self, path: Path, stream: BinaryIO, *, from_start: bool) -> None:
        """Stand behind what took effect before, if the file still begins with it."""
        found, self._digest = (None, hashlib.sha256()) if from_start else self._checkpoints.find(path, stream)
        if found is not None:
            self._after = (found.lines, found.bytes_read)
            self._before = found.lines

    def read(self, stream: BinaryIO, path: Path | None, size: int) -> None:
        """Take in every line, batch by batch."""
        collect_seldom()
        after_line, after_byte = self._after
        hashing = _Hashing(stream, self._digest)
        lines = lines_of(hashing, LINE_BYTES_MAX, after_line=after_line, after_byte=after_byte)
        if path is None or size - after_byte > FOLLOW_FROM_BYTES:
            self._follower = Follower(self._caseledger.settings)
        with _progress(size) as advance:
            advance(after_byte)

            def settle(last: Line) -> None:
                advance(last.end)
                if path is not None:
                    self._checkpoints.keep(path, FileCheckpoint(last.number, last.end, self._digest.hexdigest()))

            try:
                consume(lines, self._handle, settle, batch_max=self._caseledger.settings.ingest_batch)
            finally:
                caught_up = self._follower is not None and self._follower.finish()
            if not caught_up:
                self._catch_up()

    def finish(self) -> None:
        """Say what became of the lines."""
        tally = self.tally
        told = {
            "lines": tally.lines,
            "admitted": tally.admitted,
            "refused": tally.refused,
            "seen_before": tally.seen_before,
            "bad": tally.bad,
            "reasons": dict(sorted(tally.reasons.items())),
            "passed_over": self._before,
        }
        console = Console(highlight=False)
        if self._as_json:
            console.print_json(data=told, indent=None)
            return
        if self._before:
            console.print(f"went on behind line {self._before}, which was taken in before")
        console.print(
            f"{tally.lines} lines: {tally.admitted} admitted, {tally.refused} refused by their policy, "
            f"{tally.seen_before} seen before, {tally.bad} bad"
        )
        for reason, count in sorted(tally.reasons.items()):
            console.print(f"  {count} {reason}")

    def _handle(self, lines: Sequence[Line]) -> None:
        for problem in self._intake.take(lines):
            _tell(problem)

    def _catch_up(self) -> None:
        for platform in self._caseledger.platforms():
            self._caseledger.catch_up(platform).run()


class _Hashing:
    """Reads lines and digests every byte that was read: the loop reads no further than the batch it handles."""

    def __init__(self, stream: BinaryIO, digest: "hashlib._Hash") -> None:
        self._stream = stream
        self._digest = digest

    def readline(self, size: int = -1, /) -> bytes:
        """The next line, at most `size` bytes of it."""
        data = self._stream.readline(size)
        self._digest.update(data)
        return data


@contextmanager
def _progress(size: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal's standard error; what it gives is told the offset reached."""
    if not sys.stderr.isatty() or not size:
        yield lambda _: None
        return
    columns = (TextColumn("reports"), BarColumn(), TaskProgressColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reports", total=size)
        yield lambda offset: bar.update(task, completed=offset)


def _tell(problem: Problem) -> None:
    """One line of JSON on standard error for each line that was not taken in."""
    faults = [asdict(fault) for fault in problem.faults]
    sys.stderr.write(json.dumps({"line": problem.line, "faults": faults}, ensure_ascii=False) + "\n")

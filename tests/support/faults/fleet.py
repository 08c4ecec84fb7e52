"""Client processes of one journal: started, killed, brought to rest, and gathered into one history."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, Queue
from types import MappingProxyType
from typing import Any

from infra.journal import JournalApplicationRecorder
from infra.journal.limits import APPEND_WAIT_S
from tests.support.faults.journals import opened, read_log
from tests.support.history.calls import Answer, read_notes
from tests.support.history.checking import History, check
from tests.support.history.folding import Fold, Logged, decoded, fold_from_file, fold_from_scratch, fold_of

ROOT = Path(__file__).parents[3]
CLIENT = ROOT / "tests" / "support" / "faults" / "client.py"
OPEN_S = 120.0
REST_S = 120.0
"""Longer than a caller waits for its answer, and an append in doubt for its end."""

THREADS = 3
NOTHING: Mapping[str, Any] = MappingProxyType({})
ERRORS_SHOWN = 4_000
_ANSWERED = b'"answered"'


class Running:
    """One client process."""

    def __init__(self, name: str, url: str, index: Path, folder: Path, threads: int, append_wait_s: float) -> None:
        self.name = name
        self.index = index
        self.notes = folder / f"{name}.jsonl"
        self.errors = folder / f"{name}.err"
        self.killed = False
        self._said: Queue[str | None] = Queue()
        self._acknowledged: list[int] = []
        self._read = 0
        command = [sys.executable, str(CLIENT), url, str(index), str(self.notes), str(threads), str(append_wait_s)]
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                bufsize=1,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, *words: object) -> None:
        """Give a command. One that ended by itself shows why."""
        assert self.process.stdin
        try:
            self.process.stdin.write(" ".join(map(str, words)) + "\n")
        except BrokenPipeError:
            raise AssertionError(f"{self.name} ended: {self.errors.read_text()[-ERRORS_SHOWN:]}") from None

    def heard(self, word: str, within: float) -> None:
        """Wait until it says this word."""
        try:
            said = self._said.get(timeout=within)
        except Empty:
            raise AssertionError(f"{self.name} did not say {word!r} within {within} s") from None
        assert said == word, f"{self.name} said {said!r} for {word!r}: {self.errors.read_text()[-ERRORS_SHOWN:]}"

    def kill(self) -> int:
        """Kill -9; when, in nanoseconds."""
        self.killed = True
        at = time.monotonic_ns()
        self.process.send_signal(signal.SIGKILL)
        self._close()
        return at

    def end(self) -> None:
        """Let it end by itself."""
        assert self.process.stdin
        self.process.stdin.close()
        assert self.process.wait(REST_S) == 0, self.errors.read_text()[-ERRORS_SHOWN:]
        self._close()

    def _close(self) -> None:
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()

    def _listen(self) -> None:
        assert self.process.stdout
        try:
            for line in self.process.stdout:
                self._said.put(line.strip())
        except ValueError:
            return
        finally:
            self._said.put(None)

    def acknowledged(self) -> list[int]:
        """When this process was told that an append is written, in nanoseconds, in order."""
        if self.notes.exists():
            with self.notes.open("rb") as notes:
                notes.seek(self._read)
                whole, _, _ = notes.read().rpartition(b"\n")
            self._read += len(whole) + 1 if whole else 0
            for line in whole.splitlines():
                if _ANSWERED in line and json.loads(line)[3] == Answer.WRITTEN:
                    self._acknowledged.append(json.loads(line)[0])
        return self._acknowledged


class Fleet:
    """The clients of one journal."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.all: list[Running] = []

    @property
    def running(self) -> list[Running]:
        """Those that were not killed."""
        return [client for client in self.all if not client.killed]

    def start(
        self,
        *names: str,
        index: Path | None = None,
        url: str | None = None,
        threads: Mapping[str, int] = NOTHING,
        append_wait_s: Mapping[str, float] = NOTHING,
    ) -> list[Running]:
        """More of them, which have begun when this returns. One alone may take over the index of a killed one."""
        started = []
        for name in names:
            own = index or self.folder / f"{name}.index"
            wait_s = append_wait_s.get(name, APPEND_WAIT_S)
            started.append(Running(name, url or self.url, own, self.folder, threads.get(name, THREADS), wait_s))
        self.all += started
        for client in started:
            client.heard("open", OPEN_S)
        return started

    def acknowledged(self, since: int = 0) -> list[int]:
        """When appends were acknowledged to any of them since that moment, in nanoseconds, in order."""
        return sorted(at for client in self.all for at in from_on(client.acknowledged(), since))

    def until_acknowledged(
        self, count: int, within: float, since: int | None = None, *, by: Running | None = None, after: str = ""
    ) -> None:
        """Wait until so many appends were acknowledged, to one of them or to all, from that moment (now) on."""
        begun = time.monotonic_ns() if since is None else since
        what = f"{count} acknowledged appends of {by.name if by else 'all'} {after}"
        until(lambda: len(from_on(by.acknowledged(), begun) if by else self.acknowledged(begun)) >= count, within, what)

    def at_rest(self) -> History:
        """Stop the load, let everything in doubt be settled, and gather what is known. Every process has ended then."""
        self._all_do("quiet")
        self._all_do("settle")
        records = read_log(self.url)
        scratch = fold_from_scratch(records)
        sources = {source for one in decoded(records) if isinstance(one, Logged) for source, _ in one.tracking}
        notes = [read_notes(client.notes, ended=client.killed) for client in self.all]
        calls = [call for each in notes for call in each.calls]
        ids = {call.append_id for call in calls} | scratch.outcomes.keys()
        asked = self.folder / "asked.json"
        asked.write_text(
            json.dumps({"position": len(scratch.events), "append_ids": sorted(ids), "sources": sorted(sources)})
        )
        for client in self.running:
            client.ask("fold", asked, self.folder / f"{client.name}.fold")
        folds = {}
        for client in self.running:
            client.heard("fold", REST_S)
            folds[client.name] = fold_from_file(self.folder / f"{client.name}.fold")
        notes = [read_notes(client.notes, ended=client.killed) for client in self.all]
        for client in self.running:
            client.end()
        folds |= self._folds_left_behind(sorted(ids), sorted(sources))
        return History(
            calls,
            records,
            folds,
            [delivery for each in notes for delivery in each.deliveries],
            [settlement for each in notes for settlement in each.settlements],
        )

    def _folds_left_behind(self, ids: list[str], sources: list[str]) -> dict[str, Fold]:
        """Every index opened again, those of the killed ones too, and a new one."""
        folds = {}
        for index in sorted({client.index for client in self.all} | {self.folder / "new.index"}):
            with opened(self.url, index) as journal:
                folds[f"{index.stem} opened again"] = fold_of(JournalApplicationRecorder(journal), ids, sources)
        return folds

    def _all_do(self, word: str) -> None:
        for client in self.running:
            client.ask(word)
        for client in self.running:
            client.heard(word, REST_S)


@contextmanager
def fleet(url: str, folder: Path) -> Iterator[Fleet]:
    """A fleet of which nothing is left running, however the block ends."""
    clients = Fleet(url, folder)
    try:
        yield clients
    finally:
        for client in clients.all:
            client.kill()


def assert_sound(history: History) -> None:
    """Nothing that any caller was told, or anybody read, contradicts the journal's promises."""
    violations = check(history)
    assert not violations, "\n".join(map(str, violations))


def from_on(moments: Sequence[int], since: int) -> Sequence[int]:
    """Those from that moment on."""
    return moments[bisect_left(moments, since) :]


def until(condition: Callable[[], object], within: float, what: str, every: float = 0.02) -> None:
    """Wait for an outcome, bounded; `every` is how long to wait between two looks, which may be dear."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"waited {within} s for {what}"
        threading.Event().wait(every)

"""`caseledger project` as processes of their own, on read models in SQLite or in PostgreSQL."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from caseledger.application.bulk import BulkIntake, Tally
from caseledger.bootstrap import Caseledger
from caseledger.processes.projecting import Meter
from caseledger.settings import Settings
from consumers.lines import Line
from infra.read_models.store import ReadModelStore
from projections.catalogue import read_models
from projections.catch_up import CatchUp
from projections.read_model import ReadModel
from tests.support.command_line import COMMAND

KR = "36kr-jiangsu"
WAIT_S_MAX = 60
"""How long a test waits for what has to happen."""


class Silent(Meter):
    """A meter that nobody looks at."""

    def active(self, platform: str, projected: Sequence[str], standing_by: Sequence[str]) -> None:
        """Not told on."""

    def lag(self, platform: str, read_model: str, positions: int, seconds: float) -> None:
        """Not told on."""

    def applied(self, platform: str, events: int, seconds: float) -> None:
        """Not told on."""

    def turned(self) -> None:
        """Not told on."""


class Projector:
    """One process and the lines it printed."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.said: list[str] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def says(self, *words: str) -> str:
        """The first line with all of these words; waits for it."""

        def found() -> str | None:
            return next((line for line in self.said if all(word in line for word in words)), None)

        with self._news:
            line = self._news.wait_for(found, WAIT_S_MAX)
        assert line, (words, self.said)
        return line

    def end(self, signal_number: int) -> str:
        """Send a signal, and wait for the process and its output; what it said on standard error."""
        self.process.send_signal(signal_number)
        self._reader.join(WAIT_S_MAX)
        assert self.process.stderr is not None
        told = self.process.stderr.read()
        self.process.wait(WAIT_S_MAX)
        return told

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.said.append(line)
                self._news.notify_all()


@contextmanager
def projecting(data: Path, url: str | None, *arguments: str, before: str = "") -> Iterator[Projector]:
    """The command, killed at the end if it still runs; `before` is Python to run in it first."""
    environment = {**os.environ, "CASELEDGER_DATA": str(data), "CASELEDGER_READ_MODELS_URL": url or ""}
    program, option, text = COMMAND
    with subprocess.Popen(
        (program, option, f"{before}\n{text}", "project", *arguments),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Projector(process)
        finally:
            process.kill()


def settings(data: Path, url: str | None) -> Settings:
    return Settings(data=data, read_models_url=url)


def file_reports(data: Path, first: int, count: int) -> None:
    """So many more reports in the ledger."""
    with Caseledger(Settings(data=data)) as opened:
        assert BulkIntake(opened.gateway, None, Tally()).take([_line(first + number) for number in range(count)]) == []


def current(data: Path, url: str | None, models: tuple[ReadModel, ...] = read_models()) -> dict[str, str]:
    """The digests, as soon as all read models are at the end of the ledger."""
    with Caseledger(settings(data, url)) as opened:
        head, store = opened.ledger(KR).head(), opened.read_models
        wait_until(lambda: {store.position(KR, model.name) for model in models} == {head})
        return {model.name: store.digest(KR, model) for model in models}


def rebuilt(data: Path, models: tuple[ReadModel, ...] = read_models()) -> dict[str, str]:
    """The digests that a rebuild from the ledger alone gives, in a database of its own."""
    with Caseledger(Settings(data=data)) as opened, ReadModelStore.scratch() as scratch:
        scratch.prepare(models)
        CatchUp(KR, models, opened.source(KR, models), scratch).run()
        return {model.name: scratch.digest(KR, model) for model in models}


def wait_until(holds: Callable[[], bool]) -> None:
    """Look again and again until it holds; fails when it never does."""
    until = time.monotonic() + WAIT_S_MAX
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < until, "it did not come to hold"
        pause.wait(0.02)


def _line(number: int) -> Line:
    report = {
        "platform": KR,
        "at": f"2021-03-10T{12 + number // 3600:02d}:{number // 60 % 60:02d}:{number % 60:02d}+08:00",
        "report": f"r-{number}",
        "source": "user",
        "reporter": f"rep-{number % 7}",
        "contact": True,
        "place": "weibo",
        "subject": {"type": "content", "id": f"c-{number // 2}"},
        "content": f"c-{number // 2}",
        "respondent": f"acc-{number % 5}",
        "codes": ["3.2.8"],
    }
    data = json.dumps(report).encode()
    return Line(number + 1, 0, len(data), data)

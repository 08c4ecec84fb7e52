"""Long-running commands as processes of their own, probed and scraped over HTTP as an operator's tools would."""

import json
import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self
from urllib.error import HTTPError
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

from tests.support.command_line import COMMAND, Ended

OUTCOME_S_MAX: Final = 60.0
"""How long an outcome is waited for; on a busy machine a process needs some seconds to start."""

POLL_S: Final = 0.02


def command(*arguments: str, data: Path, given: bytes = b"", **settings: str) -> Ended:
    """A command as a process of its own, until it ends."""
    environment = {**os.environ, "CASELEDGER_DATA": str(data)} | settings
    done = subprocess.run(
        (*COMMAND, *arguments), env=environment, input=given, capture_output=True, check=False, timeout=OUTCOME_S_MAX
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


class Service:
    """One command, running. Use it as a context: at its end it is killed if it still runs."""

    def __init__(self, *arguments: str, data: Path, **settings: str) -> None:
        """Start it, with its metrics at a free port."""
        environment = {**os.environ, "CASELEDGER_DATA": str(data), "CASELEDGER_METRICS_ADDRESS": "127.0.0.1:0"}
        self._out, self._err = (data.parent / f"{arguments[0]}.{kind}" for kind in ("out", "err"))
        with self._out.open("wb") as out, self._err.open("wb") as err:
            command = (*COMMAND, *arguments)
            self.process = subprocess.Popen(command, env=environment | settings, stdout=out, stderr=err)
        self._url = ""

    def __enter__(self) -> Self:
        """Use it as a context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing running."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    @property
    def out(self) -> list[str]:
        """The lines it has printed so far."""
        return self._out.read_text(encoding="utf-8").splitlines()

    @property
    def err(self) -> str:
        """What it has logged so far."""
        return self._err.read_text(encoding="utf-8")

    @property
    def url(self) -> str:
        """Where it can be probed, once it has said so."""
        if not self._url:
            self.wait(lambda: "metrics and health at" in self.err)
            self._url = re.findall(r"metrics and health at (\S+)", self.err)[0]
        return self._url

    def ready(self) -> tuple[int, list[str]]:
        """What a readiness probe is told: the status, and the reasons."""
        return self._probed("/health/ready")

    def live(self) -> int:
        """What a liveness probe is told."""
        return self._probed("/health/live")[0]

    def metric(self, name: str, **labels: str) -> float | None:
        """A sample of its metrics; None if it is not there."""
        with urlopen(self.url + "/metrics", timeout=5) as answer:  # noqa: S310 - our own server
            text = answer.read().decode()
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name == f"caseledger_{name}" and labels.items() <= sample.labels.items():
                    return float(sample.value)
        return None

    def wait(self, outcome: Callable[[], bool]) -> None:
        """Until this is so; fails when the process ends before, or after a bound, with what it said."""
        until = time.monotonic() + OUTCOME_S_MAX
        while not outcome():
            assert self.process.poll() is None, f"ended with {self.process.returncode}: {self.err}"
            assert time.monotonic() < until, f"not within {OUTCOME_S_MAX} s; out: {self.out[-5:]}; err: {self.err}"
            select.select([], [], [], POLL_S)

    def wait_ready(self) -> None:
        """Until a probe finds it ready."""
        self.wait(lambda: self.ready()[0] == 200)

    def end(self, by: signal.Signals = signal.SIGTERM) -> float:
        """Tell it to end; the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(by)
        self.process.wait(OUTCOME_S_MAX)
        return time.monotonic() - began

    def _probed(self, path: str) -> tuple[int, list[str]]:
        try:
            with urlopen(self.url + path, timeout=5) as answer:  # noqa: S310 - our own server
                return answer.status, json.load(answer)["reasons"]
        except HTTPError as refused:
            with refused:
                return refused.code, json.load(refused)["reasons"]

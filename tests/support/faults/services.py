"""The service as it is deployed: a process for each job, several of each, killed and started again."""

import os
import random
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.support.command_line import COMMAND

END_S_MAX = 20.0
ERRORS_SHOWN = 4_000


class Services:
    """Processes of one deployment, by the command that each runs."""

    def __init__(self, environment: Mapping[str, str], folder: Path, dice: random.Random) -> None:
        self._environment = {**os.environ, **environment}
        self._folder = folder
        self._dice = dice
        self._running: dict[str, list[subprocess.Popen[bytes]]] = {}
        self._started = 0

    def start(self, command: str, count: int = 1) -> None:
        """So many more processes of this command."""
        for _ in range(count):
            self._started += 1
            with (self._folder / f"{command}-{self._started}.log").open("wb") as log:
                process = subprocess.Popen([*COMMAND, command], env=self._environment, stdout=log, stderr=log)
            self._running.setdefault(command, []).append(process)

    def kill_one(self, command: str) -> None:
        """Kill -9 for one of them, and another in its place."""
        killed = self._dice.choice(self._running[command])
        assert killed.poll() is None, f"{command} had ended by itself: {self._told(command)}"
        killed.kill()
        killed.wait()
        self._running[command].remove(killed)
        self.start(command)

    @contextmanager
    def paused(self, command: str) -> Iterator[None]:
        """One of them does nothing, and another is there instead."""
        paused = self._dice.choice(self._running[command])
        paused.send_signal(signal.SIGSTOP)
        self._running[command].remove(paused)
        self.start(command)
        yield
        self._running[command].append(paused)
        paused.send_signal(signal.SIGCONT)

    def end(self) -> None:
        """All in good order; one that is still being loaded ends by the signal itself."""
        processes = [(command, process) for command, each in self._running.items() for process in each]
        for _, process in processes:
            process.terminate()
        for command, process in processes:
            status = process.wait(END_S_MAX)
            assert status in (0, -signal.SIGTERM), f"{command} ended with {status}: {self._told(command)}"
        self._running.clear()

    def all(self) -> Sequence[subprocess.Popen[bytes]]:
        """Every process that was not killed."""
        return [process for each in self._running.values() for process in each]

    def _told(self, command: str) -> str:
        logs = sorted(self._folder.glob(f"{command}-*.log"))
        return "\n".join(f"{log.name}: {log.read_text()[-ERRORS_SHOWN:]}" for log in logs)


@contextmanager
def services(environment: Mapping[str, str], folder: Path, dice: random.Random) -> Iterator[Services]:
    """A deployment of which nothing is left running, however the block ends."""
    deployed = Services(environment, folder, dice)
    try:
        yield deployed
    finally:
        for process in deployed.all():
            process.kill()
            process.wait()

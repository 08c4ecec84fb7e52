"""One broker or controller as a process: started in its own folder, known by its command line, ended within a bound."""

import os
import secrets
import shutil
import signal
import subprocess
from functools import partial
from pathlib import Path
from typing import Final

from infra.local_kafka import private
from infra.local_kafka.errors import BrokerEnded, PortTaken
from infra.local_kafka.plan import HOST, NodePlan
from infra.local_kafka.ports import is_free
from infra.local_kafka.runtime import BROKER_MAIN, Runtime
from infra.local_kafka.waiting import wait_for

STOP_S_MAX: Final = 15.0
"""How long a broker may take to end in good order before it is killed."""

KILLED_S_MAX: Final = 10.0
"""How long the system may take to remove a process that was killed."""

LOG_TAIL_LINES: Final = 12
LOG_TAIL_BYTES: Final = 16_384
LOG_BYTES_MAX: Final = 16 << 20
"""A log longer than this is begun anew at the next start; the last one is kept beside it."""

ENVIRONMENT: Final = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
"""All that a broker sees of the environment: none of our secrets, no options for Java, paths in any language."""

CONFIGURATION: Final = "server.properties"
DATA: Final = "data"
"""Names in a broker's folder, in which it runs: no path of this machine stands in what it is told."""

_KNOWN_BY: Final = "-Dcaseledger.broker="
"""Permanent: the option that holds the random word by which a running broker is known as ours."""

_LAUNCH: Final = 'umask 077; echo "$$ $1" >"$0" && shift && exec "$@"'
"""The process writes its own number before it becomes the broker, so none runs that is not written down."""

_WORDS: Final = 2
"""In a process file: its number, and the random word."""

_SOURCE: Final = ("\tat ", "\t...")
"""How lines of a Java stack trace begin."""

_DETACH: Final = '/bin/sh -c "$0" "$@" &'
"""It is no child of ours: it outlives us, and is gone as soon as it ends."""

EXEC_S_MAX: Final = 1.0
"""How long a process may be without words while it becomes another program; those of the system itself have none."""

PORT_FREE_S_MAX: Final = 3.0
"""How long the port of a process that was just killed may still be held, by threads of it that are not gone yet."""
WRITTEN_S_MAX: Final = 10.0
"""How long a new process may take to write its number down."""


class Broker:
    """A broker or controller in a folder of its own: `server.properties`, `data/`, `log`, `process`."""

    def __init__(self, plan: NodePlan, folder: Path) -> None:
        """Keep both; nothing is started."""
        self.plan = plan
        self.folder = folder
        self._log_from = 0

    @property
    def id(self) -> int:
        """Its number: a broker's from 1."""
        return self.plan.id

    @property
    def address(self) -> str:
        """`host:port` for clients; a controller's clients are brokers."""
        return self.plan.address

    @property
    def data(self) -> Path:
        """The folder of its log."""
        return self.folder / DATA

    @property
    def pid(self) -> int | None:
        """The process that runs this broker; None if none does, also when its number now is another's."""
        written = self._written()
        if written is None:
            return None
        number, token = written
        return number if f"{_KNOWN_BY}{token}" in command_line(number) else None

    def start(self, runtime: Runtime, options: tuple[str, ...] = ()) -> int:
        """Start it unless it runs, and give its process. Raises `PortTaken`; what ends later is seen by `check`."""
        running = self.pid
        if running is not None:
            return running
        self.check_ports()
        token = secrets.token_hex(16)
        own = (f"{_KNOWN_BY}{token}", f"-Djava.io.tmpdir={self._temporary()}", *self.plan.java, *options)
        command = runtime.command(BROKER_MAIN, CONFIGURATION, options=own)
        process_file = self.folder / "process"
        process_file.unlink(missing_ok=True)
        with private.open_to_append(self._log()) as log:
            self._log_from = log.tell()
            subprocess.run(  # noqa: S603 - our own command
                ["/bin/sh", "-c", _DETACH, _LAUNCH, str(process_file), token, *command],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=self.folder,
                env=ENVIRONMENT,
            )
        wait_for(lambda: self._written() is not None, WRITTEN_S_MAX)
        return self.check()

    def check_ports(self) -> None:
        """Raise `PortTaken` if something else listens where this broker would, and goes on doing so."""
        for port in self.plan.ports:
            if not wait_for(partial(is_free, port), PORT_FREE_S_MAX):
                raise PortTaken(
                    f"{self.plan.name} needs {HOST}:{port}, and something else listens there; nothing was lost. "
                    "Stop that, or give another --port"
                )

    def check(self) -> int:
        """Its process; raises `BrokerEnded` with the end of its log if there is none."""
        pid = self.pid
        if pid is None:
            raise BrokerEnded(
                f"{self.plan.name} ended while it started; its data was kept. The end of {self.folder / 'log'}: "
                f"{self.log_tail() or 'nothing was written'}"
            )
        return pid

    def log_tail(self) -> str:
        """The last lines that it wrote since we started it; not where in its source it was."""
        try:
            with (self.folder / "log").open("rb") as log:
                log.seek(max(log.seek(0, os.SEEK_END) - LOG_TAIL_BYTES, self._log_from))
                text = log.read().decode(errors="replace")
        except FileNotFoundError:
            return ""
        lines = [line for line in text.splitlines() if not line.startswith(_SOURCE)]
        return "\n".join(lines[-LOG_TAIL_LINES:])

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it runs."""
        pid = self.pid
        if pid is not None:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                return

    def _written(self) -> tuple[int, str] | None:
        """The number and the word that the process wrote."""
        try:
            words = (self.folder / "process").read_text(encoding="ascii").split()
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        return (int(words[0]), words[1]) if len(words) == _WORDS and words[0].isdigit() else None

    def _log(self) -> Path:
        log = self.folder / "log"
        if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
            log.replace(self.folder / "log.before")
        return log

    def _temporary(self) -> Path:
        """An empty folder for what Java unpacks."""
        folder = self.folder / "tmp"
        shutil.rmtree(folder, ignore_errors=True)
        private.make_folder(folder)
        return folder


def end(brokers: list[Broker], grace_s: float = STOP_S_MAX) -> list[int]:
    """End those that run: asked first, killed when the bound passes. Gives the numbers of those that were ended."""
    running = [broker for broker in brokers if broker.pid is not None]
    for broker in running:
        broker.signal(signal.SIGTERM)
        broker.signal(signal.SIGCONT)
    wait_for(lambda: all(broker.pid is None for broker in running), grace_s)
    for broker in running:
        broker.signal(signal.SIGKILL)
    if not wait_for(lambda: all(broker.pid is None for broker in running), KILLED_S_MAX):
        left = [broker.pid for broker in running if broker.pid is not None]
        raise BrokerEnded(f"the processes {left} were killed and are still there; try again")
    for broker in running:
        (broker.folder / "process").unlink(missing_ok=True)
    return [broker.id for broker in running]


def command_line(pid: int) -> list[str]:
    """The words a process was started with; none if it is gone, or has ended and was not waited for yet."""
    if not Path("/proc/self").exists():
        done = subprocess.run(  # noqa: S603 - a number
            ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)], check=False, capture_output=True, text=True
        )
        return done.stdout.split()
    told: list[str] = []

    def is_told() -> bool:
        told[:] = _words_of(pid)
        return bool(told) or not _lives(pid)

    wait_for(is_told, EXEC_S_MAX)
    return told


def _words_of(pid: int) -> list[str]:
    try:
        told = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return []
    return told.split("\0") if told else []


def _lives(pid: int) -> bool:
    """Whether there is such a process that has not ended: it may be about to become another program, without words."""
    try:
        state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
    except OSError:
        return False
    return state not in (b"Z", b"X")

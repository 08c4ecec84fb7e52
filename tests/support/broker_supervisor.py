"""Ends the brokers and controller of a folder, and deletes it, as soon as nobody uses it, however its users ended.

Run by path with the standard library only: `broker_supervisor.py FOLDER`. Who uses the folder holds the write end of
the pipe `alive` in it. The lock beside the folder is held while somebody new comes, and while the folder is deleted.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

GONE_S_MAX = 30.0
LOOK_EVERY_S = 0.02
WORDS = 2


def supervise(folder: Path) -> None:
    """Wait until nobody holds the pipe, then end what runs in the folder."""
    lock = folder.with_suffix(".lock")
    while True:
        with (folder / "alive").open("rb") as alive:
            alive.read()
        with lock.open("w") as locked:
            fcntl.flock(locked, fcntl.LOCK_EX)
            if is_held(folder):
                continue
            for process in folder.glob("*/process"):
                kill(process)
            shutil.rmtree(folder)
            lock.unlink()
            return


def is_held(folder: Path) -> bool:
    """Whether somebody has the pipe open for writing."""
    reading = os.open(folder / "alive", os.O_RDONLY | os.O_NONBLOCK)
    try:
        return os.read(reading, 1) != b""
    except BlockingIOError:
        return True
    finally:
        os.close(reading)


def kill(process: Path) -> None:
    """Kill the broker that wrote this file, and nothing else that has its number now; it is gone afterwards."""
    until = time.monotonic() + GONE_S_MAX
    while time.monotonic() < until:
        words = process.read_text().split()
        told = command_line(words[0]) if len(words) == WORDS else ""
        if told is None or (told and words[1] not in told):
            return
        if told:
            with suppress(ProcessLookupError):
                os.kill(int(words[0]), signal.SIGKILL)
        time.sleep(LOOK_EVERY_S)


def command_line(pid: str) -> str | None:
    """What a process was started with; None if there is none, and nothing while it becomes another program."""
    if Path("/proc/self").exists():
        try:
            told = Path("/proc", pid, "cmdline").read_text(errors="replace")
            state = Path("/proc", pid, "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
        except OSError:
            return None
        return None if state in "ZX" else told
    told = subprocess.run(["/bin/ps", "-ww", "-o", "command=", "-p", pid], check=False, capture_output=True, text=True)
    return told.stdout or None


if __name__ == "__main__":
    supervise(Path(sys.argv[1]))

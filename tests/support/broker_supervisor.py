"""Ends the brokers of a folder and deletes it as soon as nobody uses it any more, however its users ended.

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
from pathlib import Path

GONE_S_MAX = 30.0
LOOK_EVERY_S = 0.02


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
            for process in folder.glob("broker-*/process"):
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
    pid, token = process.read_text().split()
    until = time.monotonic() + GONE_S_MAX
    while token in command_line(pid) and time.monotonic() < until:
        os.kill(int(pid), signal.SIGKILL)
        time.sleep(LOOK_EVERY_S)


def command_line(pid: str) -> str:
    """What a process was started with; nothing if there is none."""
    if Path("/proc/self").exists():
        try:
            return Path("/proc", pid, "cmdline").read_text(errors="replace")
        except OSError:
            return ""
    told = subprocess.run(["/bin/ps", "-ww", "-o", "command=", "-p", pid], check=False, capture_output=True, text=True)
    return told.stdout


if __name__ == "__main__":
    supervise(Path(sys.argv[1]))

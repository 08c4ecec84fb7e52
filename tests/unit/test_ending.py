"""A process is told to end once, in good order and in time; told again, it ends at once."""

import signal
import subprocess
import sys
import threading
import time

from caseledger.cli.status import ExitStatus
from caseledger.processes.ending import OVERDUE_STATUS, Stopped, told_by_signals

HANGS = """
import sys, threading
from caseledger.processes.ending import told_by_signals
with told_by_signals("hanging", {end_s_max}):
    print("up", flush=True)
    while True:
        threading.Event().wait(0.01)
"""


def hanging(end_s_max: float) -> "subprocess.Popen[str]":
    """A process that is told and does not end."""
    process = subprocess.Popen(
        (sys.executable, "-c", HANGS.format(end_s_max=end_s_max)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def test_all_threads_that_wait_are_told() -> None:
    stop = Stopped()
    told: list[bool] = []
    waiting = [threading.Thread(target=lambda: told.append(stop.wait(60))) for _ in range(3)]
    for thread in waiting:
        thread.start()
    stop.set()
    stop.set()
    for thread in waiting:
        thread.join(5)
    assert (told, stop.is_set(), stop.wait()) == ([True] * 3, True, True)
    stop.close()


def test_a_wait_ends_by_itself() -> None:
    stop = Stopped()
    began = time.monotonic()
    assert (stop.wait(0.01), stop.wait(0), stop.is_set()) == (False, False, False)
    assert time.monotonic() - began < 5
    stop.close()


def test_a_signal_sets_it_and_the_handlers_before_come_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with told_by_signals("test") as stop:
        signal.raise_signal(signal.SIGTERM)
        assert stop.wait(5)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL, "the second one ends it at once"
    assert signal.getsignal(signal.SIGTERM) is before


def test_what_hangs_is_ended_after_a_bound_with_a_status_and_a_line() -> None:
    with hanging(end_s_max=0.2) as process:
        process.terminate()
        said = process.communicate(timeout=30)[0]
    assert process.returncode == OVERDUE_STATUS == ExitStatus.OUTCOME_UNKNOWN
    assert "process_end_overdue" in said


def test_the_second_signal_ends_it_at_once() -> None:
    with hanging(end_s_max=60) as process:
        process.terminate()
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate()
    assert process.returncode == -signal.SIGINT

"""What every benchmark of the Kafka part measures with: timed callers, CPU seconds of processes, medians and spread."""

import os
import resource
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple
from uuid import uuid4

from eventsourcing.persistence import StoredEvent

STATE: Final = b"x" * 256
TOPIC: Final = "case.opened.v1"
_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_START_TIMEOUT_S: Final = 30.0


class Measured(NamedTuple):
    """One figure of one round."""

    name: str
    unit: str
    value: float


class Load(NamedTuple):
    """CPU seconds by party over one phase, how long it took, and how much was done."""

    elapsed_s: float
    cpu_s: dict[str, float]
    done: int


@dataclass(slots=True)
class Processes:
    """The server processes whose CPU seconds are told apart: the name of a party and its main process ids."""

    pids: dict[str, list[int]] = field(default_factory=dict)

    def cpu_s(self) -> dict[str, float]:
        """CPU seconds so far: of this process and its ended children (`client`), of each party and its children."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = {"client": time.process_time() + ended.ru_utime + ended.ru_stime}
        for party, pids in self.pids.items():
            seconds[party] = sum(_tree_cpu_s(pid) for pid in pids)
        return seconds

    @contextmanager
    def watched(self, loads: list[Load], done: Callable[[], int]) -> Iterator[None]:
        """Append the load of the block."""
        before, start = self.cpu_s(), time.perf_counter()
        yield
        elapsed_s = time.perf_counter() - start
        after = self.cpu_s()
        loads.append(Load(elapsed_s, {party: after[party] - before[party] for party in after}, done()))


def new_events(count: int, state: bytes = STATE) -> list[StoredEvent]:
    """The first events of a new stream."""
    stream = uuid4()
    return [StoredEvent(stream, version, TOPIC, state) for version in range(1, count + 1)]


def timed_callers(call: Callable[[], object], callers: int, seconds: float) -> tuple[list[float], float]:
    """Call from so many threads until the time is over: the sorted latencies in seconds, and how long it took."""
    took: list[list[float]] = [[] for _ in range(callers)]
    ready = threading.Barrier(callers + 1)
    ends = [0.0]

    def work(mine: list[float]) -> None:
        ready.wait(_START_TIMEOUT_S)
        end = ends[0]
        start = time.perf_counter()
        while start < end:
            call()
            now = time.perf_counter()
            mine.append(now - start)
            start = now

    threads = [threading.Thread(target=work, args=(mine,)) for mine in took]
    for thread in threads:
        thread.start()
    begin = time.perf_counter()
    ends[0] = begin + seconds
    ready.wait(_START_TIMEOUT_S)
    for thread in threads:
        thread.join()
    total = time.perf_counter() - begin
    return sorted(one for mine in took for one in mine), total


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which this share of the sorted values lies."""
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def spread(values: Sequence[float]) -> str:
    """`median (lowest-highest)`, with three figures or so."""
    if not values:
        return "-"
    middle = statistics.median(values)
    digits = 0 if middle >= 100 else 1 if middle >= 10 else 2  # noqa: PLR2004 - three figures are enough
    return f"{middle:,.{digits}f} ({min(values):,.{digits}f}-{max(values):,.{digits}f})"


def shares(loads: Sequence[Load]) -> str:
    """How many cores each party kept busy, and its CPU microseconds for each thing done: `client 0.61 (85 us)`."""
    elapsed_s = sum(load.elapsed_s for load in loads)
    done = sum(load.done for load in loads) or 1
    seconds = {party: sum(load.cpu_s[party] for load in loads) for party in loads[0].cpu_s}
    return ", ".join(
        f"{party} {spent / elapsed_s:.2f} ({spent / done * 1e6:,.0f} us)" for party, spent in seconds.items()
    )


def _tree_cpu_s(pid: int) -> float:
    """User and system seconds of a process, of its ended children, and of those that run."""
    own = _cpu_s(Path(f"/proc/{pid}"), with_ended=True)
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        running = [int(child) for child in children.read_text(encoding="ascii").split()]
    except OSError:
        running = []
    return own + sum(_tree_cpu_s(child) for child in running)


def _cpu_s(process: Path, *, with_ended: bool) -> float:
    try:
        fields = (process / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(ticks) for ticks in fields[11 : 15 if with_ended else 13]) / _TICKS_PER_S

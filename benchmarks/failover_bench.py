"""How long a journal on three brokers is held up when its leader is killed or paused, or another writer is killed, and
what became of every append meanwhile: `python -m benchmarks.failover_bench [TIMES]`.

Brokers with Apache's own settings, and with those that docs/operating.md gives for a fast fail-over. Two processes of
three threads append all the time. For a broker, the leader or another copy, it is the time from the fault to the end of
the longest stop, and how much of that came after a broker first told of another leader or of fewer copies. Until then
no client can do anything; what comes after is ours, but for `replica.fetch.backoff.ms`, which passes where the other
copy asks the new leader before that knows that it leads. For a killed writer it is the longest that the other one
waited, beside what it waits when nothing happens.
"""

import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from infra.local_kafka.plan import FAST_FAILOVER
from tests.support.broker import faulty_cluster
from tests.support.faults.brokers import BrokerFaults, held_up_s, longest_wait_s, make_journal_topic
from tests.support.faults.fleet import Fleet, Running, fleet, from_on
from tests.support.faults.leads import Watch, watched
from tests.support.history.calls import Answer
from tests.support.history.checking import History, check

TIMES: Final = 5
PAUSES_S: Final = {"Apache's settings": 12.0, "fast settings": 5.0}
"""Longer than the brokers wait for one of them."""
SETTINGS: Final[Mapping[str, Mapping[str, str]]] = {"Apache's settings": {}, "fast settings": FAST_FAILOVER}
TARGETS_S: Final = {"Apache's settings": 10.0, "fast settings": 4.0}
BROKERS_DECIDE: Final = ("leader killed", "leader paused", "copy killed")
"""Nothing is acknowledged until the brokers decided to go on without one of them."""
BETWEEN_ACKNOWLEDGED: Final = 200
WITHIN_S: Final = 60.0
TOPIC: Final = "failover"
SECOND_NS: Final = 1_000_000_000

Fault = Callable[[], float]
Measured = tuple[float, float | None]
"""How long all was held up, and how much of that after brokers had decided; None where they had nothing to decide."""


def main() -> None:
    """Every fault so many times on each kind of brokers; prints as it goes."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else TIMES
    print("Fail-over, three brokers, two writers of three threads; seconds without an acknowledgement")
    print(f"{'BROKERS':18} {'FAULT':14} {'MEDIAN':>7} {'LEAST':>6} {'MOST':>6} {'TARGET':>7} {'AFTER':>6} {'MOST':>6}")
    for name in SETTINGS:
        with tempfile.TemporaryDirectory() as folder, _prepared(name, Path(folder)) as (clients, faults, watch):
            for what, fault in _faults(name, faults):
                _report(name, what, [_measured(clients, fault, watch, what) for _ in range(times)])
            history = clients.at_rest()
        print(_told(history))


@contextmanager
def _prepared(name: str, folder: Path) -> Iterator[tuple[Fleet, BrokerFaults, Watch]]:
    with (
        faulty_cluster(3, settings=SETTINGS[name]) as cluster,
        fleet(make_journal_topic(cluster, TOPIC), folder) as clients,
        watched(cluster, TOPIC) as watch,
    ):
        clients.start("writer1", "writer2")
        yield clients, BrokerFaults(cluster, TOPIC, clients, random.Random()), watch  # noqa: S311 - which broker next


def _faults(name: str, faults: BrokerFaults) -> list[tuple[str, Fault]]:
    return [
        ("leader killed", faults.kill_leader),
        ("leader paused", lambda: faults.pause_leader(PAUSES_S[name])),
        ("leader stopped", faults.stop_leader),
        ("copy killed", faults.kill_follower),
        ("writer killed", lambda: _kill_writer(faults.fleet)),
        ("nothing", lambda: _do_nothing(faults.fleet)),
    ]


def _kill_writer(clients: Fleet) -> float:
    """The longest that the other one waited for an acknowledgement."""
    killed, other = clients.running
    waited = _longest_wait(clients, other, killed.kill())
    clients.start(f"writer{len(clients.all) + 1}", index=killed.index)
    return waited


def _do_nothing(clients: Fleet) -> float:
    """The longest that one of two undisturbed ones waited, to compare with."""
    return _longest_wait(clients, clients.running[-1], time.monotonic_ns())


def _longest_wait(clients: Fleet, client: Running, at: int) -> float:
    clients.until_acknowledged(BETWEEN_ACKNOWLEDGED, WITHIN_S, at, by=client)
    return longest_wait_s(from_on(client.acknowledged(), at), at)


def _measured(clients: Fleet, fault: Fault, watch: Watch, what: str) -> Measured:
    clients.until_acknowledged(BETWEEN_ACKNOWLEDGED, WITHIN_S)
    since = time.monotonic_ns()
    held_up = fault()
    if what not in BROKERS_DECIDE:
        return held_up, None
    ended = held_up_s(clients.acknowledged(since), since)
    return held_up, ended - (watch.moved_on_at(since) - since) / SECOND_NS


def _report(name: str, what: str, measured: list[Measured]) -> None:
    held_up = [each for each, _ in measured]
    after = [each for _, each in measured if each is not None]
    target = "-" if what in ("writer killed", "nothing") else f"{TARGETS_S[name]:g}"
    middle, least, most = statistics.median(held_up), min(held_up), max(held_up)
    share = f"{statistics.median(after):6.2f} {max(after):6.2f}" if after else f"{'-':>6} {'-':>6}"
    print(f"{name:18} {what:14} {middle:7.2f} {least:6.2f} {most:6.2f} {target:>7} {share}", flush=True)


def _told(history: History) -> str:
    """What callers were told, and whether it was true."""
    told = Counter(call.answer for call in history.calls)
    violations = check(history)
    answers = ", ".join(f"{told[answer]} {answer}" for answer in Answer)
    verdict = "nothing lost, doubled or answered wrongly, all in doubt settled" if not violations else "WRONG:"
    return "\n".join([f"{len(history.calls)} appends: {answers}; {verdict}", *map(str, violations)])


if __name__ == "__main__":
    main()

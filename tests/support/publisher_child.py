"""A publisher in a process of its own, that is killed at a given step or goes on until it is.

`publisher_child.py BOOTSTRAP PLATFORM JOURNAL ROUND_BYTES STEP…`: for each step a process that kills itself there, in
its second round, one after the other; how each ended is a line. The step `steady` goes on, and tells when it leads.
"""

import os
import signal
import sys
import time
from pathlib import Path

from caseledger.processes import publishing as process
from infra.journal.kafka_requests import produce_request
from infra.kafka import leadership, publisher
from infra.kafka.events_topic import Held
from infra.kafka.sequenced import SequencedPartition
from infra.logs import configure_logs
from tests.support.publishing import Counted, ledger_at, publishing

SESSION_MS = 6_000
"""The shortest that brokers allow by default."""

ROUND_KILLED = 2


def main(bootstrap: str, platform: str, journal: str, round_bytes: str, *steps: str) -> None:
    """Run one step after the other."""
    configure_logs(as_json=True, level="info")
    leadership.SESSION_MS, leadership.HEARTBEAT_MS = SESSION_MS, 500
    process.BATCH_BYTES_MAX = int(round_bytes)
    for number, step in enumerate(steps):
        child = os.fork() if step != "steady" else 0
        if child:
            _, status = os.waitpid(child, 0)
            say(f"{step} {os.waitstatus_to_exitcode(status)}")
            continue
        if step != "steady":
            publisher.GROUP = f"{publisher.GROUP}-{number}"  # a killed member's place is kept for a session
            _arm(step)
        _publish(bootstrap, platform, Path(journal), steady=step == "steady")
        os._exit(0)


def _publish(bootstrap: str, platform: str, journal: Path, *, steady: bool) -> None:
    with ledger_at(journal) as ledger:
        meter = Told() if steady else Counted()
        work = publishing(bootstrap, platform, ledger, meter)
        while steady or not work.settled or work.complete < ledger.head():
            if work.turn() == 0:
                time.sleep(0.01)
        work.close()


def _arm(step: str) -> None:
    """Make this process kill itself at the step."""
    produced = 0
    produce, held, offer = SequencedPartition.produce, publisher.Publisher.held, publisher.Publisher.offer

    def produce_and_die(self: SequencedPartition, batch: bytes, wait_s: float) -> int:
        nonlocal produced
        produced += 1
        if produced == ROUND_KILLED and step == "sent":
            leader = self._ready_leader(time.monotonic() + wait_s)
            assert leader is not None
            self._send(produce_request(self._topic, batch, 2_000), leader)
            self._net.poll(timeout_ms=2)
            die()
        offset = produce(self, batch, wait_s)
        if produced == ROUND_KILLED and step == "acknowledged":
            die()
        return offset

    def held_and_die(self: publisher.Publisher) -> Held:
        found = held(self)
        if step == "held":
            die()
        return found

    def offer_and_die(self: publisher.Publisher, several: list) -> None:
        offer(self, several)
        if step == "offered" and produced == ROUND_KILLED - 1:
            die()

    SequencedPartition.produce = produce_and_die
    publisher.Publisher.held = held_and_die
    publisher.Publisher.offer = offer_and_die
    if step == "joined":
        publisher.PublicTopic.open = lambda _self: die()


class Told(Counted):
    """Says when this process begins and ends to lead."""

    def active(self, *, active: bool) -> None:
        if active != self.leads:
            say("leads" if active else "stands by")
        super().active(active=active)


def die() -> None:
    """As `kill -9`."""
    os.kill(os.getpid(), signal.SIGKILL)


def say(line: str) -> None:
    """One line, at once."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])

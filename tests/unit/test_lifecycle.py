"""A long-running process tries again what can pass by, for a bounded time, and is ready only while it works."""

import io
import json
from collections.abc import Callable
from itertools import count

import pytest

from caseledger.application.ports import LedgerUnavailable, OutcomeUnknown
from caseledger.processes.ending import Stopped
from caseledger.processes.lifecycle import JITTER, Patience, Running, StayedUnavailable, supervised
from caseledger.processes.passing import why_passing
from infra.health import Health
from infra.logs import configure_logs
from infra.metrics import Metrics

SHORT = Patience(pause_first_s=0.001, pause_s_max=0.002, unavailable_s_max=0.05)
DOWN = "broker 127.0.0.1:9 does not answer"


class Process:
    """A process whose work is one of these steps after the other, try by try."""

    def __init__(self, *steps: Callable[[Running], None]) -> None:
        self.stop = Stopped()
        self.health = Health()
        self.metrics = Metrics()
        self.running = Running(self.stop, self.health, self.metrics.process("test"))
        self.tries = 0
        self._steps = iter(steps)

    def run(self, patience: Patience = SHORT) -> None:
        supervised("test", self._work, self.running, why_passing, patience)

    def metric(self, name: str) -> float | None:
        return self.metrics.registry.get_sample_value(name, {"process": "test"})

    def _work(self, running: Running) -> None:
        self.tries += 1
        next(self._steps)(running)


def down(_: Running) -> None:
    raise LedgerUnavailable(DOWN)


def well(running: Running) -> None:
    running.turned()


def worked_then_down(running: Running) -> None:
    running.turned()
    raise LedgerUnavailable(DOWN)


def test_work_that_ends_is_done_once() -> None:
    process = Process(well)
    process.run()
    assert (process.tries, process.health.ready().good) == (1, True)


def test_what_comes_back_is_tried_until_then_and_each_try_is_logged_once_with_the_address() -> None:
    process, out = Process(down, down, well), io.StringIO()
    configure_logs(as_json=True, level="warning", stream=out)
    process.run()
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(line["event"], line["failed"], line["reason"]) for line in lines] == [
        ("process_tries_again", 1, DOWN),
        ("process_tries_again", 2, DOWN),
    ]
    assert (process.tries, process.metric("caseledger_retries_total")) == (3, 2)


def test_while_it_tries_it_is_not_ready_and_says_why() -> None:
    seen: list[tuple[bool, tuple[str, ...]]] = []

    def look(running: Running) -> None:
        seen.append((process.health.ready().good, process.health.ready().reasons))
        running.turned()

    process = Process(down, look)
    assert process.health.ready().reasons == ("starting",)
    process.run()
    assert seen == [(False, (DOWN,))]
    assert process.health.ready().good


def test_what_stays_away_ends_the_process_after_a_bounded_time_with_its_reason() -> None:
    process = Process(*[down] * 1_000)
    with pytest.raises(StayedUnavailable, match=DOWN):
        process.run()
    assert 3 < process.tries < 1_000


def test_a_turn_that_went_well_begins_patience_anew() -> None:
    tries = count()

    def mostly_down(running: Running) -> None:
        if next(tries) < 300:
            worked_then_down(running)

    process = Process(*[mostly_down] * 301)
    process.run()
    assert process.tries == 301


def test_a_fault_of_the_program_is_not_tried_again() -> None:
    def wrong(_: Running) -> None:
        raise KeyError("a fault")

    process = Process(wrong, well)
    with pytest.raises(KeyError):
        process.run()
    assert process.tries == 1


def test_told_to_end_it_waits_for_nothing() -> None:
    def told(_: Running) -> None:
        process.stop.set()
        raise LedgerUnavailable(DOWN)

    process = Process(told, well)
    process.run(Patience(pause_first_s=60, pause_s_max=60))
    assert process.tries == 1


def test_told_to_end_with_an_append_in_doubt_it_says_so() -> None:
    def told(_: Running) -> None:
        process.stop.set()
        raise OutcomeUnknown("append 00 is in doubt")

    process = Process(told)
    with pytest.raises(OutcomeUnknown):
        process.run()


def test_pauses_double_up_to_a_bound_and_a_part_is_left_to_chance() -> None:
    patience = Patience(pause_first_s=1, pause_s_max=10)
    assert [patience.pause_s(tries, 0.0) for tries in (1, 2, 3, 4, 5, 1_000)] == [1, 2, 4, 8, 10, 10]
    assert patience.pause_s(4, 1.0) == 8 * (1 - JITTER)

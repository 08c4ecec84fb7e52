"""The loop of `consume`: every topic has its turns, until told to stop, until it is quiet, or until it cannot go on."""

from threading import Event

import pytest

from caseledger.application.topic_intake import TooMuchPoison
from caseledger.processes.consuming import FEW_MESSAGES, PACE_S, QUIET_S_MIN, consume
from caseledger.processes.lifecycle import Running
from infra.health import Health
from infra.metrics import Metrics
from tests.support.taking_in import ROW_MAX, CutOff, Platform, line


def running(stop: Event | None = None) -> Running:
    """What a process is given."""
    return Running(stop or Event(), Health(), Metrics().process("consume"))


def test_every_topic_is_taken_in_until_all_are_quiet_and_their_partitions_are_given_back() -> None:
    platforms = [Platform(), Platform()]
    for count, platform in enumerate(platforms, 1):
        for number in range(count):
            platform.send(line(number))
    told = running()
    assert consume([platform.intake() for platform in platforms], told, until_quiet_s=QUIET_S_MIN) == 3
    assert [platform.received() for platform in platforms] == [["r-0"], ["r-0", "r-1"]]
    assert [platform.topics.members["intake"] for platform in platforms] == [[], []]
    assert told.turns > 1


def test_told_to_stop_it_ends_between_two_polls() -> None:
    platform, stop = Platform(), Event()
    platform.send(line(0))
    platform.ledger.rivals = [stop.set]
    assert consume([platform.intake()], running(stop)) == 1
    assert (platform.tracked(), platform.topics.members["intake"]) == (0, [])


def test_told_to_stop_it_gives_no_other_topic_a_turn() -> None:
    platforms, stop = [Platform(), Platform()], Event()
    for platform in platforms:
        platform.send(line(0))
    platforms[0].ledger.rivals = [stop.set]
    assert consume([platform.intake() for platform in platforms], running(stop)) == 1
    assert [platform.tracked() for platform in platforms] == [0, None]


@pytest.mark.parametrize("poison", [True, False])
def test_what_stops_it_is_raised_with_the_partitions_given_back(*, poison: bool) -> None:
    platform = Platform()
    for _ in range(ROW_MAX):
        platform.send(b"{" if poison else line(0))
    platform.ledger.cut = "before"
    with pytest.raises(TooMuchPoison if poison else CutOff):
        consume([platform.intake()], running())
    assert platform.topics.members["intake"] == []
    assert platform.tracked() is None


class Paced(Event):
    """Told to stop by the first wait, which it remembers."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        self.set()
        return True


def test_a_few_messages_are_taken_at_once_and_more_are_waited_for_before_the_next_turn() -> None:
    platform, stop = Platform(), Paced()
    platform.send(line(0))
    assert consume([platform.intake()], running(stop)) == 1
    assert len(stop.waits) == 1
    assert 0.0 <= (stop.waits[0] or 0.0) <= PACE_S


def test_where_many_messages_wait_the_next_turn_comes_at_once() -> None:
    platform, stop = Platform(), Paced()
    for number in range(FEW_MESSAGES):
        platform.send(line(number))
    assert consume([platform.intake()], running(stop), until_quiet_s=QUIET_S_MIN) == FEW_MESSAGES
    assert stop.waits == []

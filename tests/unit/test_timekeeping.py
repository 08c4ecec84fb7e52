"""Time is kept in looks, each of which can be repeated; and in turns with others."""

from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Event

import pytest

from caseledger.application.keeping import Kept
from caseledger.application.ports import LedgerUnavailable
from caseledger.application.requests import Request
from caseledger.timekeeping import TURN_COMMANDS_MAX, Turns, Watch, keep_once
from domain.commands import EndSanction
from tests.support.fakes import FixedClock

NOW = datetime(2021, 3, 10, 4, tzinfo=UTC)
ONE = Kept(Request("example", NOW, EndSanction(account="acc-1")))


class Keeping:
    """Stands for a caseledger with so much due on its one platform, or one that cannot be reached for a while."""

    def __init__(self, due: int, unreachable: int = 0) -> None:
        self.clock = FixedClock(NOW)
        self.due = due
        self.unreachable = unreachable
        self.told: list[Kept] = []

    def platforms(self) -> tuple[str, ...]:
        return ("example",)

    def keeper(self, platform: str) -> "Keeping":
        assert platform == "example"
        return self

    def keep(self, until: datetime) -> Iterator[Kept]:
        assert until == NOW
        if self.unreachable:
            self.unreachable -= 1
            raise LedgerUnavailable("the disk is gone")
        while self.due:
            self.due -= 1
            yield ONE


def watch(keeping: Keeping, stop: Event | None = None) -> Watch:
    return Watch(keeping, keeping.platforms, stop or Event(), keeping.told.append)


def test_a_look_gives_everything_that_is_due() -> None:
    keeping = Keeping(3)
    assert (watch(keeping).look(), keeping.due, keeping.told) == (3, 0, [ONE] * 3)


def test_a_ledger_that_cannot_be_reached_is_looked_at_again_and_nothing_is_missed() -> None:
    keeping = Keeping(2, unreachable=1)
    looking = watch(keeping)
    with pytest.raises(LedgerUnavailable):
        looking.look()
    assert (looking.look(), keeping.told) == (2, [ONE] * 2)


def test_told_to_stop_it_ends_between_two_commands() -> None:
    keeping, stop = Keeping(5), Event()
    assert keep_once(keeping, keeping.platforms, NOW, stop, lambda _: stop.set()) == 1
    assert keeping.due == 4


def test_in_turns_no_look_takes_the_others_time() -> None:
    keeping = Keeping(TURN_COMMANDS_MAX + 1)
    turns = Turns(watch(keeping), Event())
    assert [turns.take(), turns.take(), turns.take()] == [TURN_COMMANDS_MAX, 1, 0]
    keeping.due = 1
    assert turns.take() == 0, "not before a while has passed"


def test_who_was_told_to_stop_takes_no_turn() -> None:
    stop = Event()
    stop.set()
    keeping = Keeping(1)
    assert (Turns(watch(keeping, stop), stop).take(), keeping.due) == (0, 1)

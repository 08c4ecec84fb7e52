"""What cannot be taken is set aside once, whoever is cut off, stands still or lost its partition meanwhile."""

import pytest

from consumers.messages import SinkFailed
from tests.support.taking_in import REPORTS, CutOff, Platform, line

POISON = b"{"


def test_who_lost_the_partition_changes_nothing_and_sets_nothing_aside() -> None:
    platform = Platform()
    for value in (line(0), POISON, line(1)):
        platform.send(value)
    slow, fast = platform.intake(), platform.intake(beside=True)
    platform.ledger.rivals = [lambda: fast.turn(0)]
    slow._topics.source.join()  # noqa: SLF001 - it had the partition first
    slow._topics.source.given = {0: None}  # noqa: SLF001 - and does not know that it lost it
    slow.turn(0)
    assert platform.received() == ["r-0", "r-1"]
    assert platform.refused() == [(0, 1)]
    assert platform.tracked() == 2
    assert (slow.turn(0), platform.received()) == (0, ["r-0", "r-1"])


def test_a_slow_process_sets_nothing_aside_that_another_has_passed() -> None:
    platform = Platform()
    platform.send(line(0))
    slow = platform.intake()
    slow.turn(0)
    platform.send(POISON)
    polled = slow._topics.source.poll(0)  # noqa: SLF001 - it read this, and then stood still
    fast = platform.intake(beside=True)
    slow._topics.source.close()  # noqa: SLF001 - the group gave its partition away
    fast.turn(0)
    slow._topics.source.poll = lambda _wait_s: polled  # type: ignore[method-assign] # noqa: SLF001 - as above
    slow.turn(0)
    assert platform.refused() == [(0, 1)]


@pytest.mark.parametrize("takes_effect", [True, False])
def test_who_sleeps_before_it_sets_aside_and_lost_the_partition_sets_nothing_aside(*, takes_effect: bool) -> None:
    platform = Platform()
    platform.send(POISON)
    slow = platform.intake()

    def another() -> None:
        fast = platform.intake(beside=True)
        slow._topics.source.close()  # noqa: SLF001 - the group gave its partition away
        platform.ledger.cut = None if takes_effect else "before"
        try:
            fast.turn(0)
        except CutOff:
            fast.close()

    platform.aside.asleep = another
    slow.turn(0)
    assert platform.refused() == [(0, 0)]
    platform.intake().turn(0)
    assert (platform.refused(), platform.tracked()) == ([(0, 0)], 0)


def test_what_another_set_aside_after_the_first_look_is_decided_again_as_refused() -> None:
    platform = Platform()
    for value in (POISON, line(0)):
        platform.send(value)
    platform.intake().turn(0)
    platform.send(POISON)
    slow, dead = platform.intake(), platform.intake(beside=True)
    for each in (slow, dead):
        each._topics.source.join()  # noqa: SLF001 - one is found dead before the other looks
    slow._topics.source.given, dead._topics.source.given = {0: None}, {0: None}  # noqa: SLF001 - and had the same
    meets = slow._meet  # noqa: SLF001 - where it looks first

    def meet(partitions: set[int]) -> None:
        meets(partitions)
        platform.ledger.cut = "before"
        with pytest.raises(CutOff):
            dead.turn(0)

    slow._meet = meet  # type: ignore[method-assign] # noqa: SLF001 - as above
    assert slow.turn(0) == 1
    assert (platform.refused(), platform.tracked()) == ([(0, 0), (0, 2)], 2)


@pytest.mark.parametrize("cut", ["before", "within", "after"])
def test_cut_off_while_messages_are_set_aside_each_is_there_once(cut: str) -> None:
    platform = Platform()
    for value in (POISON, line(0), POISON, line(1), POISON):
        platform.send(value)
    platform.aside.cut = cut
    intake = platform.intake()
    with pytest.raises(SinkFailed):
        intake.turn(0)
    assert platform.tracked() is None
    intake.rewind()
    intake.turn(0)
    assert platform.received() == ["r-0", "r-1"]
    assert platform.refused() == [(0, 0), (0, 2), (0, 4)]


def test_what_was_set_aside_stays_refused_also_where_it_could_be_taken_by_now() -> None:
    platform = Platform()
    platform.send(line(0))
    platform.send(line(0, snapshot="other words"))
    platform.ledger.cut = "before"
    with pytest.raises(CutOff):
        platform.intake().turn(0)
    platform.topics.logs[REPORTS][0][0] = platform.topics.logs[REPORTS][0][0].__class__(
        REPORTS, 0, 0, 1_600_000_000_000, None, line(7)
    )
    platform.intake().turn(0)
    assert platform.received() == ["r-7"]
    assert (platform.refused(), platform.counts.reasons) == ([(0, 1)], {"report_conflicts": 1})

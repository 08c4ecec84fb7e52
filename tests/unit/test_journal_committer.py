"""The committer's waits are bounded and its answers certain, whatever the log does meanwhile."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from eventsourcing.persistence import InterfaceError, OperationalError, StoredEvent

from infra.journal import Append, JournalProcessRecorder, Limits, OutcomeUnknown, Unknown, Void, Written, open_on
from infra.journal.committer import Job
from infra.journal.log import AppendInDoubtError
from infra.journal.memory_log import MemoryLog

LIMITS = Limits(queue_appends_max=2, queue_wait_s=0.05, answer_wait_s=0.2)


class SlowLog(MemoryLog):
    """Holds an append back until it is let through; fails as told."""

    def __init__(self) -> None:
        super().__init__()
        self.through = threading.Event()
        self.through.set()
        self.reached = threading.Event()
        self.failures: list[BaseException] = []

    def append(self, records: Sequence[bytes]) -> range:
        through = self.through
        self.reached.set()
        assert through.wait(10)
        if self.failures:
            raise self.failures.pop(0)
        return super().append(records)

    def hold_the_next(self) -> None:
        """Let the append that waits now go on, and hold the one after it back."""
        self.reached.clear()
        gate, self.through = self.through, threading.Event()
        gate.set()


@pytest.fixture
def log() -> SlowLog:
    return SlowLog()


@pytest.fixture
def recorder(log: SlowLog) -> Iterator[JournalProcessRecorder]:
    journal = open_on(log, limits=LIMITS)
    log.reached.clear()
    yield JournalProcessRecorder(journal)
    log.through.set()
    journal.close()


def one(stream: str) -> Append:
    return Append([StoredEvent(stream, 1, "t", b"")])


@contextmanager
def busy(log: SlowLog, recorder: JournalProcessRecorder) -> Iterator[None]:
    """Somebody else is committing all the while."""
    log.through.clear()
    log.reached.clear()
    other = threading.Thread(target=recorder.insert_many, args=([one("busy")],))
    other.start()
    gate = log.through
    assert log.reached.wait(10)
    yield
    gate.set()
    other.join()


def in_threads(*calls: Callable[[], object]) -> list[object]:
    """What each call returned or raised."""
    results: list[object] = [None] * len(calls)

    def run(place: int) -> None:
        try:
            results[place] = calls[place]()
        except OperationalError as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_an_append_that_nobody_took_in_time_is_certainly_not_written(
    log: SlowLog, recorder: JournalProcessRecorder
) -> None:
    append = one("waits")
    with busy(log, recorder), pytest.raises(OperationalError, match=r"not written: no answer for 0\.2 s") as raised:
        recorder.insert_many([append])
    assert not isinstance(raised.value, OutcomeUnknown)
    assert recorder.outcome(append.append_id) == Unknown()
    assert recorder.select_events("waits") == []


def test_a_full_queue_is_waited_for_and_then_refused(log: SlowLog, recorder: JournalProcessRecorder) -> None:
    with busy(log, recorder):
        results = in_threads(*[lambda name=name: recorder.insert_many([one(name)]) for name in "abcd"])
    messages = sorted(str(result) for result in results)
    assert messages[:2] == ["not written: 2 appends have been waiting for 0.05 s"] * 2
    assert messages[2:] == ["not written: no answer for 0.2 s"] * 2


def test_a_caller_whose_append_was_taken_but_not_answered_is_told_its_id(
    log: SlowLog, recorder: JournalProcessRecorder
) -> None:
    appends = [one("a"), one("b")]
    with busy(log, recorder):
        results: list[list[object]] = []
        calls = [lambda append=append: recorder.insert_many([append]) for append in appends]
        both = threading.Thread(target=lambda: results.append(in_threads(*calls)))
        both.start()
        until(lambda: recorder.journal.waiting == 2)
        log.hold_the_next()
    log.reached.wait(10)
    both.join(2 * LIMITS.answer_wait_s)
    log.through.set()
    both.join()
    (unknown,) = [result for result in results[0] if isinstance(result, OutcomeUnknown)]
    (append,) = [append for append in appends if unknown.append_ids == (append.append_id,)]
    assert append.append_id.hex() in str(unknown)
    assert isinstance(recorder.outcome(append.append_id), Written)


def test_a_group_holds_all_that_wait(log: SlowLog, recorder: JournalProcessRecorder) -> None:
    with busy(log, recorder):
        both = threading.Thread(target=in_threads, args=[lambda n=n: recorder.insert_many([one(n)]) for n in "ab"])
        both.start()
        until(lambda: recorder.journal.waiting == 2)
    both.join()
    assert [one.originator_id for one in recorder.select_notifications(2, 9)] in (["a", "b"], ["b", "a"])


def test_an_append_the_log_refused_is_not_written(log: SlowLog, recorder: JournalProcessRecorder) -> None:
    append = one("a")
    log.failures = [OperationalError("no leader")]
    with pytest.raises(OperationalError, match="not written: no leader"):
        recorder.insert_many([append])
    assert recorder.outcome(append.append_id) == Unknown()
    assert recorder.insert_many([append]) == [Written(range(1, 2))]


def test_an_append_in_doubt_is_cancelled_and_then_certainly_not_written(
    log: SlowLog, recorder: JournalProcessRecorder
) -> None:
    append = one("a")
    log.failures = [AppendInDoubtError("timed out")]
    verdict = recorder.insert_many([append])[0]
    assert isinstance(verdict.error, OperationalError)
    assert str(verdict.error) == "not written: timed out"
    assert isinstance(recorder.outcome(append.append_id), Void)
    log.failures = [AppendInDoubtError("timed out")]
    with pytest.raises(OperationalError, match="not written: timed out"):
        recorder.insert_events([StoredEvent("b", 1, "t", b"")])


def test_an_append_in_doubt_that_cannot_be_cancelled_is_unknown_until_it_can(
    log: SlowLog, recorder: JournalProcessRecorder
) -> None:
    append = one("a")
    log.failures = [AppendInDoubtError("timed out"), AppendInDoubtError("still nothing")]
    with pytest.raises(OutcomeUnknown, match=f"{append.append_id.hex()}: .*timed out; then still nothing"):
        recorder.insert_many([append])
    assert recorder.outcome(append.append_id) == Unknown()
    log.failures = [AppendInDoubtError("not yet")]
    with pytest.raises(OperationalError, match="the log did not answer: not yet"):
        recorder.cancel(append.append_id)
    assert isinstance(recorder.cancel(append.append_id), Void)


def test_an_interrupted_commit_leaves_nobody_waiting(log: SlowLog, recorder: JournalProcessRecorder) -> None:
    log.failures = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        recorder.insert_many([one("a")])
    assert recorder.insert_many([one("b")]) == [Written(range(1, 2))]


def test_closing_waits_for_what_was_taken(log: SlowLog, recorder: JournalProcessRecorder) -> None:
    with busy(log, recorder):
        closing = threading.Thread(target=recorder.journal.close)
        closing.start()
        log.through.set()
    closing.join()
    with pytest.raises(InterfaceError, match="the journal is closed"):
        recorder.insert_many([one("late")])


def until(true: Callable[[], bool]) -> None:
    """Wait, bounded, for other threads."""
    tick = threading.Event()
    assert any(true() or tick.wait(0.001) for _ in range(5_000))


def test_a_lone_caller_that_is_interrupted_leaves_the_next_one_free(
    log: SlowLog, recorder: JournalProcessRecorder
) -> None:
    log.failures.append(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        recorder.insert_many([one("a")])
    assert isinstance(recorder.insert_many([one("b")])[0], Written)


def test_those_who_came_while_a_lone_caller_committed_are_committed_next(
    log: SlowLog, recorder: JournalProcessRecorder
) -> None:
    log.through.clear()
    first = threading.Thread(target=recorder.insert_many, args=([one("a")],))
    first.start()
    assert log.reached.wait(10)
    second = threading.Thread(target=recorder.insert_many, args=([one("b")],))
    second.start()
    while not recorder.journal.waiting:
        second.join(0.001)
    log.through.set()
    first.join(10)
    second.join(10)
    assert recorder.max_notification_id() == 2


@pytest.mark.parametrize("leaves", ["before its turn is known", "before its turn comes", "never"])
def test_a_caller_that_waits_no_more_holds_nobody_up(recorder: JournalProcessRecorder, leaves: str) -> None:
    committer = recorder.journal._committer  # noqa: SLF001 - the moment between two callers cannot be met from outside
    first, second, third = (Job([], []) for _ in range(3))
    if leaves == "before its turn is known":
        committer._leave(second)  # noqa: SLF001 - as above
    committer._wake(committer._in_turn([first, second, third]))  # noqa: SLF001 - as above
    if leaves == "before its turn comes":
        committer._leave(second)  # noqa: SLF001 - as above
    waiting = [first, third] if leaves != "never" else [first, second, third]
    for job in waiting:
        assert job.signal.acquire(timeout=5)
        committer._wake(job.after)  # noqa: SLF001 - as above

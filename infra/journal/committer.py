"""The committer: appends wait in one bounded queue, one caller at a time commits all that wait, and every caller gets
exactly one answer.

There is no thread of its own: the caller that finds nobody committing does it, also for those that come meanwhile, and
hands the role to the first of them. A hand-over between threads costs as much as a commit; a lone caller pays for none.
Those whose answers are there are woken one by one, each by the one before: all at once, they would only wait for each
other and hold up who woke them.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import pairwise
from threading import Condition, Lock

from eventsourcing.persistence import InterfaceError, OperationalError, PersistenceError

from infra.journal.appends import Answer, Append, OutcomeUnknownError, Void, Written
from infra.journal.limits import GATHER_S, Limits
from infra.journal.observer import UNOBSERVED, Observer
from infra.journal.records import Body
from infra.journal.settler import Settler


class Job:
    """What one caller submitted together, until it has its answer."""

    __slots__ = ("after", "answers", "appends", "bodies", "error", "leads", "left", "signal", "woken")

    def __init__(self, appends: Sequence[Append], bodies: Sequence[Body]) -> None:
        """Encoded by the caller, so that the committing thread does not have to."""
        self.appends = appends
        self.bodies = bodies
        self.answers: Sequence[Answer] = ()
        self.error: PersistenceError | None = None
        self.leads = False
        self.after: Job | None = None
        self.left = False
        self.woken = False
        self.signal = Lock()
        self.signal.acquire()

    def result(self) -> Sequence[Answer]:
        """The answers. Raises an error of this caller's own, since several may share what caused it."""
        if self.error is None:
            return self.answers
        raise _own(self.error, self.appends) from self.error


_INTERRUPTED = OutcomeUnknownError((), "the committing thread was interrupted")


class Committer:
    """Lets many threads use one settler."""

    def __init__(
        self, settler: Settler, limits: Limits, listeners: set[Callable[[], None]], observer: Observer = UNOBSERVED
    ) -> None:
        """The listeners are called after every group in which something was written."""
        self._observer = observer
        self._settler = settler
        self._limits = limits
        self._listeners = listeners
        self._mutex = Lock()
        self._room = Condition(self._mutex)
        self._waiting: deque[Job] = deque()
        self._waiting_appends = 0
        self._last = 1
        self._wanted = 0
        self._full = Lock()
        self._full.acquire()
        self._blocked = 0
        self._led = False
        self._closed = False

    @property
    def waiting(self) -> int:
        """Appends in the queue."""
        return self._waiting_appends

    def submit(self, appends: Sequence[Append], bodies: Sequence[Body]) -> Sequence[Answer]:
        """Commit these appends in one group, in order, each on its own.

        Raises `OperationalError` when none was written, its subclass `OutcomeUnknownError` when that is not known.
        """
        if self._takes_role():
            return self._settle_alone(appends, bodies)
        job = Job(appends, bodies)
        try:
            if self._enqueue(job) or self._await(job):
                self._lead()
        except BaseException:
            self._abandon(job)
            raise
        return job.result()

    def close(self) -> None:
        """Take no more appends, and wait, bounded, for those that were taken."""
        with self._mutex:
            self._closed = True
            self._room.wait_for(lambda: not self._led, self._limits.answer_wait_s)

    def _takes_role(self) -> bool:
        """Become the committing caller where there is none and nobody is expected; whether that was so."""
        with self._mutex:
            if self._led or self._closed or self._last > 1:
                return False
            self._led = True
            return True

    def _settle_alone(self, appends: Sequence[Append], bodies: Sequence[Body]) -> Sequence[Answer]:
        """What `_lead` does, without a queue: a lone caller pays for none."""
        try:
            began_s = time.perf_counter()
            answers = self._settler.settle(appends, bodies)
            self._tell(answers, began_s)
        except PersistenceError as failure:
            raise _own(failure, appends) from failure
        finally:
            self._hand_over()
        return answers

    def _enqueue(self, job: Job) -> bool:
        """Queue the job; whether its caller has to commit."""
        size = len(job.appends)
        with self._mutex:
            if not self._fits(size):
                self._wait_for_room(size)
            if self._closed:
                raise InterfaceError("not written: the journal is closed")
            self._waiting.append(job)
            self._waiting_appends += size
            if self._wanted and len(self._waiting) >= self._wanted:
                self._wanted = 0
                self._full.release()
            if self._led:
                return False
            self._led = job.leads = True
            return True

    def _wait_for_room(self, size: int) -> None:
        self._blocked += 1
        try:
            if not self._room.wait_for(lambda: self._fits(size), self._limits.queue_wait_s):
                raise OperationalError(
                    f"not written: {self._waiting_appends} appends have been waiting for {self._limits.queue_wait_s} s"
                )
        finally:
            self._blocked -= 1

    def _fits(self, size: int) -> bool:
        return not self._waiting or self._waiting_appends + size <= self._limits.queue_appends_max or self._closed

    def _await(self, job: Job) -> bool:
        """Wait for the answer; whether the caller has to commit instead."""
        if job.signal.acquire(timeout=self._limits.answer_wait_s):
            if job.after is not None:
                self._wake(job.after)
            return job.leads
        self._leave(job)
        with self._mutex:
            if job.leads or job.answers or job.error:
                return job.leads
            waited = f"no answer for {self._limits.answer_wait_s} s"
            if job in self._waiting:
                self._remove(job)
                raise OperationalError(f"not written: {waited}")
        raise OutcomeUnknownError([append.append_id for append in job.appends], waited)

    def _lead(self) -> None:
        """Commit one group, which the caller's own job heads, and pass the role on."""
        group = self._gather()
        try:
            self._settle(group)
        finally:
            if len(group) > 1:
                self._wake(self._in_turn(group[1:]))
            self._hand_over()

    @staticmethod
    def _in_turn(jobs: Sequence[Job]) -> Job:
        for job, after in pairwise(jobs):
            job.after = after
        return jobs[0]

    def _wake(self, job: Job | None) -> None:
        """Let this caller go on, or the first one after it that still waits; that one wakes the next."""
        with self._mutex:
            while job is not None and job.left:
                job = job.after
            if job is not None and not job.woken:
                job.woken = True
                job.signal.release()

    def _leave(self, job: Job) -> None:
        """Its caller waits no more, and wakes nobody later."""
        with self._mutex:
            job.left = True
            after = job.after
        self._wake(after)

    def _gather(self) -> list[Job]:
        """The next group. Without the short wait, groups of one would alternate with groups of all the others."""
        with self._mutex:
            if len(self._waiting) >= self._last:
                return self._take()
            self._wanted = self._last
        self._full.acquire(timeout=GATHER_S)
        with self._mutex:
            self._wanted = 0
            self._full.acquire(blocking=False)
            return self._take()

    def _take(self) -> list[Job]:
        group: list[Job] = []
        size = 0
        while self._waiting and (not group or size + len(self._waiting[0].appends) <= self._limits.group_appends_max):
            job = self._waiting.popleft()
            size += len(job.appends)
            group.append(job)
        self._waiting_appends -= size
        self._last = len(group)
        if self._blocked:
            self._room.notify_all()
        return group

    def _settle(self, group: Sequence[Job]) -> None:
        appends, bodies = group[0].appends, group[0].bodies
        if len(group) > 1:
            appends = [append for job in group for append in job.appends]
            bodies = [body for job in group for body in job.bodies]
        began_s = time.perf_counter()
        error: PersistenceError = _INTERRUPTED
        answers: Sequence[Answer] = ()
        try:
            answers = self._settler.settle(appends, bodies)
        except PersistenceError as failure:
            error = failure
        finally:
            start = 0
            for job in group:
                job.answers = answers[start : start + len(job.appends)]
                job.error = None if job.answers else error
                start += len(job.appends)
        self._tell(answers, began_s)

    def _tell(self, answers: Sequence[Answer], began_s: float) -> None:
        if self._observer is not UNOBSERVED:
            self._observer.group(len(answers), time.perf_counter() - began_s)
            voided = sum(isinstance(answer, Void) for answer in answers)
            if voided:
                self._observer.voided(voided)
        if self._listeners and any(isinstance(answer, Written) for answer in answers):
            for listener in tuple(self._listeners):
                listener()

    def _hand_over(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting[0].leads = True
                self._waiting[0].signal.release()
            else:
                self._led = False
                self._room.notify_all()

    def _abandon(self, job: Job) -> None:
        """The caller was interrupted: leave nothing behind that others would wait for."""
        self._leave(job)
        with self._mutex:
            leads = job.leads and job in self._waiting
            if job in self._waiting:
                self._remove(job)
        if leads:
            self._hand_over()

    def _remove(self, job: Job) -> None:
        self._waiting.remove(job)
        self._waiting_appends -= len(job.appends)
        self._room.notify_all()


def _own(error: PersistenceError, appends: Sequence[Append]) -> PersistenceError:
    """The error as one caller is told it, about its own appends."""
    if isinstance(error, OutcomeUnknownError):
        return OutcomeUnknownError([append.append_id for append in appends], error.cause)
    return OperationalError(f"not written: {error}")

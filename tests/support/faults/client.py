"""A process that appends to a journal and follows it, noting all of it, until it is told to stop on its standard input.

`client.py URL INDEX NOTES THREADS APPEND_WAIT_S` · commands: `quiet`, `settle`, `fold IDS INTO`, each answered by its
own word; the end of the input ends the process. It says `open` when it has begun.
"""

import json
import logging
import os
import random
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID, uuid4

import structlog
from eventsourcing.persistence import DatabaseError, IntegrityError, OperationalError, StoredEvent, Tracking

from infra.journal import Append, Journal, JournalProcessRecorder, OutcomeUnknown, Unknown, Written
from tests.support.faults.journals import opened
from tests.support.history.calls import Answer, Notebook
from tests.support.history.folding import fold_of, fold_to_file

HOT = UUID(int=99)
SHARED = "shared"
PAUSE_S = 0.008
"""What a thread does between two appends: nothing, for so long."""
SETTLE_S = 60.0
"""How long an append may stay in doubt once the faults are over."""
CATCH_UP_S = 30.0
STATE_BYTES = 200
LARGE_GROUP, LARGE_STATE_BYTES = 12, 60_000
"""More than fits into one record batch: a part of such a group may get into the log without the rest."""


class Client:
    """The threads of one process, over one journal."""

    def __init__(self, journal: Journal, notes: Path, threads: int) -> None:
        self.recorder = JournalProcessRecorder(journal)
        self.notebook = Notebook(notes)
        self.name = notes.stem
        self.quiet = threading.Event()
        self.doubtful: list[bytes] = []
        self.seen = 0
        self.subscription = self.recorder.subscribe()
        self.writers = [self._thread(lambda number=number: self.write(number)) for number in range(threads)]
        self.follower = self._thread(self.follow)

    def write(self, number: int) -> None:
        """Append until it is to be quiet: to a stream of its own, and now and then to one that all want to have."""
        dice = random.Random()  # noqa: S311 - load, not secrets; the interleaving cannot be replayed anyway
        mine, version, tracked = uuid4(), 1, 0
        source = f"{self.name}-{number}"
        while not self.quiet.wait(PAUSE_S):
            tracking = []
            events = [self._event(mine, version)]
            chance = dice.random()
            if chance < 0.4:
                events.append(self._event(HOT, (self.recorder.head(HOT) or 0) + 1))
            elif chance < 0.6:
                tracked += 1
                tracking = [Tracking(source, tracked)]
            elif chance < 0.7:
                tracking = [Tracking(SHARED, (self.recorder.max_tracking_id(SHARED) or 0) + 1)]
            elif chance < 0.8:
                self._append_group(4, STATE_BYTES)
                continue
            elif chance < 0.803:
                self._append_group(LARGE_GROUP, LARGE_STATE_BYTES)
                continue
            if self._append(Append(events, tracking)) is Answer.WRITTEN:
                version += 1
            else:
                version = (self.recorder.head(mine) or 0) + 1

    def follow(self) -> None:
        """Note every event of the journal as it comes."""
        self.notebook.subscribed(0)
        for notification in self.subscription:
            self.notebook.delivered(notification)
            self.seen = notification.id

    def be_quiet(self) -> None:
        """End the writers once they have their answers."""
        self.quiet.set()
        for writer in self.writers:
            writer.join()

    def settle(self) -> None:
        """Ask for every append in doubt until it is known what became of it."""
        deadline = time.monotonic() + SETTLE_S
        for append_id in self.doubtful:
            while isinstance(outcome := self.recorder.outcome(append_id), Unknown) and time.monotonic() < deadline:
                threading.Event().wait(0.05)
            self.notebook.settled(append_id, outcome)

    def fold(self, ids: Path, into: Path) -> None:
        """Write down what this process has folded, once it has all that is asked for."""
        asked = json.loads(ids.read_text())
        deadline = time.monotonic() + CATCH_UP_S
        while self.seen < asked["position"] and time.monotonic() < deadline:
            threading.Event().wait(0.02)
        self.subscription.stop()
        self.follower.join()
        fold_to_file(fold_of(self.recorder, asked["append_ids"], asked["sources"]), into)

    def _append(self, append: Append) -> Answer:
        self.notebook.invoked(append)
        try:
            positions: Sequence[int] = self.recorder.journal.append(append)
        except DatabaseError as error:
            return self._note(append, error)
        return self._note(append, Written(range(positions[0], positions[-1] + 1) if positions else range(0)))

    def _append_group(self, appends: int, state_bytes: int) -> None:
        """Several at once, each of two streams of its own."""
        streams = [(uuid4(), uuid4()) for _ in range(appends)]
        group = [Append([self._event(stream, 1, state_bytes) for stream in pair]) for pair in streams]
        for append in group:
            self.notebook.invoked(append)
        try:
            verdicts = self.recorder.insert_many(group)
        except OperationalError as error:
            for append in group:
                self._note(append, error)
            return
        for append, verdict in zip(group, verdicts, strict=True):
            self._note(append, verdict if isinstance(verdict, Written) else verdict.error)

    def _note(self, append: Append, told: Written | DatabaseError) -> Answer:
        if isinstance(told, Written):
            self.notebook.answered(append, Answer.WRITTEN, told.positions)
            return Answer.WRITTEN
        if isinstance(told, OutcomeUnknown):
            self.notebook.answered(append, Answer.UNKNOWN, why=str(told))
            self.notebook.settled(append.append_id, self.recorder.outcome(append.append_id))
            self.doubtful.append(append.append_id)
            return Answer.UNKNOWN
        answer = Answer.CONFLICT if isinstance(told, IntegrityError) else Answer.FAILED
        self.notebook.answered(append, answer, why=str(told))
        return answer

    def _event(self, stream: UUID, version: int, state_bytes: int = STATE_BYTES) -> StoredEvent:
        return StoredEvent(stream, version, "t.v1", uuid4().bytes + b"x" * state_bytes)

    def _thread(self, run: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=lambda: _or_die(run))
        thread.start()
        return thread


def main(url: str, index: str, notes: str, threads: str, append_wait_s: str) -> None:
    """Open the journal, begin, and do as told."""
    quiet_logs()
    with opened(url, Path(index), float(append_wait_s)) as journal:
        client = Client(journal, Path(notes), int(threads))
        say("open")
        for line in sys.stdin:
            word, *arguments = line.split()
            match word:
                case "quiet":
                    client.be_quiet()
                case "settle":
                    client.settle()
                case "fold":
                    client.fold(*map(Path, arguments))
            say(word)
        client.be_quiet()
        client.subscription.stop()
        client.follower.join()


def quiet_logs() -> None:
    """Faults are expected here."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def say(line: str) -> None:
    """One write, so that it is neither torn nor kept back."""
    os.write(1, f"{line}\n".encode())


def _or_die(run: Callable[[], None]) -> None:
    """A thread that fails takes the process with it, so that nobody waits for it in vain."""
    try:
        run()
    except BaseException:  # noqa: BLE001 - the outermost of its thread
        traceback.print_exc()
        os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])

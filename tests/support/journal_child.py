"""A process that writes to a journal and says on its standard output what was acknowledged, line by line.

`journal_child.py load PATH THREADS APPENDS` · `journal_child.py full PATH BYTES`
"""

import os
import resource
import sys
import threading
from uuid import UUID, uuid4

from eventsourcing.persistence import IntegrityError, OperationalError, StoredEvent

from infra.journal import JournalProcessRecorder, OutcomeUnknown, open_journal

HOT = UUID(int=99)
STATE = b"x" * 256


def load(path: str, threads: int, appends: int) -> None:
    """Each thread writes a stream of its own, and with every append tries for the next version of a hot one."""
    journal = open_journal(f"sqlite:///{path}")
    recorder = JournalProcessRecorder(journal)

    def write() -> None:
        mine = uuid4()
        for version in range(1, appends + 1):
            events = [StoredEvent(mine, version, "t.v1", STATE)]
            try:
                hot = StoredEvent(HOT, (recorder.head(HOT) or 0) + 1, "t.v1", STATE)
                positions = recorder.insert_events([*events, hot])
                say(f"{HOT} {hot.originator_version} {positions[1]}")
            except IntegrityError:
                positions = recorder.insert_events(events)
            say(f"{mine} {version} {positions[0]}")

    writers = [threading.Thread(target=write) for _ in range(threads)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    journal.close()


def full(path: str, size: int) -> None:
    """Write until no file may grow any more, try again in vain, get more room, and write on."""
    journal = open_journal(f"sqlite:///{path}")
    recorder = JournalProcessRecorder(journal)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    refused = 0
    while refused < 3:
        stream = uuid4()
        try:
            position = recorder.insert_events([StoredEvent(stream, 1, "t.v1", STATE * 20)])[0]
            say(f"{stream} 1 {position}")
        except OutcomeUnknown as error:
            say(f"unknown {error}")
            refused += 1
        except OperationalError as error:
            say(f"refused {stream} {error}")
            refused += 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    stream = uuid4()
    say(f"{stream} 1 {recorder.insert_events([StoredEvent(stream, 1, 't.v1', STATE)])[0]}")
    journal.close()


def say(line: str) -> None:
    """One write, so that lines of several threads stay whole and none is kept back."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    if sys.argv[1] == "load":
        load(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        full(sys.argv[2], int(sys.argv[3]))

"""Opening a journal on a log that is slow to say whether it took something, or is far ahead of the index."""

from collections.abc import Sequence
from contextlib import closing

import pytest
from eventsourcing.persistence import OperationalError, StoredEvent

from infra.journal import Append, JournalProcessRecorder, Limits, open_on
from infra.journal.limits import FOLD_BYTES
from infra.journal.log import AppendInDoubtError
from infra.journal.memory_log import MemoryLog


class HesitantLog(MemoryLog):
    """Takes records in, and so many times does not say so."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def append(self, records: Sequence[bytes]) -> range:
        span = super().append(records)
        if self.times:
            self.times -= 1
            raise AppendInDoubtError("no answer in time")
        return span


@pytest.mark.parametrize("times", [1, 2])
def test_schemas_in_doubt_are_sent_again_and_are_there_once(times: int) -> None:
    log = HesitantLog(times)
    with closing(open_on(log)) as journal:
        assert len(JournalProcessRecorder(journal).schemas()) == 3
        with closing(open_on(log)) as other:
            assert JournalProcessRecorder(other).schemas() == JournalProcessRecorder(journal).schemas()


def test_a_log_that_never_says_so_is_an_operational_error() -> None:
    with pytest.raises(OperationalError, match="the log did not take the schemas: no answer in time"):
        open_on(HesitantLog(100))


def test_a_log_of_several_transactions_is_folded_to_its_end_and_the_larger_cache_given_back() -> None:
    log, limits = MemoryLog(), Limits(writer_cache_kib=2_048)
    state = b"x" * 900_000
    appends = 2 * FOLD_BYTES // len(state) + 3
    with closing(open_on(log)) as journal:
        JournalProcessRecorder(journal).insert_many([Append([StoredEvent("s", v, "t", state)]) for v in range(appends)])
    with closing(open_on(log, limits=limits)) as journal:
        recorder = JournalProcessRecorder(journal)
        assert recorder.max_notification_id() == appends
        assert [event.originator_version for event in recorder.select_events("s")] == list(range(appends))
        with journal.database.writing() as writer:
            assert writer.execute("PRAGMA cache_size").fetchone() == (-limits.writer_cache_kib,)

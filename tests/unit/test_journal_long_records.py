"""Streams whose events stand in long log records: only a part of each is read, and all of them come back."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from eventsourcing.persistence import StoredEvent

from infra.journal import Append, JournalProcessRecorder, Limits, Written, open_journal
from infra.journal.limits import PART_BYTES, PARTS_MAX, WHOLE_BYTES_MAX

SPACE = UUID("6f0c2a8e-3d1b-4a57-9f62-8c4d7e1b5a90")
MANY = WHOLE_BYTES_MAX // PART_BYTES * 4


@pytest.fixture(params=["file", "memory"])
def recorder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[JournalProcessRecorder]:
    """An empty journal."""
    url = f"sqlite:///{tmp_path}/j.sqlite" if request.param == "file" else "memory:"
    with closing(open_journal(url, limits=Limits(append_bytes_max=8_000_000))) as journal:
        yield JournalProcessRecorder(journal)


def stream(number: int) -> UUID:
    return uuid5(SPACE, str(number))


def event(number: int, version: int, size: int) -> StoredEvent:
    """One whose bytes tell it from every other."""
    state = f"{number}.{version}:".encode()
    return StoredEvent(stream(number), version, "t", state + bytes(size - len(state)))


def test_events_of_many_streams_in_one_long_record_come_back(recorder: JournalProcessRecorder) -> None:
    sizes = [100, PART_BYTES // 2, PART_BYTES, 20 * PART_BYTES, 100 * PART_BYTES]
    written: dict[UUID, list[StoredEvent]] = {}
    for first in (1, 3):
        both = (first, first + 1)
        events = [event(number, version, sizes[number % len(sizes)]) for number in range(MANY) for version in both]
        (verdict,) = recorder.insert_many([Append(events)])
        assert isinstance(verdict, Written)
        for each in events:
            written.setdefault(each.originator_id, []).append(each)
    for wanted in ([stream(7)], [stream(4), stream(9)], list(written)[: PARTS_MAX + 1], [*written, stream(-1)]):
        assert recorder.select_many(wanted) == {each: written[each] for each in wanted if each in written}
    for number in (0, 3, 4, MANY - 1):
        whole = written[stream(number)]
        assert recorder.select_events(stream(number), gt=1, lte=3) == whole[1:3]
        assert recorder.select_events(stream(number), desc=True, limit=2) == whole[::-1][:2]
        assert recorder.select_events(stream(number)) == whole

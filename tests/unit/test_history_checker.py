"""The history checker finds nothing in a sound history, and names each way in which one can be broken."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent, Tracking

from infra.journal import Append, Void, Written, open_on
from infra.journal.memory_log import MemoryLog
from infra.journal.recorder import JournalProcessRecorder
from infra.journal.records import (
    OWN_SCHEMAS,
    appends_head,
    encode_append,
    encode_cancel,
    encode_schema,
)
from tests.support.history.calls import (
    Answer,
    Call,
    Delivery,
    Event,
    Notebook,
    Settlement,
    event_of,
    read_notes,
)
from tests.support.history.checking import VIOLATIONS_MAX, Digests, History, Property, check
from tests.support.history.folding import Fold, fold_from_scratch, fold_of

HOT = UUID(int=1)


def append(name: str, *versions: int, stream: UUID | str = HOT, tracking: int | None = None) -> Append:
    """Of that name, so that every append has an id and contents of its own."""
    events = [StoredEvent(stream, version, "t.v1", f"{name}{version}".encode()) for version in versions]
    return Append(events, [Tracking("s", tracking)] if tracking else [], name.encode().rjust(16))


ONE, LATE, TWO = append("one", 1), append("late", 1), append("two", 2, 3, tracking=5)
CANCELLED, DOUBTED, TRACKS = append("cancelled", 9), append("doubted", 1, stream="d"), append("tracks", tracking=6)
STALE, CRASHED = append("stale", 1, stream="e", tracking=6), append("crashed", 1, stream="c")
REFUSED, UNSENT, NEVER = append("refused", 10), append("unsent", 11), append("never", 12)


def written(*appends: Append) -> bytes:
    bodies = [encode_append(one).data for one in appends]
    return b"".join((appends_head(b"w" * 16, 7, len(bodies)), *bodies, b"\0"))


RECORDS = [
    *(encode_schema(schema) for schema in OWN_SCHEMAS),
    written(ONE, LATE),
    encode_cancel([CANCELLED.append_id, REFUSED.append_id, DOUBTED.append_id[::-1]]),
    written(TWO, CANCELLED),
    written(DOUBTED),
    encode_cancel([DOUBTED.append_id]),
    written(TRACKS, STALE),
    written(CRASHED),
]


def call(one: Append, at: int, answer: Answer, *positions: int) -> Call:
    """From `at` to `at + 5`."""
    events = tuple(event_of(event) for event in one.events)
    tracking = tuple((each.application_name, each.notification_id) for each in one.tracking)
    answered_at = None if answer is Answer.NONE else at + 5
    return Call(one.append_id.hex(), "w1", events, at, tracking, answer, answered_at, positions)


def sound() -> History:
    """Two appends at once for one version, and every kind of answer."""
    calls = [
        call(ONE, 10, Answer.WRITTEN, 1),
        call(LATE, 12, Answer.CONFLICT),
        call(CANCELLED, 20, Answer.UNKNOWN),
        call(REFUSED, 20, Answer.FAILED),
        call(TWO, 20, Answer.WRITTEN, 2, 3),
        call(DOUBTED, 22, Answer.UNKNOWN),
        call(TRACKS, 30, Answer.WRITTEN),
        call(STALE, 31, Answer.CONFLICT),
        call(CRASHED, 40, Answer.NONE),
        call(NEVER, 40, Answer.NONE),
        call(UNSENT, 40, Answer.FAILED),
    ]
    records = list(enumerate(RECORDS))
    fold = fold_from_scratch(records)
    other = Fold(list(fold.events), dict(fold.outcomes), dict(fold.tracking))
    deliveries = [Delivery("r1", 0, tuple(fold.events)), Delivery("r1", 2, tuple(fold.events[2:3]), ended=True)]
    settlements = [
        Settlement(DOUBTED.append_id.hex(), "w1", None, unknown=True),
        Settlement(DOUBTED.append_id.hex(), "w1", (4,)),
        Settlement(CANCELLED.append_id.hex(), "w2", None),
    ]
    digests = [Digests("queue", "8476e", "8476e")]
    return History(calls, records, {"w1": fold, "w2": other}, deliveries, settlements, digests)


def answers(history: History, one: Append, **changes: object) -> None:
    """The caller of that append was told something else."""
    history.calls = [replace(c, **changes) if c.append_id == one.append_id.hex() else c for c in history.calls]


def told(history: History, one: Append, positions: tuple[int, ...] | None, *, unknown: bool = False) -> None:
    history.settlements = [*history.settlements, Settlement(one.append_id.hex(), "w1", positions, unknown)]


def delivers(history: History, *places: int) -> None:
    """The subscription gave the events at these places of the sequence, from 0."""
    events = history.folds["w2"].events
    history.deliveries = [Delivery("r1", 0, tuple(events[place] for place in places))]


def logs(history: History, *records: bytes) -> None:
    """The log is another, and everybody folded that one."""
    history.records = list(enumerate(records))
    history.folds, history.deliveries = {}, ()


def foreign(history: History, place: int, content: str) -> None:
    position, event = history.folds["w1"].events[place]
    history.folds["w1"].events[place] = (position, replace(event, content=content))


Breaking = Callable[[History], object]

BROKEN: dict[str, tuple[Breaking, set[Property]]] = {
    "acknowledged and not in the log": (
        lambda h: answers(h, NEVER, answer=Answer.WRITTEN, answered_at=45, positions=(6,)),
        {Property.LOST},
    ),
    "acknowledged and void": (
        lambda h: answers(h, LATE, answer=Answer.WRITTEN, positions=(1,)),
        {Property.LOST},
    ),
    "acknowledged, tracking only, and void": (
        lambda h: answers(h, STALE, answer=Answer.WRITTEN, positions=()),
        {Property.LOST},
    ),
    "acknowledged at another position": (lambda h: answers(h, TWO, positions=(3, 4)), {Property.MOVED}),
    "a conflict, and written": (lambda h: answers(h, ONE, answer=Answer.CONFLICT), {Property.VISIBLE}),
    "not written, and written": (lambda h: answers(h, DOUBTED, answer=Answer.FAILED), {Property.VISIBLE}),
    "a conflict with nothing": (lambda h: answers(h, CANCELLED, answer=Answer.CONFLICT), {Property.CAUSELESS}),
    "a conflict with what came later": (
        lambda h: answers(h, LATE, invoked_at=1, answered_at=9),
        {Property.CAUSELESS},
    ),
    "unknown for ever": (lambda h: answers(h, UNSENT, answer=Answer.UNKNOWN), {Property.UNSETTLED}),
    "settled as void, and written": (lambda h: told(h, DOUBTED, None), {Property.SETTLED_TWICE}),
    "settled at another position": (lambda h: told(h, DOUBTED, (5,)), {Property.SETTLED_TWICE}),
    "settled as written, and cancelled": (lambda h: told(h, CANCELLED, (4,)), {Property.SETTLED_TWICE}),
    "settled as void, and never cancelled": (lambda h: told(h, NEVER, None), {Property.SETTLED_TWICE}),
    "settled, and then unknown": (lambda h: told(h, DOUBTED, None, unknown=True), {Property.SETTLED_TWICE}),
    "an append twice in one fold": (
        lambda h: h.folds["w1"].events.append((6, replace(h.folds["w1"].events[4][1], version=2))),
        {Property.DOUBLED, Property.FOREIGN, Property.FOLDS_DIFFER},
    ),
    "one position of two appends": (
        lambda h: h.folds["w1"].outcomes.update({STALE.append_id.hex(): (1,)}),
        {Property.DOUBLED, Property.FOREIGN, Property.FOLDS_DIFFER, Property.TRACKING_BACK},
    ),
    "other contents": (lambda h: foreign(h, 1, "00"), {Property.FOREIGN, Property.FOLDS_DIFFER}),
    "an append by nobody": (
        lambda h: logs(h, *RECORDS, written(append("nobody", 1, stream="n"))),
        {Property.FOREIGN},
    ),
    "a position is skipped": (
        lambda h: h.folds["w1"].events.__setitem__(4, (6, h.folds["w1"].events[4][1])),
        {Property.GAP, Property.FOREIGN, Property.FOLDS_DIFFER},
    ),
    "a version twice": (
        lambda h: h.folds["w1"].events.append((6, Event(f"uuid:{HOT}", 3, "00"))),
        {Property.TAKEN_TWICE, Property.FOREIGN, Property.FOLDS_DIFFER},
    ),
    "a fold that stopped": (lambda h: h.folds["w2"].events.pop(), {Property.FOREIGN, Property.FOLDS_DIFFER}),
    "a fold with another verdict": (
        lambda h: h.folds["w2"].outcomes.pop(LATE.append_id.hex()),
        {Property.FOLDS_DIFFER},
    ),
    "a fold with a verdict of its own": (
        lambda h: h.folds["w2"].outcomes.update({NEVER.append_id.hex(): None}),
        {Property.FOLDS_DIFFER},
    ),
    "tracking that stood still": (
        lambda h: h.folds["w1"].outcomes.update({STALE.append_id.hex(): ()}),
        {Property.TRACKING_BACK, Property.FOREIGN, Property.FOLDS_DIFFER},
    ),
    "tracking that was forgotten": (
        lambda h: h.folds["w1"].tracking.clear(),
        {Property.TRACKING_BACK, Property.FOLDS_DIFFER},
    ),
    "a delivery skipped": (lambda h: delivers(h, 0, 2, 3, 4), {Property.DELIVERY}),
    "a delivery repeated": (lambda h: delivers(h, 0, 1, 1, 2, 3, 4), {Property.DELIVERY}),
    "deliveries out of order": (lambda h: delivers(h, 0, 2, 1, 3, 4), {Property.DELIVERY}),
    "a delivery missing at the end": (lambda h: delivers(h, 0, 1, 2, 3), {Property.DELIVERY}),
    "a rebuild that differs": (
        lambda h: setattr(h, "digests", [Digests("queue", "8476e", "29f3a")]),
        {Property.READ_MODEL},
    ),
    "placed before what was acknowledged first": (
        lambda h: answers(h, ONE, invoked_at=50, answered_at=55),
        {Property.OUT_OF_ORDER, Property.CAUSELESS},
    ),
    "a crashed one, placed before what was acknowledged first": (
        lambda h: (
            answers(h, DOUBTED, answer=Answer.NONE, answered_at=None, invoked_at=60),
            answers(h, CRASHED, answer=Answer.WRITTEN, answered_at=45, positions=(5,)),
        ),
        {Property.OUT_OF_ORDER},
    ),
    "a log with a hole": (
        lambda h: setattr(h, "records", [*h.records[:-1], (len(RECORDS), RECORDS[-1])]),
        {Property.LOG_GAP},
    ),
    "a log that was cut short": (
        lambda h: (
            answers(h, CRASHED, answer=Answer.WRITTEN, answered_at=45, positions=(5,)),
            setattr(h, "records", h.records[:-1]),
        ),
        {Property.LOST, Property.FOLDS_DIFFER, Property.DELIVERY},
    ),
}


def test_a_sound_history_holds_nothing_against_the_journal() -> None:
    assert check(sound()) == []


def test_where_nobody_noted_what_was_told_the_rest_is_checked_all_the_same() -> None:
    history = sound()
    history.calls = None
    assert check(history) == []
    BROKEN["a fold that stopped"][0](history)
    assert {violation.broken for violation in check(history)} == {Property.FOLDS_DIFFER}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_history_is_named(name: str) -> None:
    breaking, expected = BROKEN[name]
    history = sound()
    breaking(history)
    assert {violation.broken for violation in check(history)} == expected


def test_every_property_is_seen_broken() -> None:
    assert set(Property) == set().union(*(expected for _, expected in BROKEN.values()))


def test_a_history_broken_everywhere_names_a_few_of_each() -> None:
    history = sound()
    history.digests = [Digests(f"model {number}", "a", "b") for number in range(100)]
    assert len(check(history)) == VIOLATIONS_MAX
    assert str(check(history)[0]) == f"{Property.READ_MODEL}: model 0 has a, rebuilt b"


def test_the_rules_read_off_the_page_fold_as_the_journal_does() -> None:
    log = MemoryLog()
    log.append(RECORDS)
    journal = open_on(log)
    scratch = fold_from_scratch(log.read(0, 100))
    assert [position for position, _ in scratch.events] == [1, 2, 3, 4, 5]
    assert fold_of(JournalProcessRecorder(journal), scratch.outcomes, ["s", "t"]) == scratch
    assert scratch.tracking == {"s": 6}
    journal.close()


def test_notes_are_read_back_and_a_torn_last_line_was_told_to_nobody(tmp_path: Path) -> None:
    path = tmp_path / "w1.jsonl"
    notebook = Notebook(path)
    journal = open_on(MemoryLog())
    for one in (ONE, TWO):
        notebook.invoked(one)
        notebook.answered(one, Answer.WRITTEN, journal.append(one))
    notebook.settled(ONE.append_id, Written(range(1, 2)))
    notebook.settled(LATE.append_id, Void("late"))
    events = journal.reader.notifications(None, 10)
    for after in (0, 2):
        notebook.subscribed(after)
        for event in events[after:]:
            notebook.delivered(event)
    notebook.invoked(LATE)
    notebook.close()
    path.write_bytes(path.read_bytes() + b'[1, "answered", "6c')
    notes = read_notes(path, ended=True)
    assert [(one.append_id, one.answer, one.positions) for one in notes.calls] == [
        (ONE.append_id.hex(), Answer.WRITTEN, (1,)),
        (TWO.append_id.hex(), Answer.WRITTEN, (2, 3)),
        (LATE.append_id.hex(), Answer.NONE, ()),
    ]
    assert notes.calls[1].tracking == (("s", 5),)
    assert notes.calls[0].invoked_at < notes.calls[0].answered_at < notes.calls[1].invoked_at
    assert [one.positions for one in notes.settlements] == [(1,), None]
    assert [(one.after, [place for place, _ in one.events], one.ended) for one in notes.deliveries] == [
        (0, [1, 2, 3], True),
        (2, [3], True),
    ]
    assert notes.calls[0].events == (event_of(ONE.events[0]),)
    journal.close()

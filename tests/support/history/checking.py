"""The history checker: given what callers were told and what a log, its folds, subscriptions and read models hold,
names everything that contradicts what the journal promises. Finds nothing when nothing does.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice, zip_longest
from typing import NamedTuple

from tests.support.history.calls import Answer, Call, Delivery, Event, Positions, Settlement, by_id
from tests.support.history.folding import Fold, Logged, decoded, fold_from_scratch

VIOLATIONS_MAX = 10
"""Violations named for each property; one is enough to fail."""
SCRATCH = "from scratch"


class Property(StrEnum):
    """What the journal promises, by what it looks like when broken."""

    LOST = "an acknowledged append is lost"
    MOVED = "an append is not where its caller was told"
    VISIBLE = "an append reported as not written is visible"
    CAUSELESS = "an append was refused as a conflict with nothing"
    UNSETTLED = "an append in doubt was never settled"
    SETTLED_TWICE = "an append was settled in two ways"
    DOUBLED = "an append took effect twice"
    FOREIGN = "an event is not what anybody appended"
    GAP = "positions are not 1, 2, 3 and so on"
    TAKEN_TWICE = "a version of a stream was taken twice"
    FOLDS_DIFFER = "two folds of one log differ"
    TRACKING_BACK = "tracking of a source did not rise"
    DELIVERY = "a subscription did not deliver exactly the sequence"
    READ_MODEL = "a read model is not what a rebuild gives"
    OUT_OF_ORDER = "an append was placed before one that was acknowledged first"
    LOG_GAP = "offsets of the log are not 0, 1, 2 and so on"


@dataclass(frozen=True, slots=True)
class Violation:
    """One contradiction."""

    broken: Property
    what: str

    def __str__(self) -> str:
        """The property, and where it is broken."""
        return f"{self.broken}: {self.what}"


class Digests(NamedTuple):
    """A read model's digest as it was kept up to date, and as a rebuild from the first event gives it."""

    read_model: str
    live: str
    rebuilt: str


@dataclass
class History:
    """All that is known of one run once it is quiet. `records` is the log, read by somebody with no memory of it.

    `calls` is None where those who appended noted nothing: then what they were told cannot be held against it.
    """

    calls: Sequence[Call] | None
    records: Sequence[tuple[int, bytes]]
    folds: Mapping[str, Fold] = field(default_factory=dict)
    deliveries: Sequence[Delivery] = ()
    settlements: Sequence[Settlement] = ()
    digests: Sequence[Digests] = ()


def check(history: History) -> list[Violation]:
    """Every violation, at most `VIOLATIONS_MAX` of each property."""
    scratch = fold_from_scratch(history.records)
    logged = [entry for entry in decoded(history.records) if isinstance(entry, Logged)]
    folds = {SCRATCH: scratch, **history.folds}
    calls = history.calls or ()
    found: dict[Property, Iterable[str]] = {
        Property.LOST: _lost(calls, scratch),
        Property.MOVED: _moved(calls, scratch),
        Property.VISIBLE: _visible(calls, scratch),
        Property.CAUSELESS: _causeless(calls, scratch),
        Property.UNSETTLED: _unsettled(calls, scratch),
        Property.SETTLED_TWICE: _settled_twice(history.settlements, scratch),
        Property.DOUBLED: _each(folds, _doubled),
        Property.FOREIGN: _each({} if history.calls is None else folds, lambda fold: _foreign(calls, fold)),
        Property.GAP: _each(folds, _gaps),
        Property.TAKEN_TWICE: _each(folds, _taken_twice),
        Property.FOLDS_DIFFER: _each(history.folds, lambda fold: _differ(fold, scratch)),
        Property.TRACKING_BACK: _each(folds, lambda fold: _tracking_back(fold, logged)),
        Property.DELIVERY: _misdelivered(history.deliveries, scratch),
        Property.READ_MODEL: (
            f"{name} has {live}, rebuilt {rebuilt}" for name, live, rebuilt in history.digests if live != rebuilt
        ),
        Property.OUT_OF_ORDER: _out_of_order(calls, scratch),
        Property.LOG_GAP: _log_gaps(history.records),
    }
    return [Violation(broken, what) for broken, each in found.items() for what in islice(each, VIOLATIONS_MAX)]


def _lost(calls: Sequence[Call], scratch: Fold) -> Iterator[str]:
    for call in calls:
        if call.answer is Answer.WRITTEN and scratch.outcomes.get(call.append_id) is None:
            yield f"{_named(call)} was answered {list(call.positions)}; the log gives it no effect"


def _moved(calls: Sequence[Call], scratch: Fold) -> Iterator[str]:
    for call in calls:
        positions = scratch.outcomes.get(call.append_id)
        if call.answer is Answer.WRITTEN and positions is not None and positions != call.positions:
            yield f"{_named(call)} was answered {list(call.positions)}; the log gives it {list(positions)}"


def _visible(calls: Sequence[Call], scratch: Fold) -> Iterator[str]:
    for call in calls:
        positions = scratch.outcomes.get(call.append_id)
        if call.answer in (Answer.CONFLICT, Answer.FAILED) and positions is not None:
            yield f"{_named(call)} was answered `{call.answer}`; it is at {list(positions)}"


def _causeless(calls: Sequence[Call], scratch: Fold) -> Iterator[str]:
    """A conflict needs another append that took the version, or tracked as far, and was begun before the answer."""
    known = by_id(calls)
    takers: dict[tuple[str, int], int] = {}
    trackers: dict[str, list[tuple[int, int]]] = {}
    for append_id, positions in scratch.outcomes.items():
        call = known.get(append_id)
        if call is None or positions is None:
            continue
        takers.update({(event.stream, event.version): call.invoked_at for event in call.events})
        for source, position in call.tracking:
            trackers.setdefault(source, []).append((position, call.invoked_at))
    for call in calls:
        if call.answer is not Answer.CONFLICT or call.answered_at is None or scratch.outcomes.get(call.append_id):
            continue
        pairs = [(event.stream, event.version) for event in call.events]
        taken = any(takers.get(pair, call.answered_at) < call.answered_at for pair in pairs)
        tracked = any(
            last >= position and invoked_at < call.answered_at
            for source, position in call.tracking
            for last, invoked_at in trackers.get(source, ())
        )
        if not taken and not tracked and len(set(pairs)) == len(pairs):
            yield f"{_named(call)}, which wanted {pairs}"


def _unsettled(calls: Sequence[Call], scratch: Fold) -> Iterator[str]:
    for call in calls:
        if call.answer is Answer.UNKNOWN and call.append_id not in scratch.outcomes:
            yield f"{_named(call)}: the log holds neither it nor its cancellation"


def _settled_twice(settlements: Sequence[Settlement], scratch: Fold) -> Iterator[str]:
    told: set[tuple[str, str]] = set()
    for one in settlements:
        name = f"append {one.append_id}, as {one.process} was told"
        if one.unknown:
            if (one.process, one.append_id) in told:
                yield f"{name}: unknown, after it was known"
            continue
        told.add((one.process, one.append_id))
        if one.append_id not in scratch.outcomes or scratch.outcomes[one.append_id] != one.positions:
            yield f"{name}: {_fate({one.append_id: one.positions}, one.append_id)}; {_logs(scratch, one.append_id)}"


def _doubled(fold: Fold) -> Iterator[str]:
    """Every append of a run has contents of its own, so the same one again is the same append again."""
    seen: dict[tuple[str, str], int] = {}
    for position, event in fold.events:
        first = seen.setdefault((event.stream, event.content), position)
        if first != position:
            yield f"the same event of {event.stream} is at {first} and {position}"
    owners: dict[int, str] = {}
    for append_id, positions in fold.outcomes.items():
        for position in positions or ():
            if owners.setdefault(position, append_id) != append_id:
                yield f"position {position} is of append {owners[position]} and of {append_id}"


def _foreign(calls: Sequence[Call], fold: Fold) -> Iterator[str]:
    known = by_id(calls)
    there = dict(fold.events)
    explained: set[int] = set()
    for append_id, positions in fold.outcomes.items():
        call = known.get(append_id)
        if positions is None or call is None:
            continue
        if tuple(there.get(position) for position in positions) != call.events:
            yield f"{_named(call)} is not at {list(positions)} with the events that were handed over"
        explained.update(positions)
    for position, event in fold.events:
        if position not in explained:
            yield f"position {position}, version {event.version} of {event.stream}, is of no known append"


def _gaps(fold: Fold) -> Iterator[str]:
    for expected, (position, _) in enumerate(fold.events, 1):
        if position != expected:
            yield f"position {position} stands where {expected} belongs"
            return


def _taken_twice(fold: Fold) -> Iterator[str]:
    seen: dict[tuple[str, int], int] = {}
    for position, event in fold.events:
        first = seen.setdefault((event.stream, event.version), position)
        if first != position:
            yield f"version {event.version} of {event.stream} is at {first} and {position}"


def _differ(fold: Fold, scratch: Fold) -> Iterator[str]:
    for there, right in zip_longest(fold.events, scratch.events):
        if there != right:
            yield f"holds {there} where the log gives {right}"
            return
    for append_id in sorted(fold.outcomes.keys() | scratch.outcomes.keys()):
        if _fate(fold.outcomes, append_id) != _fate(scratch.outcomes, append_id):
            yield f"append {append_id} is {_fate(fold.outcomes, append_id)}; {_logs(scratch, append_id)}"
    if fold.tracking != scratch.tracking:
        yield f"tracking is {fold.tracking}, the log gives {scratch.tracking}"


def _tracking_back(fold: Fold, logged: Sequence[Logged]) -> Iterator[str]:
    """In the order of the log, over the appends that this fold says took effect."""
    last: dict[str, int] = {}
    seen: set[str] = set()
    for append in logged:
        if append.append_id in seen or fold.outcomes.get(append.append_id) is None:
            continue
        seen.add(append.append_id)
        for source, position in append.tracking:
            if position <= last.get(source, position - 1):
                yield f"{source} went from {last[source]} to {position} by append {append.append_id}"
            last[source] = position
    if fold.tracking != last:
        yield f"tracking ends at {fold.tracking}, its appends at {last}"


def _misdelivered(deliveries: Sequence[Delivery], scratch: Fold) -> Iterator[str]:
    for one in deliveries:
        expected = scratch.events[one.after :]
        if one.ended:
            expected = expected[: len(one.events)]
        for given, right in zip_longest(one.events, expected):
            if given != right:
                yield f"{one.process} after {one.after}: {_place(given)} where {_place(right)} was due"
                break


def _out_of_order(calls: Sequence[Call], scratch: Fold) -> Iterator[str]:
    """Whatever takes effect and was begun after an acknowledgement stands behind what was acknowledged."""
    placed = [(call, positions) for call in calls if (positions := scratch.outcomes.get(call.append_id))]
    answered = sorted(
        (call.answered_at, positions[-1], call.append_id)
        for call, positions in placed
        if call.answer is Answer.WRITTEN and call.answered_at is not None
    )
    highest, of, next_ = 0, "", 0
    for call, positions in sorted(placed, key=lambda one: one[0].invoked_at):
        while next_ < len(answered) and answered[next_][0] < call.invoked_at:
            if answered[next_][1] > highest:
                _, highest, of = answered[next_]
            next_ += 1
        if positions[0] < highest:
            yield f"{_named(call)} is at {positions[0]}, but {of} at {highest} was acknowledged before it began"


def _log_gaps(records: Sequence[tuple[int, bytes]]) -> Iterator[str]:
    for expected, (offset, _) in enumerate(records):
        if offset != expected:
            yield f"offset {offset} stands where {expected} belongs"
            return


def _each(folds: Mapping[str, Fold], finds: Callable[[Fold], Iterator[str]]) -> Iterator[str]:
    for name, fold in folds.items():
        for what in islice(finds(fold), VIOLATIONS_MAX):
            yield f"{what} (fold {name})"


def _named(call: Call) -> str:
    return f"append {call.append_id} of {call.process}"


def _fate(outcomes: Mapping[str, Positions | None], append_id: str) -> str:
    if append_id not in outcomes:
        return "unheard of"
    positions = outcomes[append_id]
    return "void" if positions is None else f"written at {list(positions)}"


def _logs(scratch: Fold, append_id: str) -> str:
    return f"the log says {_fate(scratch.outcomes, append_id)}"


def _place(given: tuple[int, Event] | None) -> str:
    return f"{given[0]} (version {given[1].version} of {given[1].stream})" if given else "nothing"

"""The fold: a pure, total function of a log's prefix that says which appends take effect and at which positions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from infra.journal.appends import Append, Fate, Key, Void, Written, pairs_of
from infra.journal.records import Appends, Cancel, Record, Schema


@dataclass(slots=True)
class State:
    """What a prefix of the log amounts to, or the part of it that the next appends depend on.

    The whole prefix gives the whole state; the committer loads only the ids, (stream, version) pairs and sources
    that a group names. Both are judged by the same code.
    """

    position: int = 0
    fates: dict[bytes, Fate] = field(default_factory=dict)
    taken: set[tuple[Key, int]] = field(default_factory=set)
    tracking: dict[str, int] = field(default_factory=dict)
    schemas: dict[bytes, str] = field(default_factory=dict)

    def take(self, append: Append) -> Fate:
        """Judge the next append of the log, and remember it.

        An append whose id was seen keeps its first fate; the answer to the second one is `Void` all the same.
        """
        seen = self.fates.get(append.append_id)
        if seen is not None:
            return Void(_already(append.append_id, seen))
        pairs = pairs_of(append)
        fate: Fate | None = self._conflict(append, pairs)
        if fate is None:
            first = self.position + 1
            self.position += len(pairs)
            self.taken.update(pairs)
            for tracking in append.tracking:
                self.tracking[tracking.application_name] = tracking.notification_id
            fate = Written(range(first, first + len(pairs)))
        self.fates[append.append_id] = fate
        return fate

    def cancel(self, append_ids: Iterable[bytes]) -> None:
        """Make the appends with these ids void unless they were seen before."""
        for append_id in append_ids:
            self.fates.setdefault(append_id, CANCELLED)

    def _conflict(self, append: Append, pairs: Sequence[tuple[Key, int]]) -> Void | None:
        if not self.taken.isdisjoint(pairs) or len(set(pairs)) < len(pairs):
            return Void(_taken(append, pairs, self.taken))
        above: dict[str, int] = {}
        for tracking in append.tracking:
            source = tracking.application_name
            last = above.get(source, self.tracking.get(source))
            if last is not None and tracking.notification_id <= last:
                return Void(f"tracking position {tracking.notification_id} of {source!r} is not above {last}")
            above[source] = tracking.notification_id
        return None


CANCELLED = Void("cancelled before it was seen")


def fold(records: Iterable[Record]) -> State:
    """The state after these records, which must be the log's first ones."""
    state = State()
    for record in records:
        advance(state, record)
    return state


def advance(state: State, record: Record) -> list[Fate]:
    """Fold one more record into the state; the fates of its appends, in order."""
    match record:
        case Appends():
            return [state.take(placed.append) for placed in record.placed]
        case Cancel():
            state.cancel(record.append_ids)
            return []
        case Schema():
            state.schemas.setdefault(record.fingerprint, record.text)
            return []


def _already(append_id: bytes, fate: Fate) -> str:
    if isinstance(fate, Void):
        return f"append {append_id.hex()} is void: {fate.reason}"
    return f"append {append_id.hex()} is already written"


def _taken(append: Append, pairs: Sequence[tuple[Key, int]], taken: set[tuple[Key, int]]) -> str:
    seen: set[tuple[Key, int]] = set()
    for event, pair in zip(append.events, pairs, strict=True):
        if pair in taken:
            return f"version {pair[1]} of stream {event.originator_id} is already recorded"
        if pair in seen:
            return f"version {pair[1]} of stream {event.originator_id} is twice in one append"
        seen.add(pair)
    raise AssertionError("no pair is taken or doubled")

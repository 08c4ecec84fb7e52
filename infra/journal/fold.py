"""The fold: a pure, total function of a log's prefix that says which appends take effect and at which positions."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from infra.journal.appends import Fate, Key, Void, Written
from infra.journal.claims import Claim, Run, count_of
from infra.journal.events import uuid_of
from infra.journal.records import Appends, Cancel, Record, Schema


@dataclass(slots=True)
class State:
    """What a prefix of the log amounts to, or the part of it that the next appends depend on.

    The whole prefix gives the whole state; the committer loads only the ids, the runs of streams and the sources that
    a group can collide with. Both are judged by the same code.
    """

    position: int = 0
    fates: dict[bytes, Fate] = field(default_factory=dict)
    taken: dict[Key, list[Run]] = field(default_factory=dict)
    """The runs of each stream that took effect. None overlap, and they rise."""
    tracking: dict[str, int] = field(default_factory=dict)
    schemas: dict[bytes, str] = field(default_factory=dict)

    def take(self, claim: Claim) -> Fate:
        """Judge the next append of the log, and remember it.

        An append whose id was seen keeps its first fate; the answer to the second one is `Void` all the same.
        """
        append_id, _, runs, tracking, _ = claim
        seen = self.fates.get(append_id)
        if seen is not None:
            return Void(_already(append_id, seen))
        fate: Fate | None = self._hold(runs)
        if fate is None and tracking:
            fate = self._track(tracking)
            if fate is not None:
                self._release(runs)
        if fate is None:
            first = self.position + 1
            self.position += count_of(runs)
            fate = Written(range(first, self.position + 1))
        self.fates[append_id] = fate
        return fate

    def cancel(self, append_ids: Iterable[bytes]) -> None:
        """Make the appends with these ids void unless they were seen before."""
        for append_id in append_ids:
            self.fates.setdefault(append_id, CANCELLED)

    def _hold(self, runs: Sequence[Run]) -> Void | None:
        """Take all these versions, or none: then it is said why."""
        for place, run in enumerate(runs):
            held = self.taken.get(run[0])
            if held is None:
                self.taken[run[0]] = [run]
            elif run[1] > held[-1][2]:
                held.append(run)
            else:
                at = bisect_left(held, run.first_version, key=_LAST_VERSION)
                other = held[at]
                if other.first_version <= run.last_version:
                    own = any(other is earlier for earlier in runs[:place])
                    self._release(runs[:place])
                    return Void(_collision(run, other, own=own))
                held.insert(at, run)
        return None

    def _release(self, runs: Sequence[Run]) -> None:
        for run in runs:
            held = self.taken[run.key]
            held.remove(run)
            if not held:
                del self.taken[run.key]

    def _track(self, tracking: Sequence[tuple[str, int]]) -> Void | None:
        """Take all these positions, or none: then it is said why."""
        above: dict[str, int] = {}
        for source, position in tracking:
            last = above.get(source, self.tracking.get(source))
            if last is not None and position <= last:
                return Void(f"tracking position {position} of {source!r} is not above {last}")
            above[source] = position
        self.tracking.update(above)
        return None


CANCELLED = Void("cancelled before it was seen")
_LAST_VERSION = itemgetter(2)


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
            return [state.take(claim) for claim in record.claims]
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


def _collision(run: Run, other: Run, *, own: bool) -> str:
    stream = uuid_of(run.key) if isinstance(run.key, bytes) else run.key
    version = max(run.first_version, other.first_version)
    return f"version {version} of stream {stream} is {'twice in one append' if own else 'already recorded'}"

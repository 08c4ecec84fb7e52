"""Brings read models up to the ledger: a batch after their checkpoint, applied, written with the checkpoint at once."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from domain.events import Event
from domain.recorded import Recorded
from projections.fact import Fact, fact_of
from projections.ports import Source, Store
from projections.read_model import Handler, ReadModel
from projections.rows import Fetch, Rows
from projections.tables import Key

BATCH_EVENTS_MAX: Final = 4_000
"""Events applied in one transaction: what is in memory at a time, and for how long others wait for the lock."""

Progress = Callable[[int], None]
"""Told the position that was reached, after each batch."""


class CatchUp:
    """Keeps read models of one platform in step with its ledger, a batch at a time.

    Read models at the same checkpoint share one pass over the events. Any number of processes may do this at once: the
    checkpoint is compared inside the transaction, and who finds it moved changes nothing and looks again.
    """

    def __init__(
        self,
        platform: str,
        models: Sequence[ReadModel],
        source: Source,
        store: Store,
        batch_max: int = BATCH_EVENTS_MAX,
    ) -> None:
        """Work on `models` of `platform`; `store` was prepared for them."""
        self._platform = platform
        self._models = {model.name: model for model in models}
        self._source = source
        self._store = store
        self._batch_max = batch_max
        self._passes: dict[tuple[str, ...], _Pass] = {}

    def run(self, up_to: int | None = None, progress: Progress | None = None) -> int:
        """Catch up with the ledger as it is now, or up to this position; gives the number of events read."""
        read = 0
        while step := self.step(up_to):
            read += step
            if progress is not None:
                progress(self.position())
        return read

    def step(self, up_to: int | None = None) -> int:
        """One batch for the read models that are furthest behind; gives the events read, 0 when all are at the end."""
        known = self._store.positions(self._platform)
        positions = {name: known.get(name, 0) for name in self._models}
        at = min(positions.values(), default=0)
        behind = tuple(name for name, position in positions.items() if position == at)
        stops = [position for position in (*positions.values(), up_to) if position is not None and position > at]
        limit = min([self._batch_max, *(stop - at for stop in stops)])
        if not behind or (up_to is not None and at >= up_to):
            return 0
        events = self._source(at, limit)
        if events:
            self._apply(behind, at, events)
        return len(events)

    def position(self) -> int:
        """The position that all of the read models have reached."""
        known = self._store.positions(self._platform)
        return min((known.get(name, 0) for name in self._models), default=0)

    def _apply(self, names: tuple[str, ...], expected: int, events: Sequence[Recorded[Event]]) -> None:
        """Read and apply without holding others up, then write: rows that were read are those of the checkpoint, and
        while it stands nobody has written them.
        """
        with self._store.look(self._platform) as looked:
            if any(position != expected for position in looked.reached(names).values()):
                return
            changes = self._pass(names).apply(looked, events).changes()
        with self._store.batch(self._platform) as batch:
            if all(position == expected for position in batch.positions(names).values()):
                batch.write(changes)
                batch.move(names, events[-1].position)

    def _pass(self, names: tuple[str, ...]) -> "_Pass":
        if names not in self._passes:
            self._passes[names] = _Pass([self._models[name] for name in names])
        return self._passes[names]


class _Pass:
    """One pass over a batch for several read models."""

    def __init__(self, models: Iterable[ReadModel]) -> None:
        self._models = list(models)
        self._handlers: dict[type[Event], tuple[Handler, ...]] = {}

    def apply(self, looked: Fetch, events: Sequence[Recorded[Event]]) -> Rows:
        rows = Rows(looked)
        facts = [fact_of(recorded) for recorded in events]
        self._read_ahead(rows, facts)
        handlers = self._handlers
        for fact in facts:
            kind = type(fact.event)
            if kind not in handlers:
                handlers[kind] = tuple(model.handlers[kind] for model in self._models if kind in model.handlers)
            for handle in handlers[kind]:
                handle(rows, fact)
        newest = max(fact.at for fact in facts)
        for model in self._models:
            if model.newest is not None:
                model.newest(rows, newest)
        return rows

    def _read_ahead(self, rows: Rows, facts: Sequence[Fact[Event]]) -> None:
        """Ask for all that the handlers will need, table by table: one question for many keys."""
        by_kind: dict[type[Event], list[Fact[Event]]] = {}
        for fact in facts:
            by_kind.setdefault(type(fact.event), []).append(fact)
        new = {fact.stream for fact in facts if fact.version == 1}
        for kind, its_facts in by_kind.items():
            streams = dict.fromkeys((fact.stream,) for fact in its_facts)
            first = [key for key in streams if key[0] in new]
            others = [key for key in streams if key[0] not in new]
            for ahead in (each for model in self._models for each in model.ahead.get(kind, ())):
                keys: Iterable[Key] = others
                if ahead.keys is None:
                    rows.assume_none(ahead.table, first, scanned=ahead.scan)
                else:
                    keys = [key for fact in its_facts for key in ahead.keys(fact)]
                if ahead.scan:
                    rows.prefetch_scans(ahead.table, keys)
                else:
                    rows.prefetch(ahead.table, keys)
        for model in self._models:
            if model.look_ahead is not None:
                model.look_ahead(rows, facts)

"""What a read model is: a permanent name, a version, tables, and a pure handler for each event it takes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self, TypeVar, cast

from domain.events import Event
from domain.recorded import Recorded
from projections.fact import Fact, fact_of
from projections.rows import Rows
from projections.tables import Key, Table, View, WindowView

E = TypeVar("E", bound=Event)

Handler = Callable[[Rows, Fact[Event]], None]
"""Applies one event. Total: whatever the history, it never raises."""

KeysOf = Callable[[Fact[Event]], Iterable[Key]]
"""The keys (or prefixes) of a table that the handler of this event will ask for, as far as the event alone tells."""

Newest = Callable[[Rows, str], None]
"""Told at the end of each batch the newest moment among its events, as instant text."""

LookAhead = Callable[[Rows, Sequence[Fact[Event]]], None]
"""Reads ahead what depends on the rows that `ahead` has read, for a whole batch; it changes nothing."""


@dataclass(frozen=True)
class Ahead:
    """What is read ahead for an event: a table, and its keys or, with `scan`, its prefixes.

    Without `keys`, the key (or prefix) is the id of the event's stream, and only events of that stream write there: for
    the first event of a stream there is nothing to read then, and it is not looked for.
    """

    table: Table
    keys: KeysOf | None
    scan: bool = False


@dataclass(frozen=True)
class ReadModel:
    """A read model. Pure data and pure functions: the same events in the same order always give the same rows.

    `name` is permanent: checkpoints are kept under it. A higher `version` makes every database drop the tables and
    replay. `handlers` by event class say which events it takes; all others are passed over.
    """

    name: str
    version: int
    meaning: str
    tables: tuple[Table, ...]
    handlers: Mapping[type[Event], Handler]
    ahead: Mapping[type[Event], tuple[Ahead, ...]] = field(default_factory=dict)
    views: tuple[View | WindowView, ...] = ()
    newest: Newest | None = None
    look_ahead: LookAhead | None = None

    @property
    def interests(self) -> frozenset[str]:
        """The stored names of the events it takes."""
        return frozenset(kind.TYPE for kind in self.handlers)

    def apply(self, rows: Rows, recorded: Recorded[Event]) -> None:
        """Change `rows` by this event; nothing happens for an event it does not take."""
        handler = self.handlers.get(type(recorded.event))
        if handler is not None:
            handler(rows, fact_of(recorded))


class Handlers:
    """Collects a read model's handlers, each typed by the event it takes."""

    def __init__(self) -> None:
        """Begin with none."""
        self.handlers: dict[type[Event], Handler] = {}
        self.ahead: dict[type[Event], tuple[Ahead, ...]] = {}

    def on(self, kind: type[E], handler: Callable[[Rows, Fact[E]], None]) -> Self:
        """Let `handler` take the events of class `kind`."""
        self.handlers[kind] = cast("Handler", handler)
        return self

    def reads(self, kind: type[E], table: Table, keys: Callable[[Fact[E]], Iterable[Key]]) -> Self:
        """Read the rows with these keys ahead of the handler of `kind`."""
        self.ahead[kind] = (*self.ahead.get(kind, ()), Ahead(table, cast("KeysOf", keys)))
        return self

    def scans(self, kind: type[E], table: Table, prefixes: Callable[[Fact[E]], Iterable[Key]]) -> Self:
        """Read the rows under these prefixes ahead of the handler of `kind`."""
        self.ahead[kind] = (*self.ahead.get(kind, ()), Ahead(table, cast("KeysOf", prefixes), scan=True))
        return self

    def owns(self, kind: type[E], table: Table) -> Self:
        """Read the row that the stream of a `kind` event has to itself, or all of them where the table is scanned."""
        self.ahead[kind] = (*self.ahead.get(kind, ()), own_rows(table))
        return self


def own_rows(table: Table) -> Ahead:
    """What a stream has to itself in a table whose key begins with the id of the stream."""
    return Ahead(table, None, scan=table.prefix > 0)

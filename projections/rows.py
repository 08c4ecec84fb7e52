"""The unit of work of a batch: the rows it read, what became of them, and nothing else; it does no input or output."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, cast

from projections.tables import Key, Row, Table, Value

D = TypeVar("D")


class Fetch(Protocol):
    """Reads committed rows of one platform."""

    def by_keys(self, table: Table, keys: Sequence[Key]) -> Iterable[dict[str, Value]]:
        """The rows that have one of these keys, in any order."""
        ...

    def by_prefixes(self, table: Table, prefixes: Sequence[Key]) -> Iterable[dict[str, Value]]:
        """The rows whose keys begin with one of these, in any order; all prefixes are equally long."""
        ...


@dataclass(frozen=True)
class Changes:
    """What a batch does to one table: new rows, changed rows (whole), and keys of rows that go, each in key order."""

    table: Table
    inserted: Sequence[Row]
    updated: Sequence[Row]
    deleted: Sequence[Key]


@dataclass(slots=True)
class _Held:
    """The rows of one table in memory.

    `rows` says None where it is known that there is none; `under` has the keys of the rows in memory by their prefix;
    of the prefixes in `scanned` everything is in memory.
    """

    table: Table
    rows: dict[Key, dict[str, Value] | None] = field(default_factory=dict)
    stored: set[Key] = field(default_factory=set)
    touched: dict[Key, None] = field(default_factory=dict)
    under: dict[Key, dict[Key, None]] = field(default_factory=dict)
    scanned: set[Key] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Sums:
    """What is to be added to the rows of one table, whose key columns come first."""

    table: Table
    amounts: dict[Key, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Drafts:
    """Rows of one table that are worked on in another form than their own."""

    table: Table
    made: Callable[[Key, Any], dict[str, Value]]
    drafts: dict[Key, object] = field(default_factory=dict)


class Rows:
    """Rows by table and key, read at most once from where they are kept, changed in memory only.

    A row that is given out is never changed in place: `put` takes a new one. Reading ahead (`prefetch`) makes a batch
    fast and changes nothing else.
    """

    def __init__(self, fetch: Fetch) -> None:
        """Read what is not in memory through `fetch`."""
        self._fetch = fetch
        self._held: dict[str, _Held] = {}
        self._sums: dict[str, _Sums] = {}
        self._drafts: dict[str, _Drafts] = {}

    def get(self, table: Table, key: Key) -> Row | None:
        """The row with this key as it is now, or None."""
        held = self._held.get(table.name) or self._table(table)
        if key not in held.rows:
            self._load(held, (key,))
        return held.rows[key]

    def put(self, table: Table, row: dict[str, Value]) -> None:
        """Write the whole row, new or not; the caller gives it away."""
        held = self._held.get(table.name) or self._table(table)
        key = table.key_of(row)
        if key not in held.rows:
            self._load(held, (key,))
        _set(held, key, row)

    def append(self, table: Table, row: dict[str, Value]) -> None:
        """Write a row whose key no row can have yet, such as one that holds the position; nothing is read for it."""
        _set(self._table(table), table.key_of(row), row)

    def change(self, table: Table, key: Key, **values: Value) -> bool:
        """Write these values into the row with this key; False, and nothing happens, when there is none."""
        row = self.get(table, key)
        if row is None:
            return False
        _set(self._table(table), key, {**row, **values})
        return True

    def delete(self, table: Table, key: Key) -> None:
        """Take the row away, if there is one."""
        if self.get(table, key) is None:
            return
        held = self._table(table)
        held.rows[key] = None
        held.touched[key] = None
        if table.prefix:
            held.under[key[: table.prefix]].pop(key, None)

    def scan(self, table: Table, prefix: Key) -> list[Row]:
        """All rows whose key begins with `prefix` (as long as the table says), in the order of their keys."""
        if len(prefix) != table.prefix:
            raise ValueError(f"{table.name} is scanned by {table.prefix} key columns")
        held = self._table(table)
        if prefix not in held.scanned:
            self._load_prefixes(held, (prefix,))
        return [row for key in sorted(held.under.get(prefix, ())) if (row := held.rows[key]) is not None]

    def prefetch(self, table: Table, keys: Iterable[Key]) -> None:
        """Read the rows with these keys in one go, where they are not in memory."""
        held = self._table(table)
        missing = [key for key in dict.fromkeys(keys) if key not in held.rows]
        if missing:
            self._load(held, missing)

    def prefetch_scans(self, table: Table, prefixes: Iterable[Key]) -> None:
        """Read the rows under these prefixes in one go, where they are not in memory."""
        held = self._table(table)
        missing = [prefix for prefix in dict.fromkeys(prefixes) if prefix not in held.scanned]
        if missing:
            self._load_prefixes(held, missing)

    def assume_none(self, table: Table, keys: Iterable[Key], *, scanned: bool) -> None:
        """Take it as known that there are no rows with these keys, or with `scanned` under these prefixes."""
        held = self._table(table)
        if scanned:
            held.scanned.update(keys)
            return
        for key in keys:
            held.rows.setdefault(key, None)

    def add(self, table: Table, key: Key, amounts: tuple[int, ...]) -> None:
        """Add these whole numbers to the columns behind the key, in their order; they begin at zero.

        A table that is added to is changed in no other way, and not read: its rows are looked up once, for `changes`.
        """
        sums = self._sums.get(table.name)
        if sums is None:
            sums = self._sums[table.name] = _Sums(table)
        known = sums.amounts.get(key)
        sums.amounts[key] = amounts if known is None else tuple(map(int.__add__, known, amounts))

    def draft(self, table: Table, key: Key) -> object | None:
        """What `work_on` was given last for the row with this key, in this batch; None when it was not."""
        known = self._drafts.get(table.name)
        return None if known is None else known.drafts.get(key)

    def work_on(self, table: Table, key: Key, draft: D, made: Callable[[Key, D], dict[str, Value]]) -> None:
        """Write the row that `made` makes of the draft, once, with the `changes`; until then `get` does not show it.

        For rows that cost more to make than to change; `made` is the same for all rows of a table.
        """
        known = self._drafts.get(table.name)
        if known is None:
            known = self._drafts[table.name] = _Drafts(table, made)
        known.drafts[key] = draft

    def changes(self) -> list[Changes]:
        """What has to be written, table by table in the order they were first used; asked for once, at the end."""
        for known in self._drafts.values():
            for key, draft in known.drafts.items():
                self.put(known.table, known.made(key, draft))
        for sums in self._sums.values():
            self._add_up(sums)
        return [_changes(held) for held in self._held.values() if held.touched]

    def _add_up(self, sums: "_Sums") -> None:
        table = sums.table
        if table.name in self._held:
            raise ValueError(f"{table.name} is added to, so it cannot be read or written in another way")
        columns = table.names[len(table.key) :]
        self.prefetch(table, sums.amounts)
        for key, amounts in sums.amounts.items():
            row = self.get(table, key) or dict(zip(table.names, (*key, *(0 for _ in columns)), strict=True))
            self.put(
                table,
                {**row, **{name: cast("int", row[name]) + more for name, more in zip(columns, amounts, strict=True)}},
            )

    def _table(self, table: Table) -> _Held:
        held = self._held.get(table.name)
        if held is None:
            held = self._held[table.name] = _Held(table)
        return held

    def _load(self, held: _Held, keys: Sequence[Key]) -> None:
        held.rows.update(dict.fromkeys(keys))
        prefix = held.table.prefix
        if prefix:
            keys = [key for key in keys if key[:prefix] not in held.scanned]
        if keys:
            _keep(held, self._fetch.by_keys(held.table, keys))

    def _load_prefixes(self, held: _Held, prefixes: Sequence[Key]) -> None:
        held.scanned.update(prefixes)
        _keep(held, self._fetch.by_prefixes(held.table, prefixes))


def _keep(held: _Held, found: Iterable[dict[str, Value]]) -> None:
    """Take in rows that were read; what this batch already did to one of them stands."""
    prefix = held.table.prefix
    key_of = held.table.key_of
    for row in found:
        key = key_of(row)
        held.stored.add(key)
        if key in held.touched:
            continue
        held.rows[key] = row
        if prefix:
            held.under.setdefault(key[:prefix], {})[key] = None


def _set(held: _Held, key: Key, row: dict[str, Value]) -> None:
    held.rows[key] = row
    held.touched[key] = None
    prefix = held.table.prefix
    if prefix:
        held.under.setdefault(key[:prefix], {})[key] = None


def _changes(held: _Held) -> Changes:
    rows, stored = held.rows, held.stored
    inserted: list[Row] = []
    updated: list[Row] = []
    deleted: list[Key] = []
    for key in sorted(held.touched):
        row = rows[key]
        if row is None:
            if key in stored:
                deleted.append(key)
        elif key in stored:
            updated.append(row)
        else:
            inserted.append(row)
    return Changes(held.table, inserted, updated, deleted)

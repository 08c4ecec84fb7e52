"""Immutable sequences and maps that grow at one end without being copied.

A state that holds a thousand entries gets a new one with every event. Copying would make replay quadratic; these share
their storage with the value they grew from, and copy only when somebody grows the same value a second way.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Generic, TypeVar, overload

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


class Growing(Sequence[T], Generic[T]):
    """A sequence whose `plus` gives one that is longer by one; neither ever sees the other change."""

    __slots__ = ("_length", "_shared")

    def __init__(self, items: Sequence[T] = ()) -> None:
        """Start with these items."""
        self._shared = list(items)
        self._length = len(self._shared)

    def plus(self, item: T) -> "Growing[T]":
        """This sequence and `item`."""
        shared = self._shared if len(self._shared) == self._length else self._shared[: self._length]
        shared.append(item)
        grown: Growing[T] = Growing.__new__(Growing)
        grown._shared = shared
        grown._length = self._length + 1
        return grown

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        """The item, or the slice as a tuple."""
        if isinstance(index, slice):
            return tuple(self._shared[i] for i in range(*index.indices(self._length)))
        return self._shared[range(self._length)[index]]

    def __len__(self) -> int:
        """How many items."""
        return self._length

    def __iter__(self) -> Iterator[T]:
        """The items in order."""
        return islice(self._shared, self._length)

    def __eq__(self, other: object) -> bool:
        """Equal to another of these with equal items."""
        return isinstance(other, Growing) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        """By its items."""
        return hash(tuple(self))


class GrowingMap(Mapping[K, V], Generic[K, V]):
    """A map whose `plus` gives one with one more key; a key keeps its first value."""

    __slots__ = ("_length", "_shared")

    def __init__(self) -> None:
        """Start empty."""
        self._shared: dict[K, tuple[int, V]] = {}
        self._length = 0

    def plus(self, key: K, value: V) -> "GrowingMap[K, V]":
        """This map and `key`; this map itself when it has the key."""
        if key in self:
            return self
        shared = self._shared if len(self._shared) == self._length else self._copied()
        shared[key] = (self._length, value)
        grown: GrowingMap[K, V] = GrowingMap.__new__(GrowingMap)
        grown._shared = shared
        grown._length = self._length + 1
        return grown

    def __getitem__(self, key: K) -> V:
        """The value of `key`."""
        order, value = self._shared[key]
        if order >= self._length:
            raise KeyError(key)
        return value

    def __len__(self) -> int:
        """How many keys."""
        return self._length

    def __iter__(self) -> Iterator[K]:
        """The keys in the order they came."""
        return islice(self._shared, self._length)

    def pairs(self) -> Iterator[tuple[K, V]]:
        """The keys with their values, in the order they came; much faster than `items` where there are many."""
        for key, (_, value) in islice(self._shared.items(), self._length):
            yield key, value

    def __eq__(self, other: object) -> bool:
        """Equal to another of these with equal keys and values."""
        return isinstance(other, GrowingMap) and dict(self) == dict(other)

    def __hash__(self) -> int:
        """By its keys."""
        return hash(tuple(self))

    def _copied(self) -> dict[K, tuple[int, V]]:
        return dict(islice(self._shared.items(), self._length))

"""The past record of a respondent: entries that can be added to and lifted one by one, and read by kind."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain
from types import MappingProxyType
from typing import Final

from domain.policy.durations import EARLIEST, LATEST, parse_duration
from domain.policy.kinds import CONTENT_REMOVAL, RECORD_KINDS
from domain.policy.vocabulary import EntryCause

_CHUNK_ENTRIES_MAX: Final = 256  # keeps an addition cheap, and lets a window skip most of a long record


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """One thing imposed on the respondent. Instants are kept in UTC.

    Raises `ValueError` for a naive instant, an unknown kind or cause, a duration that is none, or a removal that
    names no content.
    """

    id: str
    kind: str
    at: datetime
    duration: str | None = None
    case: str | None = None
    cause: EntryCause | None = None
    content: str | None = None
    lifted_at: datetime | None = None
    time_barred: bool = False

    def __post_init__(self) -> None:
        """Check and normalise once, so that judging need not."""
        if self.kind not in RECORD_KINDS:
            raise ValueError(f"{self.kind!r} is no kind of record entry")
        if self.kind == CONTENT_REMOVAL and self.content is None:
            raise ValueError("a content_removal names its content")
        if self.cause is not None:
            object.__setattr__(self, "cause", EntryCause(self.cause))
        if self.duration is not None:
            parse_duration(self.duration)
        object.__setattr__(self, "at", _in_utc(self.at))
        if self.lifted_at is not None:
            object.__setattr__(self, "lifted_at", _in_utc(self.lifted_at))


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Some entries, between which instants they lie, and from when on none of them counts any more."""

    entries: tuple[RecordEntry, ...]
    earliest: datetime
    latest: datetime
    counts_until: datetime

    @classmethod
    def of(cls, entries: tuple[RecordEntry, ...]) -> "_Chunk":
        """At least one entry."""
        instants = [entry.at for entry in entries]
        return cls(entries, min(instants), max(instants), max(map(_counts_until, entries)))

    def plus(self, entry: RecordEntry) -> "_Chunk":
        """These and one more."""
        return _Chunk(
            (*self.entries, entry),
            min(self.earliest, entry.at),
            max(self.latest, entry.at),
            max(self.counts_until, _counts_until(entry)),
        )

    def lifted(self, ids: Collection[str], at: datetime) -> "_Chunk":
        """These, with the named ones lifted."""
        if not any(entry.id in ids for entry in self.entries):
            return self
        return _Chunk.of(tuple(_lift(entry, ids, at) for entry in self.entries))


_Chunks = tuple[_Chunk, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """All entries of one respondent at one platform. Ids are the caller's to keep unique."""

    _by_kind: Mapping[str, _Chunks] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, entries: Iterable[RecordEntry]) -> "Record":
        """The record of these entries; `ValueError` when two share an id."""
        sorted_out: dict[str, list[RecordEntry]] = {}
        seen: set[str] = set()
        for entry in entries:
            if entry.id in seen:
                raise ValueError(f"two entries have the id {entry.id!r}")
            seen.add(entry.id)
            sorted_out.setdefault(entry.kind, []).append(entry)
        return cls(MappingProxyType({kind: _chunks(found) for kind, found in sorted_out.items()}))

    def plus(self, entry: RecordEntry) -> "Record":
        """This record with one more entry."""
        there = self._by_kind.get(entry.kind, ())
        if there and len(there[-1].entries) < _CHUNK_ENTRIES_MAX:
            chunks = (*there[:-1], there[-1].plus(entry))
        else:
            chunks = (*there, _Chunk.of((entry,)))
        return Record(MappingProxyType({**self._by_kind, entry.kind: chunks}))

    def lifted(self, ids: Collection[str], at: datetime) -> "Record":
        """This record with the named entries lifted at `at`; one lifted before keeps its first instant."""
        return Record(
            MappingProxyType(
                {kind: tuple(chunk.lifted(ids, at) for chunk in chunks) for kind, chunks in self._by_kind.items()},
            ),
        )

    def has_kind(self, kind: str) -> bool:
        """Whether there is any entry of this kind."""
        return kind in self._by_kind

    def of_kind(self, kind: str) -> Iterator[RecordEntry]:
        """The entries of one kind, in the order they came."""
        return chain.from_iterable(chunk.entries for chunk in self._by_kind.get(kind, ()))

    def that_may_count(self, kind: str, since: datetime, until: datetime) -> Iterator[RecordEntry]:
        """The entries of one kind without those that are known not to lie in a window or not to count at its end.

        What is left out saves looking; what is given has to be looked at one by one.
        """
        return chain.from_iterable(
            chunk.entries
            for chunk in self._by_kind.get(kind, ())
            if chunk.latest >= since and chunk.earliest <= until and chunk.counts_until > until
        )

    def __iter__(self) -> Iterator[RecordEntry]:
        """All entries, kind by kind."""
        for kind in self._by_kind:
            yield from self.of_kind(kind)

    def __len__(self) -> int:
        """How many entries there are, lifted ones included."""
        return sum(len(chunk.entries) for chunks in self._by_kind.values() for chunk in chunks)


def _counts_until(entry: RecordEntry) -> datetime:
    if entry.time_barred:
        return EARLIEST
    return LATEST if entry.lifted_at is None else entry.lifted_at


def _lift(entry: RecordEntry, ids: Collection[str], at: datetime) -> RecordEntry:
    if entry.id not in ids or entry.lifted_at is not None:
        return entry
    return replace(entry, lifted_at=at)


def _chunks(entries: list[RecordEntry]) -> _Chunks:
    starts = range(0, len(entries), _CHUNK_ENTRIES_MAX)
    return tuple(_Chunk.of(tuple(entries[start : start + _CHUNK_ENTRIES_MAX])) for start in starts)


def _in_utc(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError("an instant needs its offset")
    return at if at.tzinfo is UTC else at.astimezone(UTC)

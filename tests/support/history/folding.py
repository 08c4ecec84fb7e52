"""What a log amounts to, worked out a second time: from its bytes, with Apache Avro's rules and the journal's, and
nothing of the journal's own code but the one schema with which the log describes the others.
"""

import io
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fastavro

from infra.journal import JournalApplicationRecorder, Unknown, Written
from infra.journal.schemas import SCHEMA_FINGERPRINT, SCHEMA_SCHEMA
from tests.support.history.calls import Event, Positions, event, event_of, vars_of

MARKER = b"\xc3\x01"
HEAD_BYTES = 10
PAGE_EVENTS_MAX = 5_000


@dataclass
class Fold:
    """Events with their positions in order; per append id its positions, or None when it is void; last tracking.

    An append id that is missing from `outcomes` is one that whoever folded has never seen.
    """

    events: list[tuple[int, Event]] = field(default_factory=list)
    outcomes: dict[str, Positions | None] = field(default_factory=dict)
    tracking: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Logged:
    """An append as the log holds it."""

    append_id: str
    events: tuple[Event, ...]
    tracking: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The log says that these appends take no effect unless they stand before."""

    append_ids: tuple[str, ...]


def decoded(records: Sequence[tuple[int, bytes]]) -> Iterator[Logged | Cancelled]:
    """The log's appends and cancellations, read with the schemas that it brings itself."""
    schemas: dict[bytes, Any] = {SCHEMA_FINGERPRINT: fastavro.parse_schema(json.loads(SCHEMA_SCHEMA))}
    for offset, data in records:
        assert data[:2] == MARKER, f"record {offset} is no single-object encoding"
        schema = schemas[data[2:HEAD_BYTES]]
        value: Any = fastavro.schemaless_reader(io.BytesIO(data[HEAD_BYTES:]), schema, None)
        if schema["name"] == "journal.Schema":
            schemas.setdefault(value["fingerprint"], fastavro.parse_schema(json.loads(value["text"])))
        elif schema["name"] == "journal.Cancel":
            yield Cancelled(tuple(append_id.hex() for append_id in value["append_ids"]))
        else:
            yield from map(_logged, value["appends"])


def fold_from_scratch(records: Sequence[tuple[int, bytes]]) -> Fold:
    """The rules one by one, over every append in the order of the log."""
    fold = Fold()
    taken: set[tuple[str, int]] = set()
    for entry in decoded(records):
        if isinstance(entry, Cancelled):
            for append_id in entry.append_ids:
                fold.outcomes.setdefault(append_id, None)
            continue
        if entry.append_id in fold.outcomes:
            continue
        fold.outcomes[entry.append_id] = None
        pairs = [(one.stream, one.version) for one in entry.events]
        if len(set(pairs)) < len(pairs) or any(pair in taken for pair in pairs):
            continue
        tracking = dict(fold.tracking)
        if not all(_rises(tracking, source, position) for source, position in entry.tracking):
            continue
        first = len(fold.events) + 1
        positions = tuple(range(first, first + len(pairs)))
        fold.events += zip(positions, entry.events, strict=True)
        fold.tracking = tracking
        fold.outcomes[entry.append_id] = positions
        taken.update(pairs)
    return fold


def fold_of(recorder: JournalApplicationRecorder, append_ids: Collection[str], sources: Collection[str] = ()) -> Fold:
    """What an open journal answers: its events, the outcome of each of these appends, tracking of each source."""
    fold = Fold()
    while page := recorder.select_notifications(len(fold.events) + 1, PAGE_EVENTS_MAX):
        fold.events += [(one.id, event_of(one)) for one in page]
    for append_id in append_ids:
        outcome = recorder.outcome(bytes.fromhex(append_id))
        if not isinstance(outcome, Unknown):
            fold.outcomes[append_id] = tuple(outcome.positions) if isinstance(outcome, Written) else None
    tracked = {source: recorder.journal.reader.tracked(source) for source in sources}
    fold.tracking = {source: position for source, position in tracked.items() if position is not None}
    return fold


def fold_to_file(fold: Fold, path: Path) -> None:
    """For another process."""
    events = [[position, *vars_of(event)] for position, event in fold.events]
    path.write_text(json.dumps([events, fold.outcomes, fold.tracking]))


def fold_from_file(path: Path) -> Fold:
    """What `fold_to_file` wrote."""
    events, outcomes, tracking = json.loads(path.read_text())
    return Fold(
        [(position, Event(*event)) for position, *event in events],
        {append_id: None if positions is None else tuple(positions) for append_id, positions in outcomes.items()},
        tracking,
    )


def _rises(tracking: dict[str, int], source: str, position: int) -> bool:
    above = source not in tracking or position > tracking[source]
    tracking[source] = position
    return above


def _logged(value: Mapping[str, Any]) -> Logged:
    events = [event(one["originator_id"], one["version"], one["type"], one["state"]) for one in value["events"]]
    tracking = [(one["source"], one["position"]) for one in value["tracking"]]
    return Logged(value["append_id"].hex(), tuple(events), tuple(tracking))

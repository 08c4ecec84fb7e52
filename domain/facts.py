"""What a decider gives back: events, each with the stream it belongs to, to be written as one."""

from dataclasses import dataclass
from uuid import UUID

from domain.events import Event
from domain.streams import StreamId, StreamKind


@dataclass(frozen=True, slots=True)
class Fact:
    """One event and the stream it is for."""

    stream: StreamId
    event: Event


Facts = tuple[Fact, ...]
"""What a command causes, in order; empty when it changes nothing."""


def of(stream: StreamId, *events: Event) -> Facts:
    """These events, all of one stream."""
    return tuple(Fact(stream, event) for event in events)


def case_id(uuid: UUID) -> StreamId:
    """The stream of a case whose id is known."""
    return StreamId(StreamKind.CASE, uuid)

"""A recorded event with the texts that rows keep of it, made once for all read models that take it."""

from typing import Generic, NamedTuple, TypeVar

from domain.events import Event
from domain.recorded import Recorded
from domain.streams import StreamKind
from projections.instants import id_text, instant_text

E = TypeVar("E", covariant=True)  # noqa: PLC0105 - the name says event; the variance is in the argument


class Fact(NamedTuple, Generic[E]):
    """An event at its place: `stream` is the id of its stream and `at` when it happened, both as text.

    A named tuple, because one is made for every event and nothing immutable is made faster.
    """

    event: E
    stream: str
    kind: StreamKind
    version: int
    position: int
    at: str

    @property
    def event_id(self) -> str:
        """The permanent id of the event."""
        return f"{self.stream}.{self.version}"


def fact_of(recorded: Recorded[Event]) -> Fact[Event]:
    """The fact that a read model takes."""
    event, stream = recorded.event, recorded.stream
    return Fact(
        event,
        id_text(stream.uuid),
        stream.kind,
        recorded.version,
        recorded.position,
        instant_text(event.occurred_at),
    )

"""The states of streams, kept between commands as long as nobody else has written to them."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, Final, cast
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent
from pydantic import BaseModel

from caseledger.application.ports import Ledger
from caseledger.event_codec import from_stored
from domain.accounts import state as accounts
from domain.accounts.state import Account
from domain.cases import state as cases
from domain.cases.state import Case
from domain.catalogue import stream_kind
from domain.identities import state as identities
from domain.identities.state import Identity
from domain.operations import state as operations
from domain.operations.state import Operation
from domain.policies import state as policies
from domain.policies.state import Policies
from domain.recorded import Recorded
from domain.reporters import state as reporters
from domain.reporters.state import Reporter
from domain.reports import state as reports
from domain.reports.state import Report
from domain.streams import StreamId, StreamKind

STATES_MAX: Final = 4_096
"""How many streams' states are kept from one command to the next; the one used longest ago goes first."""

CATCH_UP_EVENTS_MAX: Final = 2_000
"""When others wrote more than this since the last command, everything kept is forgotten instead of looked through."""

State = Report | Case | Account | Reporter | Operation | Policies | Identity


_EVOLVE: Final[Mapping[StreamKind, Callable[[Any, Recorded[Any]], State | None]]] = MappingProxyType(
    {
        StreamKind.REPORT: reports.evolve,
        StreamKind.CASE: cases.evolve,
        StreamKind.ACCOUNT: accounts.evolve,
        StreamKind.REPORTER: reporters.evolve,
        StreamKind.OPERATION: operations.evolve,
        StreamKind.POLICY: policies.evolve,
        StreamKind.IDENTITY: identities.evolve,
    }
)


@dataclass(slots=True)
class Held:
    """A stream's state after the event of this version; `None` and 0 for a stream without events.

    Events wait in `unfolded`, stored ones undecoded, until somebody asks for the state: most reports of a bulk never
    meet theirs again, and a long stream is never decoded as a whole.
    """

    state: State | None = None
    version: int = 0
    unfolded: list[Recorded[Any] | StoredEvent] = field(default_factory=list)


class States:
    """Loads and keeps states. Not safe for threads: one command at a time."""

    def __init__(self, ledger: Ledger) -> None:
        """Start with nothing kept."""
        self._ledger = ledger
        self._held: OrderedDict[StreamId, Held] = OrderedDict()
        self._fresh: dict[StreamId, Held] = {}
        self._seen = ledger.head()

    def refresh(self) -> None:
        """Take up what others have written since the last time; call before every command.

        A state that is kept grows by the events it lacks: however long its stream, it is not read again.

        Only here are states dropped for room: a command's facts get the versions of the states it was decided on, and
        a state read again in between would hide what another wrote meanwhile.
        """
        self._fresh.clear()
        while len(self._held) > STATES_MAX:
            self._held.popitem(last=False)
        head = self._ledger.head()
        if head == self._seen:
            return
        written = self._ledger.since(self._seen, CATCH_UP_EVENTS_MAX + 1)
        if len(written) > CATCH_UP_EVENTS_MAX:
            self._held.clear()
        for notification in written:
            self._take_up(notification)
        self._seen = max(head, written[-1].id if written else head)

    def _take_up(self, notification: Notification) -> None:
        """Let a kept state grow by an event, unless it has it already; one that lacks others before that is dropped."""
        stream = StreamId(stream_kind(notification.topic), cast("UUID", notification.originator_id))
        held = self._held.get(stream)
        if held is None or notification.originator_version <= held.version:
            return
        if notification.originator_version > held.version + 1:
            del self._held[stream]
            return
        held.unfolded.append(from_stored(notification))
        held.version = notification.originator_version

    def prefetch(self, streams: Iterable[StreamId]) -> None:
        """Load the streams that are not kept in one query; valid until the next `refresh`."""
        missing = {stream.uuid: stream for stream in streams if stream not in self._held and stream not in self._fresh}
        found = self._ledger.read_many(tuple(missing)) if missing else {}
        for uuid, stream in missing.items():
            self._fresh[stream] = _held(found.get(uuid, ()))

    def version(self, stream: StreamId) -> int:
        """The version of a stream's last event, 0 when it has none."""
        return self._find(stream).version

    def load(self, stream: StreamId) -> State | None:
        """The state of a stream, `None` when it has no events."""
        held = self._find(stream)
        if held.unfolded:
            for waiting in held.unfolded:
                fact = from_stored(waiting) if isinstance(waiting, StoredEvent) else waiting
                held.state = evolve(stream, held.state, fact)
            held.unfolded.clear()
        return held.state

    def advance(self, written: Sequence[Recorded[Any]]) -> None:
        """Take up events: decided ones while a batch is built, written ones after their append."""
        for fact in written:
            held = self._find(fact.stream)
            held.unfolded.append(fact)
            held.version = fact.version

    def wrote(self, positions: Iterable[range]) -> None:
        """Remember our own appends, so that they are not taken for another's where they follow what was seen."""
        for written in positions:
            if written.start == self._seen + 1:
                self._seen = written.stop - 1

    def forget(self, streams: Iterable[StreamId]) -> None:
        """Drop these states: their appends did not take effect."""
        for stream in streams:
            self._held.pop(stream, None)
            self._fresh.pop(stream, None)

    def _find(self, stream: StreamId) -> Held:
        held = self._held.get(stream)
        if held is not None:
            self._held.move_to_end(stream)
            return held
        held = self._fresh.pop(stream, None)
        if held is None:
            held = _held(self._ledger.read(stream.uuid))
        self._held[stream] = held
        return held

    def report(self, stream: StreamId) -> Report | None:
        """The state of a report's stream."""
        return cast("Report | None", self.load(stream))

    def case(self, stream: StreamId) -> Case | None:
        """The state of a case's stream."""
        return cast("Case | None", self.load(stream))

    def account(self, stream: StreamId) -> Account | None:
        """The state of an account's stream."""
        return cast("Account | None", self.load(stream))

    def reporter(self, stream: StreamId) -> Reporter | None:
        """The state of a reporter's stream."""
        return cast("Reporter | None", self.load(stream))

    def operation(self, stream: StreamId) -> Operation | None:
        """The state of an operation's stream."""
        return cast("Operation | None", self.load(stream))

    def policies(self, stream: StreamId) -> Policies | None:
        """The state of the platform's policy stream."""
        return cast("Policies | None", self.load(stream))

    def identity(self, stream: StreamId) -> Identity | None:
        """The state of an identity's stream."""
        return cast("Identity | None", self.load(stream))


def evolve(stream: StreamId, state: State | None, fact: Recorded[Any]) -> State | None:
    """The state of any stream after an event; the kind of the stream says which events it holds."""
    return _EVOLVE[stream.kind](state, _light(fact))


def _light(fact: Recorded[Any]) -> Recorded[Any]:
    """The same, its event sharing with all of its class the set of its fields: half the size of a small event."""
    fields = _fields_of(fact.event.__class__)
    if len(fact.event.__pydantic_fields_set__) == len(fields):
        object.__setattr__(fact.event, "__pydantic_fields_set__", fields)
    return fact


@cache
def _fields_of(kind: type[BaseModel]) -> set[str]:
    return set(kind.model_fields)


def _held(events: Sequence[StoredEvent]) -> Held:
    return Held(version=events[-1].originator_version if events else 0, unfolded=list(events))

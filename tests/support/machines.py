"""What the state machines of all streams share: a service, a clock that moves on, and what holds after every step."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from hypothesis.stateful import RuleBasedStateMachine, invariant

from caseledger.application.requests import Request
from domain.command_values import Command
from domain.errors import Refused
from domain.events import Event
from domain.recorded import Cause, Recorded, Role
from domain.streams import StreamId
from tests.support.examples import ANN, ask, minute
from tests.support.spec import facts_in, fresh_service, service_over

Told = str | list[str]
"""The code of a refusal, or the names of the events that were written."""


class Machine(RuleBasedStateMachine):
    """Random commands for one service. `given` says what became of one, and checks what holds for every command."""

    def __init__(self) -> None:
        super().__init__()
        self.service = fresh_service()
        self.minutes = 0.0
        self.facts: list[Recorded[Event]] = facts_in(self.service)
        self.checked = 0
        self.versions: dict[StreamId, int] = defaultdict(int)
        self.said: dict[UUID, tuple[datetime, Cause]] = {}

    @property
    def now(self) -> datetime:
        """The moment of the last command."""
        return minute(self.minutes)

    def wait(self, minutes: float = 1) -> None:
        """Time passes."""
        self.minutes += minutes

    def given(self, command: Command, actor: str | None = ANN, role: Role | None = None, back: float = 0) -> Told:
        """Give the command a minute later, or so many minutes before."""
        self.wait()
        request = ask(command, self.minutes - back, actor, role)
        try:
            answer = self.service.handle(request)
        except Refused as refusal:
            assert self.service.ledger.head() == len(self.facts)
            return refusal.code
        self.facts += answer.events
        self._changes_nothing(request)
        return [fact.event.TYPE for fact in answer.events]

    def _changes_nothing(self, request: Request) -> None:
        assert self.service.handle(request).events == ()
        assert self.service.ledger.head() == len(self.facts)

    @invariant()
    def every_event_is_where_it_was_said_to_be(self) -> None:
        """The ledger holds what the answers told, in streams without gaps; one command, one moment, one actor."""
        assert facts_in(self.service, self.checked) == self.facts[self.checked :]
        for position, fact in enumerate(self.facts[self.checked :], self.checked + 1):
            self.versions[fact.stream] += 1
            assert (fact.version, fact.position) == (self.versions[fact.stream], position)
            cause, at = fact.event.cause, fact.event.occurred_at
            assert self.said.setdefault(cause.command_id, (at, cause)) == (at, cause)
            assert at <= self.now
        self.checked = len(self.facts)

    def teardown(self) -> None:
        """What is kept is what the ledger holds: a service that starts now has the same states."""
        assert facts_in(self.service) == self.facts
        fresh = service_over(self.service.ledger)
        for stream in self.versions:
            assert self.service.states.load(stream) == fresh.states.load(stream)

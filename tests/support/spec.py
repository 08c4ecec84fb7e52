"""given(what happened).when(a command).then(these events), through the real service over a ledger in memory.

Whatever is checked, two things always are: a refused command wrote nothing, and an accepted one changes nothing when
it is given again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Self, TypeVar

from caseledger.application.ports import Ledger
from caseledger.application.requests import Request
from caseledger.application.service import Answer, Service
from caseledger.event_codec import from_stored
from domain.commands import PublishPolicy
from domain.errors import Refused
from domain.events import Event
from domain.recorded import Recorded
from tests.support.example_pack import PLATFORM, example_pack
from tests.support.examples import (
    START,
    ask,
)
from tests.support.fakes import FixedClock, KeyedDigests, MemoryLedger

LATE = START + timedelta(days=3650)

E = TypeVar("E", bound=Event)


def service_over(ledger: Ledger) -> Service:
    """The example platform's service over a ledger."""
    return Service(PLATFORM, ledger, KeyedDigests(), FixedClock(LATE))


def fresh_service(edits: dict[str, object] | None = None, ledger: Ledger | None = None) -> Service:
    """The service with the example pack published."""
    service = service_over(ledger or MemoryLedger())
    service.handle(ask(PublishPolicy(text=example_pack(edits)), -DAYS_BEFORE))
    return service


DAYS_BEFORE = 60 * 24 * 30
"""How many minutes before the start the pack is published."""


def facts_in(service: Service, after: int = 0) -> list[Recorded[Event]]:
    """Everything written after a position."""
    return [from_stored(stored) for stored in service.ledger.since(after, 1_000_000)]


class Given:
    """A service to which things have happened."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def and_then(self, *requests: Request) -> Self:
        """More of what happened; each must have been accepted."""
        for request in requests:
            self.service.handle(request)
        return self

    def when(self, request: Request) -> "When":
        """The command the test is about."""
        return When(self.service, request)

    def events(self, kind: type[E]) -> list[E]:
        """All events of a kind so far."""
        return [fact.event for fact in facts_in(self.service) if isinstance(fact.event, kind)]

    def recorded(self, kind: type[E]) -> list[Recorded[Event]]:
        """The same, with their places."""
        return [fact for fact in facts_in(self.service) if isinstance(fact.event, kind)]


class Then:
    """What a command caused."""

    def __init__(self, service: Service, answer: Answer) -> None:
        self.service = service
        self.answer = answer
        self.facts = answer.events

    @property
    def one(self) -> Event:
        """The only event."""
        (fact,) = self.facts
        return fact.event

    def event(self, kind: type[E]) -> E:
        """The only event of a kind."""
        (found,) = self.events(kind)
        return found

    def events(self, kind: type[E]) -> list[E]:
        """The events of a kind."""
        return [fact.event for fact in self.facts if isinstance(fact.event, kind)]


class When:
    """A command about to be given."""

    def __init__(self, service: Service, request: Request) -> None:
        self._service = service
        self._request = request

    def then(self, *kinds: type[Event]) -> Then:
        """It causes exactly these events, in order; given again, nothing."""
        answer = self._service.handle(self._request)
        assert [type(fact.event) for fact in answer.events] == list(kinds)
        for service in (self._service, service_over(self._service.ledger)):
            with nothing_written(service):
                assert service.handle(self._request).events == ()
        return Then(self._service, answer)

    def then_nothing(self) -> None:
        """It changes nothing, and that is no error."""
        with nothing_written(self._service):
            assert self._service.handle(self._request).events == ()

    def then_refused(self, kind: type[Refused]) -> Refused:
        """It is refused with this code, and nothing is written."""
        with nothing_written(self._service):
            refusal = refusal_of(lambda: self._service.handle(self._request))
        assert type(refusal) is kind
        assert refusal.code
        assert refusal.reason
        return refusal


def given(*requests: Request, edits: dict[str, object] | None = None) -> Given:
    """A platform with the example pack (edited by key path) on which these requests were accepted."""
    return Given(fresh_service(edits)).and_then(*requests)


def refusal_of(act: Callable[[], object]) -> Refused:
    """The refusal that this ends in."""
    try:
        act()
    except Refused as refusal:
        return refusal
    raise AssertionError("it was accepted")


@contextmanager
def nothing_written(service: Service) -> Iterator[None]:
    """The ledger ends where it did."""
    head = service.ledger.head()
    yield
    assert service.ledger.head() == head

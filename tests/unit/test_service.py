"""One command is one append, decided on fresh states; a lost race is decided anew, a few times."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import pytest
from eventsourcing.persistence import Notification, StoredEvent

from caseledger.application import states as states_module
from caseledger.application.ports import AppendConflicts, AppendTooLarge, LedgerUnavailable
from caseledger.application.service import ATTEMPTS_MAX, CommandTooLarge, LedgerContended, Service
from domain.cases.events import CaseDecided
from domain.command_values import Command
from domain.commands import AddNote, OnCase, OpenOperation
from domain.errors import AlreadyDecided
from domain.operations.events import OperationOpened
from tests.support.examples import ask, case_of, corrected, dismissed, filed, item, report, upheld, verified
from tests.support.fakes import MemoryLedger
from tests.support.spec import facts_in, fresh_service, given, nothing_written, refusal_of, service_over


class Contended(MemoryLedger):
    """Loses the next races."""

    lost = 0

    def append_many(self, appends: Sequence[Sequence[StoredEvent]]) -> Sequence[range | AppendConflicts]:
        if self.lost:
            self.lost -= 1
            return [AppendConflicts("another came first") for _ in appends]
        return super().append_many(appends)


class Small(MemoryLedger):
    """Takes no append of more than so many events once it is told."""

    events_max = 100

    def append_many(self, appends: Sequence[Sequence[StoredEvent]]) -> Sequence[range | AppendConflicts]:
        if any(len(events) > self.events_max for events in appends):
            raise AppendTooLarge("too many events")
        return super().append_many(appends)


class Failing(MemoryLedger):
    """Takes nothing while it is down."""

    down = False

    def append_many(self, appends: Sequence[Sequence[StoredEvent]]) -> Sequence[range | AppendConflicts]:
        if self.down:
            raise LedgerUnavailable("down")
        return super().append_many(appends)


class Counting(MemoryLedger):
    """Counts how often streams are read."""

    reads = 0

    def read(self, stream: UUID, after: int = 0) -> Sequence[StoredEvent]:
        self.reads += 1
        return super().read(stream, after)


class Forgetful(MemoryLedger):
    """Leaves out of `since` what it is told to."""

    left_out = 0

    def since(self, position: int, limit: int, stop: int | None = None) -> Sequence[Notification]:
        return [each for each in super().since(position, limit, stop) if each.id != self.left_out]


def test_what_others_wrote_is_taken_up_without_reading_a_kept_stream_again() -> None:
    ledger = Counting()
    one = fresh_service(ledger=ledger)
    one.handle(filed())
    other = service_over(ledger)
    other.handle(verified(11))
    one.handle(upheld(12))
    before = ledger.reads
    other.handle(corrected(13))
    other.handle(upheld(14))
    assert isinstance(refusal_of(lambda: one.handle(dismissed(15))), AlreadyDecided)
    assert ledger.reads - before <= len({fact.stream for fact in facts_in(one)})
    streams = {fact.stream for fact in facts_in(one)}
    assert all(one.states.load(stream) == service_over(ledger).states.load(stream) for stream in streams)


def test_a_kept_state_that_lacks_an_event_is_read_anew() -> None:
    ledger = Forgetful()
    one = fresh_service(ledger=ledger)
    one.handle(filed())
    other = service_over(ledger)
    other.handle(verified(11))
    ledger.left_out = ledger.head()
    other.handle(upheld(12))
    assert isinstance(refusal_of(lambda: one.handle(dismissed(13))), AlreadyDecided)
    assert one.states.case(case_of()) == service_over(ledger).states.case(case_of())


def test_a_lost_race_is_decided_anew() -> None:
    ledger = Contended()
    service = fresh_service(ledger=ledger)
    ledger.lost = ATTEMPTS_MAX - 1
    assert len(service.handle(filed()).events) == 3


def test_after_too_many_lost_races_nothing_is_written() -> None:
    ledger = Contended()
    service = fresh_service(ledger=ledger)
    ledger.lost = ATTEMPTS_MAX
    with nothing_written(service):
        assert isinstance(refusal_of(lambda: service.handle(filed())), LedgerContended)
    assert len(service.handle(filed()).events) == 3


def test_what_another_service_wrote_is_seen_before_the_next_command() -> None:
    one = given(filed(), verified()).service
    other = service_over(one.ledger)
    one.handle(ask(AddNote(case=item(), text="mine"), 11))
    other.handle(upheld())
    assert isinstance(refusal_of(lambda: one.handle(dismissed(21))), AlreadyDecided)


def test_an_append_the_ledger_did_not_take_leaves_no_trace() -> None:
    ledger = Failing()
    service = fresh_service(ledger=ledger)
    ledger.down = True
    with nothing_written(service), pytest.raises(LedgerUnavailable):
        service.handle(filed())
    ledger.down = False
    assert len(service.handle(filed()).events) == 3


def test_the_answer_carries_the_position_of_the_last_event() -> None:
    service = given().service
    answer = service.handle(filed())
    assert answer.position == service.ledger.head() == answer.events[-1].position
    assert service.handle(filed()).position == service.ledger.head()


def test_positions_and_versions_are_those_of_the_ledger() -> None:
    service = given().service
    answers = [service.handle(request) for request in (filed(), verified(), upheld())]
    assert [fact for answer in answers for fact in answer.events] == facts_in(service, 1)


def test_a_platform_without_policies_decides_nothing_but_operations() -> None:
    service = service_over(MemoryLedger())
    assert service.policies().published == ()
    opened = ask(OpenOperation(operation="op-1", title="clear skies"), 0)
    assert isinstance(service.handle(opened).events[0].event, OperationOpened)
    assert service.handle(opened).events == ()


def test_a_platform_with_a_policy_says_which() -> None:
    assert [event.version for event in given().service.policies().published] == ["1"]


class Overtaken(MemoryLedger):
    """Lets a rival decide while the reporters of a case are looked up."""

    rival: Service | None = None

    def read_many(self, streams: Sequence[UUID]) -> Mapping[UUID, Sequence[StoredEvent]]:
        if self.rival is not None:
            rival, self.rival = self.rival, None
            rival.handle(dismissed(20))
        return super().read_many(streams)


def test_more_streams_than_are_kept_do_not_hide_another_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states_module, "STATES_MAX", 2)
    ledger = Overtaken()
    service = fresh_service(ledger=ledger)
    for n in range(8):
        service.handle(filed(n / 100, report=f"r-{n}", reporter=f"reporter-{n}"))
    ledger.rival = service_over(ledger)
    assert isinstance(refusal_of(lambda: service.handle(upheld())), AlreadyDecided)
    assert len([fact for fact in facts_in(service) if isinstance(fact.event, CaseDecided)]) == 1


def test_a_command_on_more_streams_than_are_kept_leaves_every_state_as_the_ledger_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(states_module, "STATES_MAX", 2)
    crowd = [filed(n / 100, report=f"r-{n}", reporter=f"reporter-{n}") for n in range(8)]
    service = given(*crowd, verified(), upheld()).service
    fresh = service_over(service.ledger)
    for stream in {fact.stream for fact in facts_in(service)}:
        assert service.states.load(stream) == fresh.states.load(stream)
        assert service.states.version(stream) == fresh.states.version(stream)


def test_after_a_long_absence_everything_is_looked_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states_module, "CATCH_UP_EVENTS_MAX", 1)
    one = given(filed(), verified()).service
    other = service_over(one.ledger)
    for request in (upheld(), ask(AddNote(case=item(), text="more"), 30)):
        other.handle(request)
    assert isinstance(refusal_of(lambda: one.handle(dismissed(31))), AlreadyDecided)


@pytest.mark.parametrize("kind", [Command, OnCase])
def test_a_command_without_a_decider_is_a_mistake_of_the_program(kind: type[Command]) -> None:
    command = kind(case=item()) if kind is OnCase else kind()
    service = given(filed()).service
    request = ask(command, 10)
    with pytest.raises(TypeError):
        service.decisions.decide(request, service.stamp(ask(report(), 10)))


def test_a_command_larger_than_an_append_may_be_is_refused_and_writes_nothing() -> None:
    ledger = Small()
    service = fresh_service(ledger=ledger)
    ledger.events_max = 1
    with nothing_written(service):
        assert isinstance(refusal_of(lambda: service.handle(filed())), CommandTooLarge)
    ledger.events_max = 100
    assert service.handle(filed()).events

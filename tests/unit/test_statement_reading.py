"""Statements are read from the ledger as they are asked for: some cases at a time, whatever their number."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent

from caseledger.event_codec import to_stored
from caseledger.statements.reading import BATCH_EVENTS_MAX, STREAMS_MAX, Statements
from domain.cases.later_events import CaseAppealUpheld
from domain.recorded import Recorded
from tests.support.examples import case_of, filed, upheld
from tests.support.fakes import MemoryLedger
from tests.support.spec import fresh_service
from tests.support.statements import decided, mapping


class Watched(MemoryLedger):
    """Counts what is read."""

    asked = 0
    streams = 0

    def since(self, position: int, limit: int, stop: int | None = None) -> Sequence[Notification]:
        assert limit <= BATCH_EVENTS_MAX
        self.asked += 1
        return super().since(position, limit, stop)

    def read_many(self, streams: Sequence[UUID]) -> Mapping[UUID, Sequence[StoredEvent]]:
        assert len(streams) <= STREAMS_MAX
        self.streams += len(streams)
        return super().read_many(streams)


def ledger_of(cases: int) -> Watched:
    ledger = Watched()
    service = fresh_service(ledger=ledger)
    for number in range(cases):
        content = f"post-{number}"
        service.handle(filed(20 * number, content, report=f"r-{number}", reporter=None))
        service.handle(upheld(20 * number + 10, content))
    return ledger


def test_no_more_is_read_than_was_asked_for() -> None:
    ledger = ledger_of(STREAMS_MAX + 1)
    ledger.asked = ledger.streams = 0
    statements = Statements("example", ledger, mapping())
    first = iter(statements)
    next(first)
    assert (ledger.asked, ledger.streams) == (1, STREAMS_MAX)
    assert sum(1 for _ in first) == STREAMS_MAX
    assert ledger.streams == STREAMS_MAX + 1
    assert (statements.stated, statements.position) == (STREAMS_MAX + 1, ledger.head())


def test_every_statement_of_a_ledger_has_a_puid_of_its_own() -> None:
    statements = Statements("example", ledger_of(5), mapping())
    puids = [stated.made["puid"] for stated in statements]
    assert len(set(puids)) == len(puids) == 5


def test_a_ledger_without_decisions_has_none() -> None:
    assert list(Statements("example", ledger_of(0), mapping())) == []


def test_of_several_decisions_of_a_case_only_the_one_that_was_undone_is_overturned() -> None:
    ledger, stream = MemoryLedger(), case_of()
    given = decided("ban")
    two = given.decided.model_copy(update={"decision": 2})
    said = {"occurred_at": two.occurred_at, "cause": two.cause, "appeal": 1, "explanation": "looked at again"}
    upheld_on_appeal = CaseAppealUpheld(decision=2, **said)
    events = (given.opened, given.decided, two, upheld_on_appeal)
    ledger.append_many([[to_stored(Recorded(stream, at, event)) for at, event in enumerate(events, 1)]])
    statements = Statements("example", ledger, mapping())
    assert [stated.made["puid"] for stated in statements] == [f"{stream.uuid}-2", f"{stream.uuid}-3"]
    (overturned,) = statements.overturned()
    assert (overturned.puid, overturned.outcome, overturned.by) == (f"{stream.uuid}-3", "taken_back", "appeal")

"""Positions of events: looked up where an index knows them, never taken on trust, and found without any index."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

import pytest
from eventsourcing.persistence import Notification, StoredEvent

from caseledger.application.ports import Ledger
from caseledger.bootstrap import Caseledger, start
from caseledger.queries.audit import audit_account, audit_case
from caseledger.queries.explanation import explain
from caseledger.queries.history import placed
from caseledger.queries.ports import Page, Question, Reading, Row
from caseledger.queries.references import find_case
from caseledger.queries.streams import account_state, stream_events
from caseledger.settings import LogLevel, Settings
from domain.recorded import parse_event_id
from domain.streams import account_stream
from tests.support.cli_folder import KR, copied


class NoTables:
    """Read models that hold nothing at all."""

    def rows(self, question: Question) -> Iterator[Row]:
        del question
        return iter(())

    def page(self, question: Question) -> Page:
        del question
        return Page([], None)


class Liar(NoTables):
    """An index that gives every event the same position."""

    def rows(self, question: Question) -> Iterator[Row]:
        names = getattr(question.where.get("event_id"), "values", ())
        return iter([{"event_id": name, "position": 7} for name in names])


class Forgetful:
    """A ledger that lost one event of a stream."""

    def __init__(self, ledger: Ledger, lost: str) -> None:
        self._ledger = ledger
        self._stream, self._version = parse_event_id(lost)

    def read(self, stream: UUID, after: int = 0) -> Sequence[StoredEvent]:
        events = self._ledger.read(stream, after)
        return [
            each for each in events if (each.originator_id, each.originator_version) != (self._stream, self._version)
        ]

    def since(self, position: int, limit: int, stop: int | None = None) -> Sequence[Notification]:
        return self._ledger.since(position, limit, stop)


@pytest.fixture
def caseledger(tmp_path: Path) -> Iterator[Caseledger]:
    with start(Settings(data=copied(tmp_path), log_level=LogLevel.ERROR)) as opened:
        yield opened


@pytest.fixture
def blind(caseledger: Caseledger) -> Reading:
    return Reading(KR, caseledger.ledger(KR), NoTables(), 0)


@pytest.mark.parametrize("tables", [NoTables(), Liar()])
def test_positions_are_right_whatever_the_index_says(caseledger: Caseledger, tables: NoTables) -> None:
    ledger = caseledger.ledger(KR)
    reading = Reading(KR, ledger, tables, 0)
    stream = account_stream(KR, "acc-1").uuid
    right = {
        (stored.originator_version, stored.id) for stored in ledger.since(0, 1_000) if stored.originator_id == stream
    }
    assert {(fact.version, fact.position) for fact in placed(reading, stream_events(ledger, stream))} == right


def test_the_replay_of_a_case_needs_no_read_model(blind: Reading) -> None:
    case = find_case(blind.ledger, KR, "report:r2")
    audit = audit_case(blind, case, None)
    assert [entry.position for entry in audit.entries] == sorted(entry.position for entry in audit.entries)
    assert (audit.state["stage"], audit.state["lifted"]) == ("taken_back", 1)


def test_the_replay_of_an_account_ends_as_the_domain_folds_it(blind: Reading) -> None:
    audit = audit_account(blind, "acc-1", None)
    account = account_state(stream_events(blind.ledger, account_stream(KR, "acc-1").uuid))
    assert account is not None
    standing = [name for name in account.sanctions if account.stands(name) and name not in account.ended]
    assert len(audit.state["in_force"]) == len(standing)
    assert audit.state["ended"] == len(account.ended)
    assert audit.state["content_removed"] == sum(account.stands(name) for name in account.removals)


def test_a_sanction_is_explained_without_any_read_model(blind: Reading) -> None:
    account = account_state(stream_events(blind.ledger, account_stream(KR, "acc-1").uuid))
    assert account is not None
    for name in account.sanctions:
        assert explain(blind, name).judged_again.same


def test_a_record_that_lost_an_event_is_told_by_the_ruling_made_again(caseledger: Caseledger) -> None:
    """Judged without the first mute, the ban comes out otherwise."""
    ledger = caseledger.ledger(KR)
    account = account_state(stream_events(ledger, account_stream(KR, "acc-1").uuid))
    assert account is not None
    mute, _, ban = account.sanctions
    again = explain(Reading(KR, Forgetful(ledger, mute), NoTables(), 0), ban).judged_again
    assert not again.same
    assert "rule" in again.differences


def test_a_case_is_no_uuid_of_another_stream(blind: Reading) -> None:
    stream: UUID = account_stream(KR, "acc-1").uuid
    with pytest.raises(Exception, match="not of a case"):
        find_case(blind.ledger, KR, str(stream))

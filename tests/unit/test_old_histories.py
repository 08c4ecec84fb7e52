"""History is never refused: whatever a ledger holds is taken as it is, and today's commands go on from there."""

from collections.abc import Callable

import pytest

from caseledger.application.service import Service
from caseledger.application.states import evolve
from caseledger.event_codec import to_stored
from domain.accounts.events import AccountSanctionImposed
from domain.cases import handling
from domain.cases.events import CaseDecided, CaseDecisionProposed, CaseOpened
from domain.cases.later_events import CaseAppealLodged, CaseDecisionCorrected
from domain.commands import GiveFeedback, OpenOperation, PublishPolicy
from domain.errors import NoAppealPending, NothingToUndo, ReportNotSettled
from domain.events import Event, Stamp
from domain.facts import Fact
from domain.operations.events import OperationClosed
from domain.policies.events import PolicyPublished
from domain.recorded import Recorded
from domain.reporters.events import ReporterMaliciousReportFound
from domain.reports.events import ReportAdmitted, ReportReceived
from domain.streams import StreamId, StreamKind, identity_stream
from tests.support.event_samples import sample
from tests.support.example_pack import NO_EXEMPTION, example_pack
from tests.support.examples import (
    account_of,
    appeal_decided,
    appealed,
    ask,
    banned,
    case_of,
    confirmed,
    corrected,
    dealt,
    filed,
    measure,
    minute,
    operation_of,
    policy_of,
    report_of,
    reporter_of,
    request_of,
    upheld,
    verified,
)
from tests.support.fakes import MemoryLedger
from tests.support.spec import Given, facts_in, given, service_over

Change = Callable[[Recorded[Event]], Event | None]


def rewritten(before: Service, change: Change) -> Service:
    """A ledger with the same history, but for what `change` makes of its events; `None` leaves one out."""
    ledger = MemoryLedger()
    versions: dict[StreamId, int] = {}
    for fact in facts_in(before):
        event = change(fact)
        if event is not None:
            versions[fact.stream] = versions.get(fact.stream, 0) + 1
            ledger.append_many([[to_stored(Recorded(fact.stream, versions[fact.stream], event))]])
    return service_over(ledger)


def with_event(before: Service, fact: Fact) -> Service:
    """A ledger with one event more."""
    service = rewritten(before, lambda one: one.event)
    version = service.states.version(fact.stream) + 1
    service.ledger.append_many([[to_stored(Recorded(fact.stream, version, fact.event))]])
    return service_over(service.ledger)


def test_a_pack_that_todays_loader_refuses_stays_published_and_rules_nothing() -> None:
    def spoiled(fact: Recorded[Event]) -> Event:
        published = isinstance(fact.event, PolicyPublished)
        return fact.event.model_copy(update={"text": "= =", "digest": "0" * 64}) if published else fact.event

    service = rewritten(given(filed(), upheld()).service, spoiled)
    assert [one.version for one in service.states.policies(policy_of()).published] == ["1"]
    Given(service).and_then(ask(PublishPolicy(text=example_pack({"version": "2"})), 30))
    Given(service).and_then(corrected(measure=measure("warn")))
    assert any(isinstance(fact.event, CaseDecisionCorrected) for fact in facts_in(service))


def test_a_reporter_whose_name_was_erased_is_credited_no_more() -> None:
    def erased(fact: Recorded[Event]) -> Event:
        received = isinstance(fact.event, ReportReceived)
        return fact.event.model_copy(update={"reporter": None}) if received else fact.event

    service = rewritten(given(filed(), verified()).service, erased)
    assert {fact.stream.kind for fact in service.handle(upheld()).events} == {StreamKind.CASE, StreamKind.ACCOUNT}


def test_a_report_without_an_outcome_cannot_be_answered() -> None:
    half = rewritten(
        given(filed()).service, lambda fact: None if isinstance(fact.event, ReportAdmitted | CaseOpened) else fact.event
    )
    Given(half).when(ask(GiveFeedback(report="r-1"), 10)).then_refused(ReportNotSettled)


def test_a_dismissal_that_waits_for_a_second_officer_is_confirmed_without_a_ruling() -> None:
    bare = {"outcome": "dismissed", "finding": None, "ruling": None, "choice": None}

    def dismissal(fact: Recorded[Event]) -> Event:
        proposed = isinstance(fact.event, CaseDecisionProposed)
        return type(fact.event)(**{**dict(fact.event), **bare}) if proposed else fact.event

    service = rewritten(given(filed(), banned()).service, dismissal)
    decided = service.handle(confirmed()).events[0].event
    assert isinstance(decided, CaseDecided)
    assert decided.ruling is None


def test_a_proposal_without_a_choice_is_confirmed_on_its_ruling() -> None:
    def without_choice(fact: Recorded[Event]) -> Event:
        proposed = isinstance(fact.event, CaseDecisionProposed)
        return fact.event.model_copy(update={"choice": None}) if proposed else fact.event

    service = rewritten(given(filed(), banned()).service, without_choice)
    assert StreamKind.ACCOUNT not in {fact.stream.kind for fact in service.handle(confirmed()).events}


def test_a_malicious_report_already_known_is_not_found_again() -> None:
    before = given(filed(), verified()).service
    cause = facts_in(before)[-1].event.cause
    known = ReporterMaliciousReportFound(occurred_at=minute(1), cause=cause, report=report_of().uuid, case=None)
    service = with_event(before, Fact(reporter_of(), known))
    answer = service.handle(upheld(malicious=("R1",)))
    assert StreamKind.REPORTER not in {fact.stream.kind for fact in answer.events}


def test_a_credit_withdrawn_before_is_not_withdrawn_again() -> None:
    undone = given(filed(), dealt(), corrected()).service
    again = rewritten(undone, lambda fact: None if isinstance(fact.event, CaseDecisionCorrected) else fact.event)
    assert [fact.event.TYPE for fact in again.handle(corrected(61)).events] == ["case.decision_corrected.v1"]


def test_entries_of_other_decisions_stay_when_one_is_taken_back() -> None:
    two = given(filed(), filed(0, "post-2", report="r-2"), dealt(), dealt(21, "post-2"), corrected())
    account = two.service.states.account(account_of())
    assert sum(account.stands(listing) for listing in account.listings) == 1
    assert len(account.bars) == 2
    assert account.bars_lifted == {(case_of().uuid, 1)}


def test_an_external_measure_on_an_old_record_says_so() -> None:
    def external(fact: Recorded[Event]) -> Event:
        imposed = isinstance(fact.event, AccountSanctionImposed)
        changes = {"kind": "criticise_and_educate", "duration": None, "cause_of_entry": "external"}
        return fact.event.model_copy(update=changes) if imposed else fact.event

    account = rewritten(given(filed(), upheld()).service, external).states.account(account_of())
    assert "external" in {entry.cause for entry in account.entries}


def test_appeals_of_a_stricter_policy_are_judged_by_it() -> None:
    strict = given(filed(), upheld(), edits=NO_EXEMPTION)
    assert strict.service.handle(appealed()).events[-1].event.reason == "no_exemption"


def test_an_appeal_against_what_was_taken_back_meanwhile_decides_nothing() -> None:
    waiting = given(filed(), upheld(), appealed()).service
    cause = facts_in(waiting)[-1].event.cause
    undone = CaseDecisionCorrected(
        occurred_at=minute(45), cause=cause, decision=1, replaced=None, measure=None, explanation="our mistake"
    )
    service = with_event(waiting, Fact(case_of(), undone))
    Given(service).when(appeal_decided("denied")).then_refused(NothingToUndo)


def test_an_appeal_against_a_decision_that_is_not_there_waits_for_nobody() -> None:
    def elsewhere(fact: Recorded[Event]) -> Event:
        lodged = isinstance(fact.event, CaseAppealLodged)
        return fact.event.model_copy(update={"decision": 7}) if lodged else fact.event

    service = rewritten(given(filed(), upheld(), appealed()).service, elsewhere)
    Given(service).when(appeal_decided("denied")).then_refused(NoAppealPending)


@pytest.mark.parametrize("stream", [case_of(), report_of(), operation_of(), request_of()])
def test_a_stream_that_lost_its_first_event_is_no_thing_at_all(stream: StreamId) -> None:
    later = {
        StreamKind.CASE: "case.note_added.v1",
        StreamKind.REPORT: "report.admitted.v1",
        StreamKind.OPERATION: "operation.closed.v1",
        StreamKind.EVIDENCE_REQUEST: "evidence_request.package_sent.v1",
    }[stream.kind]
    assert evolve(stream, None, Recorded(stream, 2, sample(later))) is None


@pytest.mark.parametrize(
    ("stream", "name"),
    [
        (case_of(), "case.opened.v1"),
        (report_of(), "report.received.v1"),
        (operation_of(), "operation.opened.v1"),
        (request_of(), "evidence_request.received.v1"),
    ],
)
def test_a_thing_that_begins_twice_began_the_first_time(stream: StreamId, name: str) -> None:
    first = evolve(stream, None, Recorded(stream, 1, sample(name)))
    again = evolve(stream, first, Recorded(stream, 2, sample(name, full=False)))
    assert first is not None
    assert again is not None
    begun = "received" if stream.kind in (StreamKind.REPORT, StreamKind.EVIDENCE_REQUEST) else "opened"
    assert getattr(again, begun) == getattr(first, begun)


@pytest.mark.parametrize(
    ("stream", "first"),
    [
        (case_of(), "case.opened.v1"),
        (report_of(), "report.received.v1"),
        (operation_of(), "operation.opened.v1"),
        (request_of(), "evidence_request.received.v1"),
        (account_of(), "account.delisted.v1"),
        (reporter_of(), "reporter.report_upheld.v1"),
        (identity_stream("example", "phone", "0" * 64), "identity.barred.v1"),
    ],
)
def test_an_event_of_another_stream_is_a_mistake_of_the_program(stream: StreamId, first: str) -> None:
    state = evolve(stream, None, Recorded(stream, 1, sample(first)))
    with pytest.raises(AssertionError):
        evolve(stream, state, Recorded(stream, 2, sample("policy.published.v1")))


def test_a_command_of_another_kind_is_a_mistake_of_the_program() -> None:
    before = given(filed()).service
    stamp = Stamp(minute(5), facts_in(before)[-1].event.cause.model_copy(update={"command_id": report_of().uuid}))
    foreign = OpenOperation(operation="op-1", title="x")
    with pytest.raises(AssertionError):
        handling.handle(case_of(), before.states.case(case_of()), foreign, stamp)


def test_an_operation_that_ended_before_it_began_is_none() -> None:
    stream = operation_of()
    ended = sample(OperationClosed.TYPE)
    assert evolve(stream, evolve(stream, None, Recorded(stream, 1, ended)), Recorded(stream, 2, ended)) is None

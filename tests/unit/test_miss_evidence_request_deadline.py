"""A request whose package was not sent in time missed it once; what has no clock, or time left, is refused by name."""

from datetime import date

import pytest

from caseledger.application.requests import Request
from domain.clock_commands import MissEvidenceRequestDeadline
from domain.commands import PublishPolicy
from domain.errors import ClockUnknown, DeadlineNotMissed
from domain.evidence_requests.errors import EvidenceRequestNotFound
from domain.evidence_requests.events import EvidenceRequestDeadlineMissed, EvidenceRequestPackageSent
from tests.support.example_pack import example_pack
from tests.support.examples import DAY, POLICE, ask, minute, package_sent, requested
from tests.support.spec import given
from tests.support.time_kept import events_kept, kept

RECEIVED, SENT = "authority_request_received", "authority_package_sent"
CLOCK = {"id": "package", "start": [RECEIVED], "stop": [SENT], "due": "PT24H"}


def missed(minutes: float = DAY + 1, clock: str = "package", document: str = "doc-1") -> Request:
    """The clock notices."""
    return ask(MissEvidenceRequestDeadline(authority=POLICE, document=document, clock=clock), minutes, None)


def clocks(**clock: object) -> dict[str, object]:
    """A pack with this clock alone."""
    return {"clock": [{**CLOCK, **clock}]}


def test_a_package_that_is_not_sent_in_time_missed_its_clock() -> None:
    then = given(requested()).when(missed()).then(EvidenceRequestDeadlineMissed)
    event = then.event(EvidenceRequestDeadlineMissed)
    assert (event.authority, event.document, event.clock) == (POLICE, "doc-1", "package")
    assert event.due_at == minute(DAY)


def test_one_that_was_sent_late_missed_it_as_well() -> None:
    given(requested(), package_sent(DAY + 1)).when(missed(2 * DAY)).then(EvidenceRequestDeadlineMissed)


def test_a_recorded_miss_is_not_recorded_again() -> None:
    given(requested(), missed()).when(missed(2 * DAY)).then_nothing()


def test_a_package_may_still_be_recorded_as_of_before_the_clock_noticed() -> None:
    given(requested(), missed()).when(package_sent(DAY)).then(EvidenceRequestPackageSent)


def test_time_that_is_left_is_not_missed() -> None:
    given(requested()).when(missed(DAY)).then_refused(DeadlineNotMissed)


def test_sent_at_the_due_moment_is_in_time() -> None:
    given(requested(), package_sent(DAY)).when(missed(2 * DAY)).then_refused(DeadlineNotMissed)


def test_an_unknown_clock_is_refused() -> None:
    given(requested()).when(missed(clock="other")).then_refused(ClockUnknown)


def test_no_request_no_deadline() -> None:
    given(requested()).when(missed(document="doc-2")).then_refused(EvidenceRequestNotFound)


def test_keeping_time_records_it_the_moment_after_it_was_due() -> None:
    service = given(requested()).service
    assert events_kept(service, DAY) == []
    (told,) = kept(service, 2 * DAY)
    assert told.answer is not None
    (fact,) = told.answer.events
    assert isinstance(fact.event, EvidenceRequestDeadlineMissed)
    assert (fact.event.occurred_at - fact.event.due_at).total_seconds() == 1e-6
    assert events_kept(service, 3 * DAY) == []


@pytest.mark.parametrize("sent", [60, DAY])
def test_keeping_time_has_nothing_to_say_of_what_was_sent_in_time(sent: float) -> None:
    assert events_kept(given(requested(), package_sent(sent)).service, 3 * DAY) == []


def test_a_clock_goes_by_the_policy_of_the_day_on_which_the_request_came() -> None:
    longer: dict[str, object] = {"version": "2", "valid_from": date(2021, 3, 11), **clocks(due="P9D")}
    started = given(requested())
    started.and_then(ask(PublishPolicy(text=example_pack(longer)), 60), requested(DAY, document="doc-2"))
    assert [event.due_at for event in events_kept(started.service, 20 * DAY)] == [minute(DAY), minute(10 * DAY)]


@pytest.mark.parametrize(
    ("clock", "due"),
    [
        ({"start": [RECEIVED], "stop": ["decided"]}, [minute(DAY)]),
        ({"start": [SENT], "stop": ["decided"]}, [minute(DAY + 60)]),
        ({"start": [RECEIVED, SENT], "stop": ["decided"]}, [minute(DAY)]),
        ({"start": [RECEIVED], "stop": [RECEIVED]}, []),
        ({"start": [SENT], "stop": [SENT]}, []),
        ({"start": ["campaign_started"], "stop": [SENT]}, []),
    ],
)
def test_any_clock_of_a_pack_runs_as_the_engine_says(clock: dict[str, object], due: list[object]) -> None:
    service = given(requested(), package_sent(), edits=clocks(**clock)).service
    assert [event.due_at for event in events_kept(service, 9 * DAY)] == due

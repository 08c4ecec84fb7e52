"""What an authority or a court decided is recorded, and never chosen by the platform."""

from caseledger.application.requests import Request
from domain.cases.later_events import CaseExternalOutcomeRecorded
from domain.commands import RecordExternalOutcome
from domain.errors import CaseNotFound, OutcomeNotInPolicy, OutOfOrder
from tests.support.examples import ask, filed, item, measure, minute, upheld, verified
from tests.support.spec import given


def recorded(minutes: float = 30, kind: str = "administrative_detention:P10D") -> Request:
    """An authority's decision."""
    command = RecordExternalOutcome(
        case=item(), measure=measure(kind), person="Li", authority="police", decided_at=minute(25), reference="doc-1"
    )
    return ask(command, minutes)


def test_an_authoritys_decision_is_recorded() -> None:
    then = given(filed()).when(recorded()).then(CaseExternalOutcomeRecorded)
    outcome = then.event(CaseExternalOutcomeRecorded)
    assert (outcome.measure.kind, outcome.measure.duration) == ("administrative_detention", "P10D")
    assert (outcome.authority, outcome.decided_at) == ("police", minute(25))


def test_it_may_come_after_the_decision() -> None:
    given(filed(), verified(), upheld()).when(recorded()).then(CaseExternalOutcomeRecorded)


def test_an_outcome_the_policy_does_not_know_is_refused() -> None:
    given(filed()).when(recorded(kind="personal_file_record")).then_refused(OutcomeNotInPolicy)


def test_where_the_policy_knows_none_every_outcome_is_refused() -> None:
    given(filed(), edits={"external_outcome": []}).when(recorded()).then_refused(OutcomeNotInPolicy)


def test_no_case_no_outcome() -> None:
    given().when(recorded()).then_refused(CaseNotFound)


def test_an_outcome_recorded_before_the_last_step_is_refused() -> None:
    given(filed(), verified(31)).when(recorded(30)).then_refused(OutOfOrder)

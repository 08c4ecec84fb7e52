"""What an authority or a court decided is recorded, and never chosen by the platform."""

from caseledger.application.requests import Request
from domain.accounts.events import AccountContentRemovalLifted, AccountSanctionLifted
from domain.cases.later_events import CaseAppealUpheld, CaseExternalOutcomeRecorded
from domain.commands import RecordExternalOutcome
from domain.decision_errors import PersonNotInCase, PersonNotNamed
from domain.errors import (
    CaseNotFound,
    MeasureNotInOptions,
    NotDecided,
    NothingToUndo,
    OutcomeNotInPolicy,
    OutOfOrder,
)
from domain.reporters.events import ReporterCreditWithdrawn, ReporterRewardReversed
from tests.support.examples import (
    ACCOUNT,
    appeal_decided,
    appealed,
    ask,
    dismissed,
    filed,
    item,
    measure,
    minute,
    one,
    several,
    upheld,
    verified,
)
from tests.support.spec import given

LIFTED = (AccountContentRemovalLifted, AccountSanctionLifted)
WITHDRAWN = (ReporterCreditWithdrawn, ReporterRewardReversed)


def recorded(minutes: float = 30, kind: str = "administrative_detention:P10D", account: str | None = None) -> Request:
    """An authority's decision."""
    command = RecordExternalOutcome(
        case=item(),
        measure=measure(kind),
        account=account,
        person="Li",
        authority="police",
        decided_at=minute(25),
        reference="doc-1",
    )
    return ask(command, minutes)


TWO = several(one(), one("acc-2", flags=("minor",)))


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


def test_it_is_about_the_only_person_of_the_case() -> None:
    then = given(filed()).when(recorded()).then(CaseExternalOutcomeRecorded)
    assert then.event(CaseExternalOutcomeRecorded).account == ACCOUNT


def test_where_the_case_knows_nobody_it_stands_without_an_account() -> None:
    then = given(filed(respondent=None)).when(recorded()).then(CaseExternalOutcomeRecorded)
    assert then.event(CaseExternalOutcomeRecorded).account is None


def test_each_person_of_the_case_can_have_outcomes_of_their_own() -> None:
    ring = given(filed(), TWO, recorded(30, account="acc-2"))
    then = ring.when(recorded(31, "criticise_and_educate", "acc-2")).then(CaseExternalOutcomeRecorded)
    assert then.event(CaseExternalOutcomeRecorded).account == "acc-2"
    assert ring.events(CaseExternalOutcomeRecorded)[0].measure.duration == "P10D"


def test_of_several_persons_one_is_named() -> None:
    given(filed(), TWO).when(recorded()).then_refused(PersonNotNamed)


def test_nobody_gets_an_outcome_in_a_case_that_is_not_about_them() -> None:
    given(filed(), TWO).when(recorded(account="acc-3")).then_refused(PersonNotInCase)
    given(filed()).when(recorded(account="acc-2")).then_refused(PersonNotInCase)
    given(filed(respondent=None)).when(recorded(account=ACCOUNT)).then_refused(PersonNotInCase)


def test_a_person_of_a_proposal_that_waits_is_one_of_the_case() -> None:
    waiting = several(one(), one("acc-2", severity="grave"))
    given(filed(), waiting).when(recorded(account="acc-2")).then(CaseExternalOutcomeRecorded)


def test_no_appeal_is_lodged_against_it() -> None:
    given(filed(), recorded()).when(appealed()).then_refused(NotDecided)
    given(filed(), dismissed(), recorded()).when(appealed()).then_refused(NothingToUndo)


def test_an_appeal_that_is_upheld_leaves_it_as_it_is() -> None:
    undone = given(filed(), upheld(), recorded(), appealed()).when(appeal_decided("upheld"))
    then = undone.then(CaseAppealUpheld, *LIFTED, *WITHDRAWN)
    assert len(then.events(CaseExternalOutcomeRecorded)) == 0


def test_an_officer_never_chooses_it() -> None:
    added = upheld(add=(measure("criticise_and_educate"),))
    for edits in ({}, {"officer_may_add": ["criticise_and_educate"]}):
        given(filed(), edits=edits).when(added).then_refused(MeasureNotInOptions)

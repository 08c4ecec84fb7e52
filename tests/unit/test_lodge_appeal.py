"""Appeals come from the respondent, once, against a decision that imposed something."""

from domain.cases.later_events import CaseAppealDenied, CaseAppealLodged
from domain.errors import (
    AppealPending,
    AppealTooLate,
    CaseNotFound,
    NotDecided,
    NothingToUndo,
    NotTheRespondent,
    OutOfOrder,
)
from tests.support.example_pack import NO_EXEMPTION
from tests.support.examples import (
    appeal_decided,
    appealed,
    corrected,
    dismissed,
    filed,
    upheld,
    verified,
)
from tests.support.spec import given

DECIDED = (filed(), verified(), upheld())


def test_an_appeal_waits_for_its_decision() -> None:
    then = given(*DECIDED).when(appealed()).then(CaseAppealLodged)
    assert (then.event(CaseAppealLodged).appeal, then.event(CaseAppealLodged).decision) == (1, 1)


def test_where_no_exemption_is_accepted_it_is_denied_at_once() -> None:
    then = given(*DECIDED, edits=NO_EXEMPTION).when(appealed()).then(CaseAppealLodged, CaseAppealDenied)
    assert then.event(CaseAppealDenied).reason == "no_exemption"
    assert then.event(CaseAppealDenied).explanation is None


def test_an_undecided_case_has_nothing_to_appeal_against() -> None:
    given(filed(), verified()).when(appealed()).then_refused(NotDecided)


def test_a_dismissal_imposed_nothing() -> None:
    given(filed(), verified(), dismissed()).when(appealed()).then_refused(NothingToUndo)


def test_only_the_respondent_appeals() -> None:
    given(*DECIDED).when(appealed(account="acc-2")).then_refused(NotTheRespondent)


def test_with_no_respondent_nobody_appeals() -> None:
    given(filed(respondent=None), verified(), upheld()).when(appealed()).then_refused(NotTheRespondent)


def test_one_appeal_at_a_time() -> None:
    given(*DECIDED, appealed()).when(appealed(41)).then_refused(AppealPending)


def test_one_appeal_for_each_decision() -> None:
    denied = given(*DECIDED, appealed(), appeal_decided("denied"))
    denied.when(appealed(60)).then_refused(AppealTooLate)


def test_what_was_taken_back_is_not_appealed() -> None:
    given(*DECIDED, corrected(30)).when(appealed()).then_refused(NothingToUndo)


def test_no_case_no_appeal() -> None:
    given().when(appealed()).then_refused(CaseNotFound)


def test_an_appeal_dated_before_the_decision_is_refused() -> None:
    given(*DECIDED).when(appealed(19)).then_refused(OutOfOrder)

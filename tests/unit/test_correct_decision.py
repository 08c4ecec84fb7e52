"""The platform takes back its own decision, or makes it milder, of its own motion."""

from domain.accounts.events import AccountContentRemovalLifted, AccountSanctionImposed, AccountSanctionLifted
from domain.cases.later_events import CaseDecisionCorrected
from domain.errors import AppealPending, CaseNotFound, NotDecided, NothingToUndo, NotMilder, OutOfOrder
from domain.reporters.events import ReporterCreditWithdrawn, ReporterRewardReversed
from tests.support.example_pack import NO_EXEMPTION
from tests.support.examples import (
    appealed,
    corrected,
    dismissed,
    filed,
    measure,
    upheld,
    verified,
)
from tests.support.spec import given

DECIDED = (filed(), verified(), upheld())
ALL = (
    CaseDecisionCorrected,
    AccountContentRemovalLifted,
    AccountSanctionLifted,
    ReporterCreditWithdrawn,
    ReporterRewardReversed,
)


def test_a_correction_takes_back_everything() -> None:
    then = given(*DECIDED).when(corrected()).then(*ALL)
    assert (then.event(CaseDecisionCorrected).replaced, then.event(CaseDecisionCorrected).measure) == (None, None)


def test_it_does_so_where_no_appeal_is_heard_too() -> None:
    given(*DECIDED, appealed(), edits=NO_EXEMPTION).when(corrected()).then(*ALL)


def test_one_measure_may_be_made_milder() -> None:
    then = given(*DECIDED).when(corrected(measure=measure("warn")))
    happened = then.then(CaseDecisionCorrected, AccountSanctionLifted, AccountSanctionImposed)
    assert happened.event(CaseDecisionCorrected).replaced.kind == "mute"
    assert happened.event(CaseDecisionCorrected).measure.kind == "warn"


def test_a_dismissal_taken_back_no_longer_counts_against_its_reporter() -> None:
    given(filed(), dismissed()).when(corrected()).then(CaseDecisionCorrected, ReporterCreditWithdrawn)


def test_what_was_taken_back_is_not_taken_back_again() -> None:
    given(*DECIDED, corrected()).when(corrected(61)).then_refused(NothingToUndo)


def test_a_harder_measure_is_no_correction() -> None:
    given(*DECIDED).when(corrected(measure=measure("ban"))).then_refused(NotMilder)


def test_a_dismissal_has_no_measure_to_make_milder() -> None:
    given(filed(), dismissed()).when(corrected(measure=measure("warn"))).then_refused(NothingToUndo)


def test_a_pending_appeal_goes_first() -> None:
    given(*DECIDED, appealed()).when(corrected()).then_refused(AppealPending)


def test_an_undecided_case_is_not_corrected() -> None:
    given(filed()).when(corrected()).then_refused(NotDecided)


def test_no_case_no_correction() -> None:
    given().when(corrected()).then_refused(CaseNotFound)


def test_a_correction_dated_before_the_decision_is_refused() -> None:
    given(*DECIDED).when(corrected(19)).then_refused(OutOfOrder)

"""Several findings of one case: each is appealed, reduced and taken back by itself."""

from domain.accounts.events import (
    AccountSanctionImposed,
    AccountSanctionLifted,
)
from domain.cases.events import CaseDecided, CaseDecisionProposed
from domain.cases.later_events import (
    CaseAppealDenied,
    CaseAppealLodged,
    CaseAppealReduced,
    CaseAppealUpheld,
    CaseDecisionCorrected,
)
from domain.commands import AssignCase
from domain.decision_errors import DecisionNotFound, DecisionNotNamed
from domain.errors import (
    AlreadyDecided,
    AppealPending,
    AppealTooLate,
    DeciderTookPart,
    NoAppealPending,
    NothingToUndo,
    NotMilder,
    NotTheRespondent,
)
from domain.reporters.events import (
    ReporterRewarded,
)
from domain.values import Outcome
from tests.support.examples import (
    ACCOUNT,
    ANN,
    BOB,
    CAT,
    account_of,
    appeal_decided,
    appealed,
    ask,
    corrected,
    dismissed,
    filed,
    item,
    measure,
    one,
    several,
    upheld,
    verified,
)
from tests.support.several_findings import LIFTED, MUTED, REWARD, THREE, TWO, WITHDRAWN
from tests.support.spec import given

APPEAL_TWO = appealed(40, account=TWO)


def test_an_appeal_is_about_the_one_who_appeals() -> None:
    then = given(filed(), several(one(), one(TWO))).when(APPEAL_TWO).then(CaseAppealLodged)
    assert then.event(CaseAppealLodged).decision == 2


def test_without_a_name_it_could_be_any_of_them() -> None:
    given(filed(), several(one(), one(TWO))).when(appealed()).then_refused(DecisionNotNamed)


def test_a_person_with_two_findings_names_the_decision() -> None:
    both = given(filed(), several(one(), one(subject={"type": "content", "id": "post-2"}, content="post-2")))
    both.when(appealed(account=ACCOUNT)).then_refused(DecisionNotNamed)
    then = both.when(appealed(41, account=ACCOUNT, decision=2)).then(CaseAppealLodged)
    assert then.event(CaseAppealLodged).decision == 2


def test_a_decision_that_is_not_there_is_not_appealed() -> None:
    both = given(filed(), several(one(), one(TWO)))
    both.when(appealed(decision=3)).then_refused(DecisionNotFound)
    both.when(corrected(decision=3)).then_refused(DecisionNotFound)
    both.when(corrected(account=THREE)).then_refused(DecisionNotFound)


def test_nobody_appeals_against_what_concerns_another() -> None:
    both = given(filed(), several(one(), one(TWO)))
    both.when(appealed(account=THREE)).then_refused(NotTheRespondent)
    both.when(appealed(account=ACCOUNT, decision=2)).then_refused(NotTheRespondent)


def test_several_appeals_wait_side_by_side() -> None:
    both = given(filed(), several(one(), one(TWO)), appealed(account=ACCOUNT), appealed(41, account=TWO))
    assert [event.appeal for event in both.events(CaseAppealLodged)] == [1, 2]
    both.when(appealed(42, account=TWO)).then_refused(AppealPending)
    both.when(appeal_decided("denied")).then_refused(DecisionNotNamed)
    then = both.when(appeal_decided("denied", account=TWO)).then(CaseAppealDenied)
    assert (then.event(CaseAppealDenied).appeal, then.event(CaseAppealDenied).decision) == (2, 2)
    both.when(appealed(52, account=TWO)).then_refused(AppealTooLate)
    both.when(appeal_decided("denied", 53, account=TWO)).then_refused(NoAppealPending)


def test_an_appeal_upheld_takes_back_that_finding_alone() -> None:
    both = given(filed(), several(one(), one(TWO)), APPEAL_TWO)
    both.when(appeal_decided("upheld")).then(CaseAppealUpheld, *LIFTED)
    standing = both.service.states.account(account_of(ACCOUNT)).entries
    assert [entry.lifted_at for entry in standing] == [None, None]


def test_a_reduction_is_of_that_finding_alone() -> None:
    both = given(filed(), several(one(), one(TWO)), APPEAL_TWO)
    request = appeal_decided("reduced", measure=measure("warn"))
    then = both.when(request).then(CaseAppealReduced, AccountSanctionLifted, AccountSanctionImposed)
    assert then.event(AccountSanctionImposed).account == TWO
    assert then.event(AccountSanctionImposed).decision == 2


def test_a_reduction_must_be_milder_than_that_findings_measure() -> None:
    warned = one(TWO, measure=measure("warn"), reason="x")
    both = given(filed(), several(one(), warned), APPEAL_TWO)
    both.when(appeal_decided("reduced", measure=measure("warn"))).then_refused(NotMilder)


def test_its_decider_took_no_part_in_any_finding() -> None:
    given(filed(), several(one(), one(TWO)), APPEAL_TWO).when(appeal_decided("upheld", actor=ANN)).then_refused(
        DeciderTookPart
    )


def test_whoever_made_one_finding_milder_may_decide_on_another() -> None:
    milder = corrected(30, account=ACCOUNT, measure=measure("warn"))
    both = given(filed(), several(one(), one(TWO)), milder, APPEAL_TWO, appealed(41, account=ACCOUNT))
    both.when(appeal_decided("denied", account=ACCOUNT)).then_refused(DeciderTookPart)
    both.when(appeal_decided("denied", account=TWO)).then(CaseAppealDenied)


def test_the_platform_corrects_one_of_several() -> None:
    both = given(filed(), several(one(), one(TWO)))
    both.when(corrected()).then_refused(DecisionNotNamed)
    then = both.when(corrected(account=TWO)).then(CaseDecisionCorrected, *LIFTED)
    assert then.event(CaseDecisionCorrected).decision == 2
    both.when(corrected(61, decision=2)).then_refused(NothingToUndo)


def test_a_decision_under_appeal_is_not_corrected_but_another_is() -> None:
    both = given(filed(), several(one(), one(TWO)), APPEAL_TWO)
    both.when(corrected(account=TWO)).then_refused(AppealPending)
    both.when(corrected(account=ACCOUNT)).then(CaseDecisionCorrected, *LIFTED)


def test_the_reporters_credit_goes_with_the_last_finding() -> None:
    both = given(filed(), several(one(), one(TWO)), corrected(account=ACCOUNT))
    both.when(corrected(61)).then(CaseDecisionCorrected, *LIFTED, *WITHDRAWN)


def test_a_person_whose_decision_was_taken_back_can_be_found_again() -> None:
    both = given(filed(), several(one(), one(TWO)), corrected(account=TWO))
    then = both.when(several(one(TWO), minutes=70)).then(CaseDecisionProposed, *MUTED)
    assert then.event(CaseDecided).decision == 3
    assert then.event(AccountSanctionImposed).because == ()


def test_a_case_of_which_nothing_stands_is_decided_again() -> None:
    again = given(filed(), upheld(), appealed(), appeal_decided("upheld"))
    again.and_then(ask(AssignCase(case=item()), 55, BOB))
    then = again.when(upheld(60, actor=BOB)).then(CaseDecisionProposed, *MUTED, *REWARD)
    assert then.event(CaseDecided).decision == 2
    assert then.event(ReporterRewarded).note == "duplicate"
    again.when(appealed(61)).then(CaseAppealLodged)
    again.when(appeal_decided("upheld", 62, actor=CAT)).then(CaseAppealUpheld, *LIFTED, *WITHDRAWN)


def test_it_may_be_dismissed_then_too() -> None:
    again = given(filed(), upheld(), corrected())
    again.and_then(dismissed(70))
    assert [event.outcome for event in again.events(CaseDecided)] == [Outcome.UPHELD, Outcome.DISMISSED]
    again.when(upheld(71)).then_refused(AlreadyDecided)


def test_forty_persons_of_many_regions_are_one_command() -> None:
    people = [one(f"acc-{n}") for n in range(1, 44)]
    then = given(filed(), verified()).when(several(*people))
    happened = then.then(*[CaseDecisionProposed] * 43, *MUTED * 43, *REWARD)
    assert len({made.account for made in happened.events(AccountSanctionImposed)}) == 43

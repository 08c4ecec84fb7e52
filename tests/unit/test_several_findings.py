"""Several persons or contents in one case: one finding for each, judged one after the other, undone one by one."""

import pytest

from caseledger.application.requests import Request
from domain.accounts.events import (
    AccountContentRemoved,
    AccountSanctionImposed,
)
from domain.cases.events import CaseDecided, CaseDecisionProposed, CaseDecisionReturned
from domain.command_values import FindingDecided
from domain.commands import AssignCase, ReturnDecision
from domain.decision_errors import FindingRepeated, FindingsMixed
from domain.errors import (
    AlreadyDecided,
    AlreadyProposed,
    EvidenceRequired,
    FindingBeforeContent,
    FindingRequired,
    MeasureNotInOptions,
    OutOfOrder,
    ReasonRequired,
    Refused,
    RulingChanged,
    SubjectNotInCase,
    ViolationUnknown,
)
from domain.values import Outcome
from tests.support.examples import (
    ACCOUNT,
    BOB,
    ask,
    bare,
    confirmed,
    dismissed,
    filed,
    finding,
    item,
    measure,
    minute,
    one,
    several,
    upheld,
    verified,
)
from tests.support.several_findings import MUTED, REWARD, THREE, TWO
from tests.support.spec import given


def other(content: str, respondent: str = ACCOUNT, **fields: object) -> FindingDecided:
    """A finding about another piece of content."""
    return one(respondent, subject={"type": "content", "id": content}, content=content, **fields)


def test_each_person_gets_a_decision_and_the_reporter_one_reward() -> None:
    then = given(filed(), verified()).when(several(one(), one(TWO)))
    happened = then.then(CaseDecisionProposed, CaseDecisionProposed, *MUTED, *MUTED, *REWARD)
    assert [made.decision for made in happened.events(CaseDecided)] == [1, 2]
    assert [made.account for made in happened.events(AccountSanctionImposed)] == [ACCOUNT, TWO]
    assert [made.decision for made in happened.events(AccountSanctionImposed)] == [1, 2]


def test_each_finding_sees_the_entries_of_those_before_it() -> None:
    findings = (one(), other("post-2"), other("post-3"))
    before = given(filed(), verified())
    then = before.when(several(*findings)).then(*[CaseDecisionProposed] * 3, *MUTED * 3, *REWARD)
    third = then.events(AccountSanctionImposed)[2]
    removals = [fact.event_id for fact in before.recorded(AccountContentRemoved)]
    assert (third.rule, third.because) == ("third-in-a-day", tuple(removals[:2]))


def test_each_finding_has_its_own_measures_role_flags_and_reason() -> None:
    findings = (
        one(measure=measure("warn"), reason="first time", flags=("minor",), role="seller"),
        one(TWO, add=(measure("freeze_permissions:P30D"),)),
    )
    then = given(filed(), verified()).when(several(*findings, reason="both of them"))
    happened = then.then(*[CaseDecisionProposed] * 2, *MUTED, *MUTED, AccountSanctionImposed, *REWARD)
    made = happened.events(CaseDecided)
    assert [each.reason for each in made] == ["first time", "both of them"]
    assert (made[0].finding.flags, made[0].finding.role) == (("minor",), "seller")
    kinds = [event.kind for event in happened.events(AccountSanctionImposed)]
    assert kinds == ["warn", "mute", "freeze_permissions"]


def test_another_subject_takes_only_the_respondent_from_the_case() -> None:
    posted = minute(-5)
    findings = (one(posted_at=posted), FindingDecided.model_validate({"codes": ["spam"], "subject": ABUSER}))
    then = given(filed(posted_at=posted), verified()).when(several(*findings, reason="x"))
    found = then.then(*[CaseDecisionProposed] * 2, *MUTED, CaseDecided, AccountSanctionImposed, *REWARD)
    second = found.events(CaseDecided)[1]
    assert (second.finding.respondent, second.finding.content, second.finding.posted_at) == (ACCOUNT, None, None)
    assert second.subject_type == "account"


ABUSER = {"type": "account", "id": ACCOUNT}


def test_where_one_needs_a_second_officer_all_wait() -> None:
    proposals = (CaseDecisionProposed, CaseDecisionProposed)
    before = given(filed(), verified())
    then = before.when(several(one(), one(TWO, severity="grave"))).then(*proposals)
    assert [event.second_officer_required for event in then.events(CaseDecisionProposed)] == [True, True]
    confirming = before.when(confirmed()).then(*MUTED, *MUTED, *REWARD)
    assert [made.confirmed_by for made in confirming.events(CaseDecided)] == [BOB, BOB]


def test_they_are_returned_together_and_proposed_anew() -> None:
    returned = ask(ReturnDecision(case=item(), reason="look again"), 25, BOB)
    before = given(filed(), several(one(), one(TWO, severity="grave")))
    then = before.when(returned).then(CaseDecisionReturned, CaseDecisionReturned)
    assert [event.decision for event in then.events(CaseDecisionReturned)] == [1, 2]
    again = before.when(several(one(severity="grave"), minutes=26)).then(CaseDecisionProposed)
    assert again.event(CaseDecisionProposed).decision == 3


def test_a_second_finding_that_comes_out_otherwise_now_sends_all_back() -> None:
    waiting = several(one(severity="grave"), other("post-3"))
    second = filed(1, "post-2", report="r-2"), upheld(21, "post-2")
    given(filed(), waiting, *second).when(confirmed()).then_refused(RulingChanged)


def test_a_further_person_is_found_after_the_decision() -> None:
    then = given(filed(), upheld()).when(several(one(TWO), minutes=30))
    happened = then.then(CaseDecisionProposed, *MUTED)
    assert happened.event(CaseDecided).decision == 2


def test_a_reporter_who_comes_late_is_credited_with_the_further_finding() -> None:
    late = filed(25, report="r-2", reporter="reporter-8")
    then = given(filed(), upheld(), late).when(several(one(TWO), minutes=30))
    then.then(CaseDecisionProposed, *MUTED, *REWARD)


@pytest.mark.parametrize(
    ("request_", "refusal"),
    [
        (several(one(), finding=finding()), FindingsMixed),
        (several(one(), measure=measure("warn")), FindingsMixed),
        (several(one(), add=(measure("transfer_to_authority"),)), FindingsMixed),
        (several(one(), associated=({"type": "site", "id": "x"},)), FindingsMixed),
        (several(one(), one()), FindingRepeated),
        (several(other("post-2"), one()), SubjectNotInCase),
        (several(one(content="post-2")), SubjectNotInCase),
        (several(one(), one(TWO, "nonsense")), ViolationUnknown),
        (several(one(), one(TWO, measure=measure("warn"))), ReasonRequired),
        (several(one(), one(TWO, measure=measure("close_account"), reason="x")), MeasureNotInOptions),
        (several(one(), one(TWO, posted_at=minute(21))), FindingBeforeContent),
        (several(one(), outcome=Outcome.DISMISSED), FindingRequired),
        (several(one(), one(TWO), minutes=9), OutOfOrder),
    ],
)
def test_a_set_with_anything_wrong_in_it_is_refused_whole(request_: Request, refusal: type[Refused]) -> None:
    given(filed(), verified()).when(request_).then_refused(refusal)


def test_no_sanction_of_any_finding_without_evidence() -> None:
    given(bare()).when(several(one(), one(TWO))).then_refused(EvidenceRequired)


def test_a_record_that_moved_later_refuses_the_set() -> None:
    moved = filed(1, "post-2", report="r-2", respondent=TWO), upheld(40, "post-2")
    given(filed(), *moved).when(several(one(), one(TWO), minutes=30)).then_refused(OutOfOrder)


def test_what_stands_is_not_decided_again() -> None:
    both = given(filed(), several(one(), one(TWO)))
    both.when(several(one(THREE), one(TWO), minutes=30)).then_refused(AlreadyDecided)
    both.when(upheld(30)).then_refused(AlreadyDecided)
    both.when(dismissed(30)).then_refused(AlreadyDecided)


def test_after_a_dismissal_nobody_is_found() -> None:
    given(filed(), dismissed()).when(several(one(TWO), minutes=30)).then_refused(AlreadyDecided)


def test_anothers_proposal_is_not_replaced() -> None:
    waiting = several(one(), one(TWO, severity="grave"))
    given(filed(), waiting).when(several(one(THREE), minutes=30, actor=BOB)).then_refused(AlreadyProposed)


def test_a_further_proposal_leaves_what_stands_and_can_be_confirmed() -> None:
    waiting = several(one(TWO, severity="grave"), minutes=25)
    before = given(filed(), upheld(), waiting)
    before.and_then(ask(AssignCase(case=item()), 26, BOB))
    before.when(confirmed(30)).then(*MUTED)

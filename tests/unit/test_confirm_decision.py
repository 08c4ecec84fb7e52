"""The second officer: another person, on the record and the policy of today."""

from datetime import date

from domain.accounts.events import AccountContentRemoved, AccountSanctionImposed
from domain.cases.events import CaseDecided
from domain.commands import PublishPolicy
from domain.errors import (
    AlreadyDecided,
    CaseNotFound,
    NothingProposed,
    OutOfOrder,
    RulingChanged,
    SameOfficer,
    ViolationUnknown,
)
from domain.policy.vocabulary import Severity
from domain.reporters.events import ReporterReportUpheld, ReporterRewarded
from tests.support.example_pack import example_pack
from tests.support.examples import (
    ANN,
    BOB,
    DAY,
    ask,
    banned,
    confirmed,
    filed,
    finding,
    measure,
    minute,
    upheld,
    verified,
)
from tests.support.spec import given

DECIDED = (CaseDecided, AccountContentRemoved, AccountSanctionImposed, ReporterReportUpheld, ReporterRewarded)
NEXT_DAY = minute(DAY).date()


def published(minutes: float, **edits: object) -> object:
    """A new version, valid from the next day."""
    text = example_pack({"version": "2", "valid_from": date(NEXT_DAY.year, NEXT_DAY.month, NEXT_DAY.day), **edits})
    return ask(PublishPolicy(text=text), minutes)


def test_a_second_officer_makes_the_proposal_a_decision() -> None:
    decided = given(filed(), verified(), banned()).when(confirmed()).then(*DECIDED).event(CaseDecided)
    assert (decided.proposed_by, decided.confirmed_by) == (ANN, BOB)
    assert decided.finding.at == minute(30)


def test_a_second_officer_must_not_be_the_first() -> None:
    given(filed(), verified(), banned()).when(confirmed(actor=ANN)).then_refused(SameOfficer)


def test_nothing_proposed_nothing_confirmed() -> None:
    given(filed(), verified()).when(confirmed()).then_refused(NothingProposed)


def test_no_case_nothing_to_confirm() -> None:
    given().when(confirmed()).then_refused(CaseNotFound)


def test_a_decision_is_confirmed_once() -> None:
    given(filed(), banned(), confirmed()).when(confirmed(31, actor="officer-cat")).then_refused(AlreadyDecided)


def test_a_confirmation_dated_before_the_proposal_is_refused() -> None:
    given(filed(), banned()).when(confirmed(19)).then_refused(OutOfOrder)


def test_a_record_that_moved_to_another_rule_goes_back_to_the_proposer() -> None:
    choice = {"found": finding(severity=Severity.ORDINARY), "measure": measure("ban"), "reason": "again and again"}
    posts = [filed(n, f"post-{n}", report=f"r-{n}") for n in (1, 2, 3)]
    proposed = given(*posts, upheld(5, "post-3", **choice), upheld(20, "post-1"), upheld(21, "post-2"))
    proposed.when(confirmed(30, "post-3")).then_refused(RulingChanged)


def test_a_record_that_moved_without_another_outcome_is_counted_again() -> None:
    choice = {"found": finding(severity=Severity.ORDINARY), "measure": measure("ban"), "reason": "again and again"}
    posts = [filed(n, f"post-{n}", report=f"r-{n}") for n in (1, 2, 3, 4)]
    before = given(*posts, upheld(5, "post-1"), upheld(6, "post-2"), upheld(7, "post-3", **choice), upheld(8, "post-4"))
    then = before.when(confirmed(30, "post-3")).then(*DECIDED)
    assert len(then.event(AccountSanctionImposed).because) == 3


def test_a_policy_that_no_longer_knows_the_violation_refuses() -> None:
    changed = published(25, **{"violation[0].code": "junk"})
    given(filed(), banned(), changed).when(confirmed(2 * DAY)).then_refused(ViolationUnknown)


def test_a_policy_that_no_longer_allows_what_was_added_goes_back() -> None:
    changed = published(25, officer_may_add=[])
    proposal = banned(add=(measure("freeze_permissions:P30D"),))
    given(filed(), proposal, changed).when(confirmed(2 * DAY)).then_refused(RulingChanged)


def test_the_policy_in_force_on_confirmation_is_the_one_named() -> None:
    then = given(filed(), banned(), published(25)).when(confirmed(2 * DAY)).then(*DECIDED)
    assert then.event(CaseDecided).policy.version == "2"

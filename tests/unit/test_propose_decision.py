"""Deciding a case: the ruling on finding and record, the officer's choice, and all that follows in one append."""

import pytest

from caseledger.application.requests import Request
from domain.accounts.events import AccountContentRemoved, AccountSanctionImposed
from domain.cases.events import CaseDecided, CaseDecisionProposed
from domain.command_values import FindingAsked, SubjectRef
from domain.commands import AssignCase
from domain.errors import (
    AlreadyDecided,
    AlreadyProposed,
    CaseIsAssignedToAnother,
    CaseNotFound,
    EvidenceRequired,
    FindingBeforeContent,
    FindingNotJudged,
    FindingRequired,
    MeasureMissing,
    MeasureNotInOptions,
    OutOfOrder,
    PerkNotInPolicy,
    PseudonymUnknown,
    ReasonRequired,
    Refused,
    SubjectNotInCase,
    ViolationUnknown,
)
from domain.policy.vocabulary import Severity, SubjectType
from domain.reporters.events import (
    ReporterMaliciousReportFound,
    ReporterReportDismissed,
    ReporterReportUpheld,
    ReporterRewarded,
)
from tests.support.example_pack import PERKS
from tests.support.examples import (
    ACCOUNT,
    BOB,
    account_of,
    ask,
    attached,
    banned,
    bare,
    confirmed,
    dismissed,
    filed,
    finding,
    item,
    measure,
    minute,
    report_of,
    upheld,
    verified,
)
from tests.support.spec import given

REWARD = (ReporterReportUpheld, ReporterRewarded)
DECIDED = (CaseDecisionProposed, CaseDecided)
SANCTIONED = (*DECIDED, AccountContentRemoved, AccountSanctionImposed, *REWARD)


def test_an_upheld_decision_names_all_it_rests_on() -> None:
    then = given(filed(), verified()).when(upheld()).then(*SANCTIONED)
    decided = then.event(CaseDecided)
    assert (decided.ruling.rule, decided.ruling.severity) == ("catalogue", "ordinary")
    assert decided.policy.version == "1"
    assert decided.reports == (report_of().uuid,)
    assert len(decided.evidence) == 1
    assert (decided.proposed_by, decided.confirmed_by) == ("officer-ann", None)


def test_the_sanction_names_its_decision_rule_policy_and_end() -> None:
    then = given(filed(), verified()).when(upheld()).then(*SANCTIONED)
    imposed = then.event(AccountSanctionImposed)
    assert (imposed.kind, imposed.duration, imposed.measure_role) == ("mute", "P1D", "party")
    assert (imposed.starts_at, imposed.ends_at) == (minute(20), minute(20 + 24 * 60))
    assert (imposed.rule, imposed.decision, imposed.cause_of_entry) == ("catalogue", 1, "content_removal")
    assert imposed.targets == (ACCOUNT,)
    assert imposed.policy == then.event(CaseDecided).policy


def test_the_third_removal_in_a_day_counts_the_two_before() -> None:
    before = given(
        *(filed(n, f"post-{n}", report=f"r-{n}") for n in (1, 2, 3)), upheld(20, "post-1"), upheld(21, "post-2")
    )
    removals = [fact.event_id for fact in before.recorded(AccountContentRemoved)]
    then = before.when(upheld(22, "post-3")).then(*SANCTIONED)
    assert then.event(AccountSanctionImposed).rule == "third-in-a-day"
    assert then.event(AccountSanctionImposed).because == tuple(removals)


def test_a_measure_that_needs_a_second_officer_stays_proposed() -> None:
    then = given(filed(), verified()).when(banned()).then(CaseDecisionProposed)
    assert then.event(CaseDecisionProposed).second_officer_required


def test_its_officer_may_propose_again() -> None:
    then = given(filed(), verified(), banned()).when(banned(21)).then(CaseDecisionProposed)
    assert then.event(CaseDecisionProposed).decision == 2


def test_a_dismissal_is_decided_at_once_and_counts_for_the_reporter() -> None:
    then = given(filed(), verified()).when(dismissed()).then(*DECIDED, ReporterReportDismissed)
    assert (then.event(CaseDecided).finding, then.event(CaseDecided).ruling) == (None, None)


def test_content_too_old_is_removed_and_never_counts() -> None:
    posted = minute(-400 * 24 * 60)
    then = given(filed(posted_at=posted), verified()).when(upheld())
    removed = then.then(*DECIDED, AccountContentRemoved, *REWARD).event(AccountContentRemoved)
    assert removed.time_barred


def test_what_the_finding_leaves_out_is_taken_from_the_case() -> None:
    decided = given(filed(posted_at=minute(-5))).when(upheld()).then(*SANCTIONED).event(CaseDecided)
    assert (decided.finding.respondent, decided.finding.content, decided.finding.posted_at) == (
        ACCOUNT,
        "post-1",
        minute(-5),
    )


def test_a_respondent_found_later_gets_the_sanction_on_his_own_record() -> None:
    found = finding(respondent="acc-2")
    then = given(filed(respondent=None), verified()).when(upheld(found=found)).then(*SANCTIONED)
    assert then.facts[3].stream == account_of("acc-2")


def test_with_nobody_to_answer_only_the_content_is_acted_on() -> None:
    given(filed(respondent=None), verified()).when(upheld()).then(*DECIDED, *REWARD)


def test_a_substitute_of_the_policy_stands_in_for_its_measure_and_leaves_the_cause_that_of_the_ruling() -> None:
    request = upheld(content_measures=(measure("block_content"),))
    then = given(filed(), verified()).when(request).then(*DECIDED, AccountSanctionImposed, *REWARD)
    assert then.event(AccountSanctionImposed).cause_of_entry == "content_removal"


def test_an_officer_may_add_what_the_policy_lets_him_add() -> None:
    extra = measure("freeze_permissions:P30D")
    request = upheld(add=(extra, measure("transfer_to_authority")))
    then = given(filed(), verified()).when(request)
    happened = then.then(*SANCTIONED[:-2], AccountSanctionImposed, *REWARD)
    assert [event.kind for event in happened.events(AccountSanctionImposed)] == ["mute", "freeze_permissions"]


def test_what_acts_on_the_content_is_no_sanction_though_an_officer_added_it() -> None:
    added = upheld(add=(measure("block_feed"),))
    then = given(filed(), verified(), edits={"officer_may_add": ["block_feed"]}).when(added).then(*SANCTIONED)
    assert [each.kind for each in then.event(CaseDecided).choice.added] == ["block_feed"]


def test_content_deleted_beyond_the_ruling_is_on_record_as_removed() -> None:
    about_account = filed(subject={"type": "account", "id": ACCOUNT})
    request = upheld(case={"report": "r-1"}, add=(measure("delete_content"),))
    then = given(about_account, edits={"officer_may_add": ["delete_content"]}).when(request).then(*SANCTIONED)
    assert then.event(AccountContentRemoved).content == "post-1"


def test_leaving_the_default_with_a_reason_is_the_officers_choice() -> None:
    request = upheld(measure=measure("warn"), reason="first time")
    then = given(filed(), verified()).when(request).then(*SANCTIONED)
    assert then.event(AccountSanctionImposed).kind == "warn"
    assert then.event(AccountSanctionImposed).ends_at is None


def test_a_case_on_evidence_attached_by_an_officer_can_be_decided() -> None:
    given(bare(), verified(), attached()).when(upheld()).then(*SANCTIONED)


def test_no_sanction_without_evidence() -> None:
    given(bare(), verified()).when(upheld()).then_refused(EvidenceRequired)


def test_a_dismissal_needs_no_evidence() -> None:
    given(bare(), verified()).when(dismissed()).then(*DECIDED, ReporterReportDismissed)


_OTHER = SubjectRef(type=SubjectType.CONTENT, id="post-9")


@pytest.mark.parametrize(
    ("request_", "refusal"),
    [
        (upheld(found=finding("no-such")), ViolationUnknown),
        (upheld(found=finding("copy")), FindingNotJudged),
        (upheld(found=FindingAsked(codes=())), FindingNotJudged),
        (upheld(measure=measure("ban"), reason="x" * 3, add=(measure("warn"),)), MeasureNotInOptions),
        (upheld(measure=measure("close_account"), reason="harder"), MeasureNotInOptions),
        (upheld(measure="none", reason="let it pass"), MeasureMissing),
        (upheld(content_measures=()), MeasureMissing),
        (upheld(measure=measure("warn")), ReasonRequired),
        (upheld(add=(measure("notify_authority"),)), MeasureNotInOptions),
        (upheld(add=(measure("mute:P1D"),)), MeasureNotInOptions),
        (upheld(found=finding(subject=_OTHER)), SubjectNotInCase),
        (upheld(found=finding(content="post-9")), SubjectNotInCase),
        (upheld(found=finding(posted_at=minute(21))), FindingBeforeContent),
        (upheld(malicious=("R2",)), PseudonymUnknown),
        (upheld(perk="badge"), PerkNotInPolicy),
        (dismissed(finding=finding()), FindingRequired),
        (dismissed(measure=measure("warn")), FindingRequired),
        (dismissed(add=(measure("warn"),)), FindingRequired),
        (upheld(19, content="post-2"), CaseNotFound),
        (upheld(9), OutOfOrder),
    ],
)
def test_a_decision_the_policy_or_the_case_does_not_carry_is_refused(request_: Request, refusal: type[Refused]) -> None:
    given(filed(), verified()).when(request_).then_refused(refusal)


def test_an_upheld_decision_needs_a_finding() -> None:
    without = upheld()
    command = without.command.model_copy(update={"finding": None})
    given(filed(), verified()).when(ask(command, 20)).then_refused(FindingRequired)


def test_one_decision_stands() -> None:
    given(filed(), verified(), upheld()).when(dismissed(21, actor=BOB)).then_refused(AlreadyDecided)


def test_a_case_under_anothers_proposal_is_not_proposed_again() -> None:
    given(filed(), verified(), banned()).when(upheld(21, actor=BOB)).then_refused(AlreadyProposed)


def test_only_the_officer_who_holds_the_case_decides() -> None:
    taken = ask(AssignCase(case=item(), officer=BOB), 11)
    given(filed(), verified(), taken).when(upheld()).then_refused(CaseIsAssignedToAnother)


def test_a_finding_dated_before_the_record_moved_is_refused() -> None:
    moved = given(filed(), filed(1, "post-2", report="r-2"), upheld(30, "post-2"))
    moved.when(upheld(25)).then_refused(OutOfOrder)


def test_a_malicious_report_is_found_and_earns_nothing() -> None:
    two = given(filed(), filed(1, report="r-2", reporter="reporter-8"), verified())
    then = two.when(upheld(malicious=("R2",))).then(*SANCTIONED, ReporterMaliciousReportFound)
    assert then.event(ReporterMaliciousReportFound).report == report_of("r-2").uuid


def test_a_malicious_report_known_from_its_receipt_is_found_once() -> None:
    two = given(filed(), verified())
    two.when(dismissed(malicious=("R1",))).then(*DECIDED, ReporterMaliciousReportFound)


def test_a_cap_cuts_what_a_month_may_earn() -> None:
    earlier = given(filed(content="post-0", report="r-0"), upheld(5, "post-0"), filed(6))
    rewarded = earlier.when(upheld()).then(*SANCTIONED).event(ReporterRewarded)
    assert {amount.currency: amount.amount for amount in rewarded.granted} == {"coins": 5, "points": 2}
    assert {amount.currency: amount.amount for amount in rewarded.capped} == {"coins": 5, "points": 0}


def test_two_reports_of_one_reporter_on_one_content_earn_once() -> None:
    twice = given(filed(), filed(1, report="r-2"), verified())
    then = twice.when(upheld()).then(*SANCTIONED, *REWARD)
    assert sorted(str(event.note) for event in then.events(ReporterRewarded)) == ["None", "duplicate"]


def test_a_perk_goes_to_each_reporter_once() -> None:
    three = given(
        filed(), filed(1, report="r-2"), filed(2, report="r-3", reporter="reporter-8"), verified(), edits=PERKS
    )
    then = three.when(upheld(perk="badge"))
    happened = then.then(*SANCTIONED, ReporterReportUpheld, *REWARD)
    assert {event.perk for event in happened.events(ReporterRewarded)} == {"badge"}


def test_a_perk_is_for_upheld_reports_only() -> None:
    given(filed(), verified(), edits=PERKS).when(dismissed(perk="badge")).then_refused(PerkNotInPolicy)


def test_without_a_perk_named_nothing_is_granted() -> None:
    given(filed(), verified(), edits=PERKS).when(upheld()).then(*SANCTIONED[:-1])


def test_reports_nobody_sent_earn_nobody_anything() -> None:
    given(filed(reporter=None), verified()).when(upheld()).then(*SANCTIONED[:-2])


def test_a_severity_set_by_the_officer_goes_before_the_default() -> None:
    decided = given(filed()).when(upheld(found=finding(severity=Severity.MINOR))).then(*SANCTIONED).event(CaseDecided)
    assert (decided.finding.severity, decided.choice.party_measure.kind) == ("minor", "warn")


def test_the_same_choice_confirmed_later_is_the_one_proposed() -> None:
    then = given(filed(), banned()).when(confirmed())
    then.then(CaseDecided, AccountContentRemoved, AccountSanctionImposed, *REWARD)

"""Filing a report: received once, and admitted to a case or refused in the same append."""

from hashlib import sha256

import pytest

from caseledger.application.service import DatedInTheFuture
from domain.cases.events import CaseOpened, CaseReportJoined
from domain.errors import NoPolicyInForce, ReportConflicts
from domain.policy.vocabulary import EvidenceStrength
from domain.reporters.events import ReporterMaliciousReportFound
from domain.reports.events import ReportAdmitted, ReportReceived, ReportRefused
from tests.support.examples import (
    DAY,
    REPORTER,
    case_of,
    evidence,
    filed,
    report_of,
    reporter_of,
    upheld,
    verified,
    with_id,
)
from tests.support.spec import given

ADMITTED = (ReportReceived, ReportAdmitted, CaseOpened)
JOINED = (ReportReceived, ReportAdmitted, CaseReportJoined)
REFUSED = (ReportReceived, ReportRefused)


def test_the_first_report_of_an_item_opens_its_case() -> None:
    then = given().when(filed()).then(*ADMITTED)
    admitted, opened = then.event(ReportAdmitted), then.event(CaseOpened)
    assert admitted.case == case_of().uuid
    assert (admitted.department, admitted.decider, admitted.feedback_owed) == ("moderation", "moderator", True)
    assert (opened.subject, opened.content, opened.respondent) == ("post-1", "post-1", "acc-1")
    assert opened.joined.pseudonym == "R1"
    assert [fact.stream for fact in then.facts] == [report_of(), report_of(), case_of()]


def test_what_the_report_showed_is_captured_with_its_digest() -> None:
    then = given().when(filed(snapshot="what it showed", attachments=(evidence(),))).then(*ADMITTED)
    received, joined = then.event(ReportReceived), then.event(CaseOpened).joined
    assert received.snapshot == "what it showed"
    assert received.snapshot_digest == joined.snapshot_digest == sha256(b"what it showed").hexdigest()
    assert joined.attachments == (evidence().sha256,)


def test_another_reporter_joins_the_case_under_the_next_pseudonym() -> None:
    then = given(filed()).when(filed(5, report="r-2", reporter="reporter-8")).then(*JOINED)
    assert then.event(CaseReportJoined).joined.pseudonym == "R2"


def test_a_returning_reporter_is_recognised_by_the_keyed_digest() -> None:
    then = given(filed(), filed(1, report="r-2", reporter="reporter-8")).when(filed(5, report="r-3")).then(*JOINED)
    assert then.event(CaseReportJoined).joined.pseudonym == "R1"


def test_a_report_without_a_reporter_has_no_pseudonym() -> None:
    then = given().when(filed(reporter=None)).then(*ADMITTED)
    joined = then.event(CaseOpened).joined
    assert (joined.pseudonym, joined.reporter_digest) == (None, None)


def test_reports_without_a_content_id_are_cases_of_their_own() -> None:
    first = given(filed(content=None))
    then = first.when(filed(1, content=None, report="r-2")).then(*ADMITTED)
    assert {fact.event.case for fact in first.recorded(ReportAdmitted)} != {then.event(ReportAdmitted).case}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"reporter_verified": False}, "reporter_not_verified"),
        ({"place": "elsewhere"}, "off_platform"),
        ({"evidence": EvidenceStrength.INSUFFICIENT}, "insufficient_evidence"),
        ({"codes": ("copy",)}, "other_procedure"),
    ],
)
def test_a_report_that_fails_a_check_is_refused_with_its_reason(fields: dict[str, object], reason: str) -> None:
    then = given().when(filed(**fields)).then(*REFUSED)
    refused = then.event(ReportRefused)
    assert (refused.reason, refused.reasons) == (reason, (reason,))
    assert refused.redirect == ("infringement" if reason == "other_procedure" else None)


def test_all_reasons_are_kept_and_the_first_of_the_policy_leads() -> None:
    refused = given().when(filed(place=None, reporter_verified=False)).then(*REFUSED).event(ReportRefused)
    assert refused.reasons == ("reporter_not_verified", "off_platform")
    assert refused.reason == "reporter_not_verified"


def test_a_malicious_report_is_found_against_its_reporter() -> None:
    then = given().when(filed(malicious_established=True)).then(*REFUSED, ReporterMaliciousReportFound)
    assert then.event(ReportRefused).reason == "malicious_reporter"
    assert then.facts[-1].stream == reporter_of()
    assert then.event(ReporterMaliciousReportFound).case is None


def test_a_malicious_report_by_nobody_is_only_refused() -> None:
    given().when(filed(malicious_established=True, reporter=None)).then(*REFUSED)


def test_the_same_reporter_reporting_handled_content_again_is_refused() -> None:
    handled = given(filed(), verified(), upheld())
    then = handled.when(filed(30, report="r-2")).then(*REFUSED)
    assert then.event(ReportRefused).reason == "already_handled"


def test_another_reporter_may_still_join_a_decided_case() -> None:
    given(filed(), verified(), upheld()).when(filed(30, report="r-2", reporter="reporter-8")).then(*JOINED)


def test_a_case_of_nobody_known_has_handled_it_for_somebody_else() -> None:
    handled = given(filed(reporter=None), verified(), upheld())
    handled.when(filed(30, report="r-2")).then(*JOINED)


def test_where_anybody_counts_content_is_handled_once_for_all() -> None:
    handled = given(filed(reporter=None), verified(), upheld(), edits={"admission[3].by": "anyone"})
    then = handled.when(filed(30, report="r-2")).then(*REFUSED)
    assert then.event(ReportRefused).reason == "already_handled"


def test_a_report_delivered_again_later_changes_nothing_and_answers_with_the_first_outcome() -> None:
    first = given(filed())
    first.when(filed(DAY)).then_nothing()
    answer = first.service.handle(filed(DAY))
    assert answer.report is not None
    assert answer.report.case == case_of().uuid
    assert answer.stream == report_of()


def test_other_content_under_a_known_report_id_is_refused() -> None:
    given(filed()).when(filed(1, codes=())).then_refused(ReportConflicts)


def test_a_report_from_the_future_is_refused() -> None:
    given().when(filed(3652 * DAY)).then_refused(DatedInTheFuture)


def test_a_report_from_before_any_policy_is_refused() -> None:
    given().when(filed(-365 * DAY)).then_refused(NoPolicyInForce)


def test_a_reporters_id_given_as_actor_never_becomes_a_cause() -> None:
    request = filed()
    named = given().when(
        type(request)(platform=request.platform, at=request.at, command=request.command, actor=REPORTER)
    )
    assert {fact.event.cause.actor for fact in named.then(*ADMITTED).facts} == {"direct"}


def test_a_command_id_that_was_given_is_the_one_recorded() -> None:
    then = given().when(with_id(filed(), 7)).then(*ADMITTED)
    assert {fact.event.cause.command_id.int for fact in then.facts} == {7}
    assert {fact.event.cause.correlation_id.int for fact in then.facts} == {7}


def test_the_command_id_of_a_report_says_nothing_about_its_reporter() -> None:
    ids = {
        given().when(filed(reporter=reporter)).then(*ADMITTED).facts[0].event.cause.command_id
        for reporter in ("reporter-7", "reporter-8")
    }
    assert len(ids) == 1

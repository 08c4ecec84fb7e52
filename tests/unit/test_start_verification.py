"""Beginning to verify the facts."""

from domain import command_values as v
from domain.cases.events import CaseVerificationStarted
from domain.commands import AssignCase, StartVerification
from domain.errors import CaseIsAssignedToAnother, CaseIsFinal, CaseNotFound, OutOfOrder, ReportNotFound
from tests.support.examples import BOB, ask, case_of, filed, item, upheld, verified
from tests.support.spec import given


def test_verification_begins() -> None:
    then = given(filed()).when(verified()).then(CaseVerificationStarted)
    assert then.one.cause.policy_version == "1"


def test_it_begins_once() -> None:
    given(filed(), verified(10)).when(verified(11)).then_nothing()


def test_the_case_may_be_named_by_its_id() -> None:
    given(filed()).when(ask(StartVerification(case=case_of().uuid), 10)).then(CaseVerificationStarted)


def test_the_case_may_be_named_by_a_report() -> None:
    by_report = ask(StartVerification(case=v.ReportRef(report="r-1")), 10)
    given(filed()).when(by_report).then(CaseVerificationStarted)


def test_an_unknown_report_names_no_case() -> None:
    given().when(ask(StartVerification(case=v.ReportRef(report="r-1")), 10)).then_refused(ReportNotFound)


def test_a_refused_report_has_no_case() -> None:
    given(filed(place=None)).when(ask(StartVerification(case=v.ReportRef(report="r-1")), 10)).then_refused(CaseNotFound)


def test_no_case_no_verification() -> None:
    given().when(verified()).then_refused(CaseNotFound)


def test_a_decided_case_is_final() -> None:
    given(filed(), upheld()).when(ask(StartVerification(case=item()), 30)).then_refused(CaseIsFinal)


def test_only_the_officer_who_holds_the_case_verifies() -> None:
    taken = ask(AssignCase(case=item()), 5)
    given(filed(), taken).when(verified(actor=BOB)).then_refused(CaseIsAssignedToAnother)


def test_a_verification_dated_before_the_case_opened_is_refused() -> None:
    given(filed(10)).when(verified(9)).then_refused(OutOfOrder)

"""An authority's document is taken in once, with what it asks for."""

import pytest
from pydantic import ValidationError

from domain.errors import CaseNotFound, Refused
from domain.evidence_requests.errors import EvidenceRequestConflicts, EvidenceRequestWithoutScope, PeriodReversed
from domain.evidence_requests.events import EvidenceRequestReceived
from domain.personal import personal_paths
from domain.recorded import Role
from tests.support.examples import case_of, filed, item, minute, package_sent, request_of, requested
from tests.support.spec import given


def test_a_request_is_received() -> None:
    then = given().when(requested(3, accounts=("b", "a", "b"))).then(EvidenceRequestReceived)
    event = then.event(EvidenceRequestReceived)
    assert then.facts[0].stream == request_of()
    assert (event.authority, event.document, event.legal_basis) == ("police", "doc-1", "article 54")
    assert (event.occurred_at, event.cause.role) == (minute(3), Role.EVIDENCE_OFFICER)
    assert (event.accounts, event.classes, event.case) == (("a", "b"), ("registration", "operation_log"), None)


def test_it_may_ask_about_a_case_alone() -> None:
    asked = requested(5, case=item(), accounts=(), period_from=minute(-60), period_to=minute(-60))
    event = given(filed()).when(asked).then(EvidenceRequestReceived).event(EvidenceRequestReceived)
    assert (event.case, event.accounts) == (case_of().uuid, ())
    assert event.period_from == event.period_to == minute(-60)


def test_an_open_period_is_no_fault() -> None:
    given().when(requested(period_from=minute(-60))).then(EvidenceRequestReceived)


def test_the_same_document_again_changes_nothing() -> None:
    given(requested()).when(requested(5)).then_nothing()
    given(requested(), package_sent()).when(requested(90)).then_nothing()


@pytest.mark.parametrize(
    "other",
    [
        {"accounts": ("acc-2",)},
        {"classes": ("registration",)},
        {"legal_basis": "article 55"},
        {"period_to": minute(-1)},
    ],
)
def test_the_same_document_with_other_content_is_refused(other: dict[str, object]) -> None:
    given(requested()).when(requested(5, **other)).then_refused(EvidenceRequestConflicts)


def test_a_name_that_is_personal_decides_nothing() -> None:
    given(requested(case_name="the case of zhang san")).when(requested(5)).then_nothing()


@pytest.mark.parametrize("other", [{"authority": "court"}, {"document": "doc-2"}])
def test_another_authority_or_number_is_another_request(other: dict[str, object]) -> None:
    given(requested()).when(requested(5, **other)).then(EvidenceRequestReceived)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"accounts": ()}, EvidenceRequestWithoutScope),
        ({"case": item("post-9")}, CaseNotFound),
        ({"period_from": minute(0), "period_to": minute(-1)}, PeriodReversed),
    ],
)
def test_what_cannot_be_answered_is_refused(fields: dict[str, object], refusal: type[Refused]) -> None:
    given().when(requested(**fields)).then_refused(refusal)


@pytest.mark.parametrize("classes", [(), ("diary",)])
def test_it_asks_for_classes_of_records_that_there_are(classes: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        requested(classes=classes)


def test_what_the_authority_calls_its_case_is_personal() -> None:
    assert personal_paths(EvidenceRequestReceived) == {"case_name"}

"""What was sent on a request is recorded once, and is never more than was asked for."""

import pytest

from domain.errors import OutOfOrder
from domain.evidence_requests.errors import EvidenceRequestNotFound, OutsideAskedScope, PackageAlreadySent
from domain.evidence_requests.events import EvidenceRequestPackageSent
from domain.personal import personal_paths
from tests.support.examples import ACCOUNT, SHA, case_of, filed, item, package_sent, request_of, requested, upheld
from tests.support.spec import given

ABOUT_THE_CASE = requested(5, case=item(), accounts=())


def test_a_package_is_sent() -> None:
    then = given(requested()).when(package_sent()).then(EvidenceRequestPackageSent)
    event = then.event(EvidenceRequestPackageSent)
    assert then.facts[0].stream == request_of()
    assert (event.sha256, event.sent_to, event.case) == (SHA, "sergeant xu", None)
    assert (event.accounts, event.classes) == ((ACCOUNT,), ("registration", "operation_log"))


def test_less_than_was_asked_for_may_be_sent() -> None:
    asked = requested(accounts=(ACCOUNT, "acc-2"))
    given(asked).when(package_sent(classes=("registration",))).then(EvidenceRequestPackageSent)


def test_on_a_request_about_a_case_its_persons_are_in_scope() -> None:
    then = given(filed(), upheld(4), ABOUT_THE_CASE).when(package_sent()).then(EvidenceRequestPackageSent)
    assert then.event(EvidenceRequestPackageSent).case == case_of().uuid


def test_on_a_request_about_a_case_a_package_may_name_nobody() -> None:
    given(filed(respondent=None), ABOUT_THE_CASE).when(package_sent(accounts=())).then(EvidenceRequestPackageSent)


@pytest.mark.parametrize(
    "sent",
    [
        {"accounts": (ACCOUNT, "acc-2")},
        {"classes": ("registration", "communication")},
        {"accounts": ()},
    ],
)
def test_more_than_was_asked_for_or_nothing_of_it_is_refused(sent: dict[str, object]) -> None:
    given(filed(), requested()).when(package_sent(**sent)).then_refused(OutsideAskedScope)


def test_who_is_not_of_the_case_is_out_of_scope() -> None:
    given(filed(), ABOUT_THE_CASE).when(package_sent(accounts=("acc-2",))).then_refused(OutsideAskedScope)


def test_the_same_again_changes_nothing() -> None:
    given(requested(), package_sent()).when(package_sent(90)).then_nothing()
    given(requested(), package_sent()).when(package_sent(90, sent_to="sergeant he")).then_nothing()


@pytest.mark.parametrize("other", [{"sha256": "cd" * 32}, {"classes": ("registration",)}])
def test_another_package_is_refused(other: dict[str, object]) -> None:
    given(requested(), package_sent()).when(package_sent(90, **other)).then_refused(PackageAlreadySent)


def test_nothing_is_sent_before_it_was_asked_for() -> None:
    given(requested(10)).when(package_sent(9)).then_refused(OutOfOrder)
    given(requested(10)).when(package_sent(10)).then(EvidenceRequestPackageSent)


def test_nothing_is_sent_without_a_request() -> None:
    given(requested()).when(package_sent(document="doc-2")).then_refused(EvidenceRequestNotFound)


def test_to_whom_it_was_sent_is_personal() -> None:
    assert personal_paths(EvidenceRequestPackageSent) == {"sent_to"}

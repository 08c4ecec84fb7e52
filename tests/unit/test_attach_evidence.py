"""Attaching evidence, by the digest of its bytes, at any time."""

from domain.cases.events import CaseEvidenceAttached
from domain.commands import AttachEvidence
from domain.errors import CaseNotFound, EvidenceConflicts, OutOfOrder
from tests.support.examples import SHA, ask, attached, evidence, filed, item, upheld, verified
from tests.support.spec import given


def test_evidence_is_attached_with_what_is_known_about_it() -> None:
    then = given(filed()).when(attached()).then(CaseEvidenceAttached)
    assert then.event(CaseEvidenceAttached).evidence == evidence()


def test_evidence_may_be_attached_after_the_decision() -> None:
    given(filed(), verified(), upheld()).when(attached(30)).then(CaseEvidenceAttached)


def test_the_same_evidence_again_changes_nothing() -> None:
    given(filed(), attached(15)).when(attached(16)).then_nothing()


def test_the_same_bytes_with_other_facts_are_refused() -> None:
    other = ask(AttachEvidence(case=item(), evidence=evidence(SHA, media_type="image/jpeg")), 16)
    given(filed(), attached(15)).when(other).then_refused(EvidenceConflicts)


def test_no_case_no_evidence() -> None:
    given().when(attached()).then_refused(CaseNotFound)


def test_evidence_dated_before_the_last_step_is_refused() -> None:
    given(filed(), verified(10)).when(attached(9)).then_refused(OutOfOrder)

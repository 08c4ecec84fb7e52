"""Policies are published by their whole text, once per version."""

from datetime import date
from hashlib import sha256

from caseledger.application.requests import Request
from domain.accounts.events import AccountContentRemoved, AccountSanctionImposed
from domain.cases.events import CaseDecided, CaseDecisionProposed
from domain.commands import PublishPolicy
from domain.errors import PolicyForAnotherPlatform, PolicyInvalid, PolicyVersionExists
from domain.policies.events import PolicyPublished
from domain.reporters.events import ReporterReportUpheld, ReporterRewarded
from tests.support.example_pack import example_pack
from tests.support.examples import (
    DAY,
    ask,
    corrected,
    filed,
    measure,
    upheld,
)
from tests.support.spec import given

DECIDED = (
    CaseDecisionProposed, CaseDecided, AccountContentRemoved, AccountSanctionImposed,
    ReporterReportUpheld, ReporterRewarded,
)  # fmt: skip
NEWER = {"version": "2", "valid_from": date(2021, 3, 12)}


def published(minutes: float = 0, **edits: object) -> Request:
    """A text is published."""
    return ask(PublishPolicy(text=example_pack(edits)), minutes)


def test_a_new_version_is_published_with_its_whole_text_and_digest() -> None:
    event = given().when(published(**NEWER)).then(PolicyPublished).event(PolicyPublished)
    assert event.text == example_pack(NEWER)
    assert event.digest == sha256(event.text.encode()).hexdigest()
    assert (event.platform, event.version, event.cause.policy_version) == ("example", "2", None)


def test_the_same_text_again_changes_nothing() -> None:
    given(published(**NEWER)).when(published(5, **NEWER)).then_nothing()


def test_another_text_under_a_published_version_is_refused() -> None:
    given().when(published(zone="UTC")).then_refused(PolicyVersionExists)


def test_a_pack_for_another_platform_is_refused() -> None:
    given().when(published(platform="elsewhere")).then_refused(PolicyForAnotherPlatform)


def test_a_pack_with_faults_is_refused_with_each_of_them() -> None:
    refusal = given().when(published(version="2", format=9, subjects=["nonsense"])).then_refused(PolicyInvalid)
    assert "format" in refusal.reason
    assert "nonsense" in refusal.reason


def test_a_text_that_is_no_pack_is_refused() -> None:
    given().when(ask(PublishPolicy(text="= = ="), 0)).then_refused(PolicyInvalid)


def test_a_version_applies_from_its_first_day_in_the_packs_zone() -> None:
    softer = given(filed(), filed(0, "post-2", report="r-2"), published(1, **NEWER))
    old = softer.when(upheld(20)).then(*DECIDED)
    new = softer.when(upheld(3 * DAY, "post-2")).then(*DECIDED)
    assert [then.event(CaseDecided).policy.version for then in (old, new)] == ["1", "2"]
    assert new.event(CaseDecided).cause.policy_version == "2"


def test_a_decision_is_made_milder_under_the_policy_it_was_made_under() -> None:
    moved = given(filed(), upheld(), published(30, **NEWER, zone="UTC", second_officer=[]))
    moved.and_then(corrected(3 * DAY, measure=measure("warn")))
    assert {event.policy.version for event in moved.events(AccountSanctionImposed)} == {"1"}

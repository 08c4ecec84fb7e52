"""Policies are published by their whole text, once per version."""

from datetime import date
from hashlib import sha256

import pytest

from caseledger.application.requests import Request
from caseledger.application.service import Service
from domain.accounts.events import AccountContentRemoved, AccountSanctionImposed
from domain.cases.events import CaseDecided, CaseDecisionProposed
from domain.commands import PublishPolicy
from domain.errors import PolicyForAnotherPlatform, PolicyInvalid, PolicyVersionExists
from domain.policies.errors import PoliciesValidAtOnce, PolicyVersionGoesBack
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
from tests.support.fakes import FixedClock, KeyedDigests, MemoryLedger
from tests.support.policy_packs import ABSENT
from tests.support.spec import LATE, facts_in, given, refusal_of

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


@pytest.mark.parametrize(
    ("published_first", "version"),
    [("2", "1.9"), ("10", "9"), ("2020-12-18", "2020-4-10"), ("2021-01", "2020-12-31"), ("3", "2.99.99")],
)
def test_a_version_that_goes_back_is_refused(published_first: str, version: str) -> None:
    later = given(published(version=published_first, valid_from=date(2021, 3, 12)))
    later.when(published(5, version=version, valid_from=date(2021, 4, 1))).then_refused(PolicyVersionGoesBack)


@pytest.mark.parametrize("version", ["summer", "2", "1.1", "1-1", "10", "2021-03-12"])
def test_a_version_that_goes_forward_or_has_no_order_is_published(version: str) -> None:
    given().when(published(version=version, valid_from=date(2021, 3, 12))).then(PolicyPublished)


@pytest.mark.parametrize("valid_from", [date(2020, 12, 31), ABSENT])
def test_a_version_valid_from_before_one_that_is_published_is_refused(valid_from: object) -> None:
    given().when(published(version="2", valid_from=valid_from)).then_refused(PolicyVersionGoesBack)


def test_two_versions_valid_from_the_same_day_are_refused() -> None:
    refusal = given().when(published(version="2")).then_refused(PoliciesValidAtOnce)
    assert "'1' and '2' are both valid from 2021-01-01 (Asia/Shanghai)" in refusal.reason


def test_two_versions_valid_from_the_same_moment_in_different_zones_are_refused() -> None:
    first = given(published(version="2", valid_from=date(2021, 3, 12)))
    first.when(published(5, version="3", valid_from=date(2021, 3, 12), zone="Asia/Hong_Kong")).then_refused(
        PoliciesValidAtOnce
    )


def test_two_versions_valid_from_always_are_refused() -> None:
    service = Service("example", MemoryLedger(), KeyedDigests(), FixedClock(LATE))
    service.handle(published(valid_from=ABSENT))
    first = facts_in(service)
    refusal = refusal_of(lambda: service.handle(published(5, version="2", valid_from=ABSENT)))
    assert isinstance(refusal, PoliciesValidAtOnce)
    assert "both valid always" in refusal.reason
    assert facts_in(service) == first


def test_an_older_text_again_still_changes_nothing() -> None:
    given(published(**NEWER)).when(published(5)).then_nothing()


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

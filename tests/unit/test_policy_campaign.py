"""cac-campaign: content is removed, and what happens to the person is decided outside."""

import pytest

from domain.policy.finding import Ruling
from domain.policy.record import RecordEntry
from tests.support.policy_findings import finding, muted, range_of, rule_of
from tests.support.policy_packs import CAC, shipped

FOUR = ("minor", "ordinary", "serious", "grave")


def ruling_on(subject: str = "account", *entries: RecordEntry, **given: object) -> Ruling:
    return rule_of(shipped(CAC), finding(subject, **{"codes": ["3.1"], **given}), *entries)


def also(found: Ruling) -> list[str]:
    return [str(measure) for measure in found.also]


@pytest.mark.parametrize("flag", ["organised", "major_crime"])
@pytest.mark.parametrize("severity", FOUR)
def test_what_is_organised_or_a_major_crime_is_passed_on_at_every_severity(flag: str, severity: str) -> None:
    found = ruling_on(flags=[flag], severity=severity)
    assert range_of(found) == ("outside-organised", "", "-")
    assert (found.explanation.value, also(found)) == ("decided_outside", ["transfer_to_authority"])


@pytest.mark.parametrize("code", ["4.1", "4.2"])
@pytest.mark.parametrize("severity", FOUR)
def test_a_personal_data_offence_is_passed_on_at_every_severity(code: str, severity: str) -> None:
    found = ruling_on("site", codes=[code], severity=severity)
    assert (*range_of(found), also(found)) == ("outside-data-offence", "", "-", ["transfer_to_authority"])


@pytest.mark.parametrize(
    ("severity", "rule", "passed_on"),
    [
        ("minor", "clean-up", []),
        ("ordinary", "clean-up", []),
        ("serious", "outside-doxing", ["transfer_to_authority"]),
        ("grave", "outside-doxing", ["transfer_to_authority"]),
        (None, "outside-doxing", ["transfer_to_authority"]),
    ],
)
def test_doxing_is_passed_on_from_serious_on(severity: str | None, rule: str, passed_on: list[str]) -> None:
    found = ruling_on("group", codes=["1.1"], severity=severity)
    assert (range_of(found)[0], also(found)) == (rule, passed_on)


def test_the_severity_of_doxing_may_come_from_another_code_of_the_finding() -> None:
    assert ruling_on(codes=["1.5"]).rule == "clean-up"
    assert ruling_on(codes=["1.5", "2.1"]).rule == "clean-up"
    assert ruling_on(codes=["1.5", "1.2"]).rule == "outside-doxing"


def test_a_matter_is_passed_on_once_whatever_the_number_of_grounds() -> None:
    found = ruling_on(codes=["1.1", "4.1"], flags=["organised", "major_crime"])
    assert (found.rule, also(found)) == ("outside-organised", ["transfer_to_authority"])


@pytest.mark.parametrize("flags", [[], ["minor"]])
def test_being_under_age_changes_nothing(flags: list[str]) -> None:
    found = ruling_on(codes=["3.1"], flags=flags)
    assert (*range_of(found), also(found)) == ("clean-up", "", "-", [])
    assert found.explanation.value == "content_only"


@pytest.mark.parametrize(("subject", "removed"), [("content", ["delete_content"]), ("group", []), ("site", [])])
def test_only_content_is_removed(subject: str, removed: list[str]) -> None:
    found = ruling_on(subject, codes=["5.1"], respondent=None)
    assert [str(measure) for measure in found.content_measures] == removed


def test_the_record_changes_nothing() -> None:
    assert ruling_on("account", muted("m", "2021-03-01T00:00")) == ruling_on("account")

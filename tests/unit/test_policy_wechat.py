"""wechat-contraband: a subject has its measures, a warning is given once, both sides of a deal are examined."""

import pytest

from domain.policy.finding import Ruling
from domain.policy.record import RecordEntry
from tests.support.policy_findings import at, finding, range_of, rule_of
from tests.support.policy_packs import WECHAT, shipped

FOUR = ("minor", "ordinary", "serious", "grave")


def warned(name: str, when: str, **more: object) -> RecordEntry:
    return RecordEntry(name, "warn", at(when), **{"cause": "conduct", **more})


def ruling_on(subject: str, *entries: RecordEntry, **given: object) -> Ruling:
    return rule_of(shipped(WECHAT), finding(subject, **{"codes": ["1.1"], **given}), *entries)


def content_measures(found: Ruling) -> list[str]:
    return [str(measure) for measure in found.content_measures]


@pytest.mark.parametrize(
    ("severity", "default"), [("minor", "-"), ("ordinary", "-"), ("serious", "close_group"), ("grave", "close_group")]
)
@pytest.mark.parametrize("respondent", ["acc-1", None])
def test_a_group_may_be_closed_and_is_from_serious_on(severity: str, default: str, respondent: str | None) -> None:
    found = ruling_on("group", severity=severity, respondent=respondent)
    assert range_of(found) == ("group-close", "close_group", default)
    assert (found.explanation.value, found.content_measures) == ("group_graded", ())


@pytest.mark.parametrize("severity", FOUR)
def test_a_link_is_blocked_and_announced(severity: str) -> None:
    found = ruling_on("link", severity=severity, respondent=None)
    assert range_of(found) == ("link-block", "", "-")
    assert (found.explanation.value, content_measures(found)) == ("content_only", ["block_link", "announce_link"])


@pytest.mark.parametrize(
    ("severity", "default"), [("minor", "-"), ("ordinary", "-"), ("serious", "ban"), ("grave", "ban")]
)
def test_a_public_account_may_be_banned_and_is_from_serious_on(severity: str, default: str) -> None:
    found = ruling_on("public_account", codes=["2.1"], severity=severity)
    assert range_of(found) == ("public-account", "ban", default)
    assert found.explanation.value == "public_account_graded"


def test_nobody_is_banned_for_a_public_account_of_nobody() -> None:
    assert range_of(ruling_on("public_account", codes=["2.4"], respondent=None)) == ("public-account", "", "-")


@pytest.mark.parametrize("subject", ["content", "account"])
@pytest.mark.parametrize(
    ("severity", "default"),
    [("minor", "warn"), ("ordinary", "warn"), ("serious", "restrict_functions"), ("grave", "close_account")],
)
def test_a_first_finding_may_end_in_a_warning(subject: str, severity: str, default: str) -> None:
    found = ruling_on(subject, severity=severity)
    assert range_of(found) == ("account-first", "warn restrict_functions close_account", default)
    assert (found.because, found.explanation.value) == ((), "graded")


@pytest.mark.parametrize("subject", ["content", "account"])
@pytest.mark.parametrize(
    ("severity", "default"),
    [
        ("minor", "restrict_functions"),
        ("ordinary", "restrict_functions"),
        ("serious", "restrict_functions"),
        ("grave", "close_account"),
    ],
)
def test_after_a_warning_that_stands_a_warning_is_no_option(subject: str, severity: str, default: str) -> None:
    found = ruling_on(subject, warned("w", "2010-01-01T00:00"), severity=severity)
    assert range_of(found) == ("account-warned", "restrict_functions close_account", default)
    assert (found.because, found.explanation.value) == (("w",), "warned_before")


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        (warned("w", "2021-03-10T12:00"), "account-warned"),
        (warned("w", "2021-03-10T12:00:00.000001"), "account-first"),
        (warned("w", "2021-03-10T10:00", cause="content_removal"), "account-warned"),
        (warned("w", "2020-01-01T00:00", lifted_at=at("2021-03-10T12:00")), "account-first"),
        (warned("w", "2020-01-01T00:00", lifted_at=at("2021-03-10T12:00:00.000001")), "account-warned"),
        (RecordEntry("r", "restrict_functions", at("2021-01-01T00:00"), cause="conduct"), "account-first"),
    ],
)
def test_a_warning_counts_by_the_instant_of_the_finding_whatever_its_cause(entry: RecordEntry, rule: str) -> None:
    """Also one given after the content was posted: no rule of this pack asks what was before the posting."""
    assert ruling_on("content", entry).rule == rule


def test_all_warnings_are_named_in_the_order_of_their_instants() -> None:
    entries = (warned("b", "2020-02-01T00:00"), warned("c", "2020-01-01T00:00"), warned("a", "2020-02-01T00:00"))
    assert ruling_on("account", *entries).because == ("c", "a", "b")


def test_content_is_deleted_and_the_feed_blocked_where_it_has_an_owner() -> None:
    assert content_measures(ruling_on("content")) == ["delete_content", "block_feed"]
    assert content_measures(ruling_on("content", respondent=None)) == ["delete_content"]
    assert content_measures(ruling_on("account")) == []


@pytest.mark.parametrize(
    ("codes", "role", "pursued"),
    [
        (["1.1"], None, 0),
        (["1.4"], "seller", 0),
        (["1.1"], "promoter", 1),
        (["1.5"], None, 1),
        (["1.5"], "seller", 1),
        (["1.4", "1.5"], "promoter", 1),
    ],
)
def test_the_other_side_of_a_promotion_is_examined(codes: list[str], role: str | None, pursued: int) -> None:
    found = ruling_on("account", codes=codes, role=role)
    assert [str(measure) for measure in found.also] == ["pursue_counterparty"] * pursued

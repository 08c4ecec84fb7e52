"""Packs of the other shapes are data only: graded, warned once, and a campaign decided outside."""

import pytest

from domain.policy.errors import JudgeRefused
from domain.policy.finding import Ruling
from domain.policy.record import RecordEntry
from tests.support.policy_findings import at, finding, range_of, rule_of
from tests.support.policy_packs import pack_of
from tests.support.policy_shapes import CAMPAIGN, GRADED, WARNED_ONCE

WARNED = RecordEntry("w", "warn", at("2018-01-01T00:00"), cause="conduct")


def ruling(base: dict[str, object], subject: str, code: str, *entries: RecordEntry, **given: object) -> Ruling:
    return rule_of(pack_of(base=base), finding(subject, **{"codes": [code], **given}), *entries)


@pytest.mark.parametrize(
    ("subject", "severity", "warned", "expected"),
    [
        ("content", "ordinary", False, ("rule-50", "warn restrict_functions close_account", "warn")),
        ("account", "grave", False, ("rule-50", "warn restrict_functions close_account", "close_account")),
        ("content", "ordinary", True, ("rule-40", "restrict_functions close_account", "restrict_functions")),
        ("account", "grave", True, ("rule-40", "restrict_functions close_account", "close_account")),
        ("group", "ordinary", True, ("rule-10", "close_group", "-")),
        ("group", "serious", False, ("rule-10", "close_group", "close_group")),
        ("link", "grave", True, ("rule-20", "", "-")),
    ],
)
def test_a_warning_is_there_once(subject: str, severity: str, expected: tuple[str, str, str], *, warned: bool) -> None:
    assert range_of(ruling(WARNED_ONCE, subject, "1.1", *[WARNED] * warned, severity=severity)) == expected


def test_a_group_is_closed_though_its_owner_is_unknown() -> None:
    assert range_of(ruling(WARNED_ONCE, "group", "1.4", respondent=None))[2] == "close_group"


def test_the_feed_of_an_unknown_account_is_not_blocked() -> None:
    found = ruling(WARNED_ONCE, "content", "1.1", respondent=None)
    assert [str(measure) for measure in found.content_measures] == ["delete_content"]


@pytest.mark.parametrize(
    ("code", "role", "pursued"),
    [("1.1", "promoter", 1), ("1.5", "promoter", 1), ("1.5", None, 1), ("1.1", "seller", 0)],
)
def test_the_other_side_of_a_promotion_is_pursued_once(code: str, role: str | None, pursued: int) -> None:
    found = ruling(WARNED_ONCE, "account", code, role=role)
    assert [str(measure) for measure in found.also] == ["pursue_counterparty"] * pursued


@pytest.mark.parametrize(
    ("code", "given", "rule", "transferred"),
    [
        ("1.2", {"flags": ["organised", "minor"]}, "rule-10", 1),
        ("5.2", {"flags": ["major_crime"]}, "rule-10", 1),
        ("4.1", {"severity": "minor"}, "rule-20", 1),
        ("1.2", {}, "rule-30", 1),
        ("1.5", {}, "rule-40", 0),
        ("5.2", {"flags": ["minor"]}, "rule-40", 0),
    ],
)
def test_a_campaign_leaves_persons_to_the_authorities(
    code: str, given: dict[str, object], rule: str, transferred: int
) -> None:
    found = ruling(CAMPAIGN, "content", code, **given)
    assert range_of(found) == (rule, "", "-")
    assert [str(measure) for measure in found.also] == ["transfer_to_authority"] * transferred
    assert [str(measure) for measure in found.content_measures] == ["delete_content"]


@pytest.mark.parametrize(
    ("severity", "default"),
    [
        ("minor", "warn"),
        ("ordinary", "refuse_publishing"),
        ("serious", "restrict_functions"),
        ("grave", "close_account"),
    ],
)
def test_a_graded_pack_knows_no_record(severity: str, default: str) -> None:
    found = ruling(GRADED, "content", "3.4.1", WARNED, severity=severity)
    assert range_of(found)[2] == default
    assert found.because == ()


def test_a_code_of_another_procedure_is_not_judged() -> None:
    with pytest.raises(JudgeRefused) as refused:
        ruling(GRADED, "content", "3.7")
    assert refused.value.code == "other_procedure"


def test_a_campaign_keeps_its_facts() -> None:
    pack = pack_of(base=CAMPAIGN)
    assert (pack.campaign.areas_total, pack.campaign.areas) == (7, ("1", "2", "3"))
    assert "administrative_detention" in pack.external_outcomes
    assert pack.confidentiality.minor == "initial_only"

"""platform-zero-tolerance: one rule for everything, with what comes beside it."""

import pytest

from domain.policy.finding import Ruling
from domain.policy.record import RecordEntry
from tests.support.policy_findings import finding, muted, range_of, removed, rule_of
from tests.support.policy_packs import ZERO, shipped

ALWAYS = ["ban_site", "freeze_permissions", "forbid_reregistration", "list_high_risk"]


def ruling_on(subject: str = "account", *entries: RecordEntry, **given: object) -> Ruling:
    return rule_of(shipped(ZERO), finding(subject, **{"codes": ["2.2.1"], **given}), *entries)


def also(found: Ruling) -> list[str]:
    return [str(measure) for measure in found.also]


@pytest.mark.parametrize("subject", ["account", "site", "enterprise", "content"])
@pytest.mark.parametrize("severity", ["minor", "ordinary", "serious", "grave", None])
def test_every_subject_is_banned_at_every_severity(subject: str, severity: str | None) -> None:
    found = ruling_on(subject, severity=severity)
    assert range_of(found) == ("zero-tolerance", "ban", "ban")
    assert (found.content_measures, found.appeal.value) == ((), "denied_on_receipt")
    assert also(found) == ALWAYS


def test_record_age_and_youth_change_nothing() -> None:
    entries = (muted("m", "2025-01-01T00:00"), removed("r", "2025-01-01T00:00"))
    found = ruling_on("content", *entries, flags=["minor"], posted_at="2001-01-01T00:00:00+08:00")
    assert found == ruling_on("content")


@pytest.mark.parametrize(
    ("codes", "flags", "told"),
    [
        (["3.1"], [], True),
        (["2.2.1", "3.9"], [], True),
        (["1.1.1"], ["organised"], True),
        (["2.4"], ["major_crime"], True),
        (["3.1"], ["major_crime", "organised"], True),
        (["1.1.1"], ["minor"], False),
        (["1.9"], [], False),
    ],
)
def test_the_authority_is_told_once_of_danger_to_the_public_and_of_major_crime(
    codes: list[str], flags: list[str], *, told: bool
) -> None:
    assert also(ruling_on(codes=codes, flags=flags)) == ALWAYS + ["notify_authority"] * told


def test_without_a_known_account_what_acts_on_one_is_left_out() -> None:
    found = ruling_on("site", respondent=None, flags=["organised"])
    assert range_of(found) == ("zero-tolerance", "", "-")
    assert also(found) == ["ban_site", "list_high_risk", "notify_authority"]

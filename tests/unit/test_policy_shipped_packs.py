"""The shipped packs load, hold the stored violation tables and the facts of their texts, and know their identity."""

import hashlib
import json
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from domain.policy.load import load
from domain.policy.pack import Pack, applicable
from tests.support.policy_packs import (
    ABSENT,
    CAC,
    KR36,
    MOJI,
    ROOT,
    SHIPPED,
    VECTORS,
    WECHAT,
    ZERO,
    pack_of,
    shipped,
)


@pytest.mark.parametrize(("file", "violations"), [(ZERO, 29), (KR36, 46), (CAC, 12), (WECHAT, 9), (MOJI, 68)])
def test_the_violations_are_exactly_the_stored_table(file: Path, violations: int) -> None:
    table = json.loads((VECTORS / f"violations-{file.parent.name}.json").read_text())
    stored = [{key: value for key, value in row.items() if value is not None} for row in table["violations"]]
    document = tomllib.loads(file.read_text())
    assert document["violation"] == stored
    assert len(stored) == violations == len(shipped(file).violations)
    assert (document["platform"], document["version"]) == (table["pack"], table["version"])


def test_five_packs_ship() -> None:
    assert set((ROOT / "policies").rglob("*.toml")) == set(SHIPPED)


@pytest.mark.parametrize("file", SHIPPED)
def test_a_pack_lies_where_its_platform_and_version_say(file: Path) -> None:
    pack = shipped(file)
    assert (file.parent.name, file.stem) == (pack.platform, pack.version)


@pytest.mark.parametrize("file", SHIPPED)
def test_a_pack_is_known_by_its_bytes_and_can_be_loaded_from_its_text(file: Path) -> None:
    pack, data = shipped(file), file.read_bytes()
    assert pack.digest == hashlib.sha256(data).hexdigest()
    assert pack.text.encode() == data
    again = load(pack.text.encode(), "stored")
    assert (again.digest, again.ladder, again.violations) == (pack.digest, pack.ladder, pack.violations)


def test_violations_keep_what_they_are_called() -> None:
    found = shipped(KR36).violations["3.5.1.4"]
    assert (found.zh, found.en, found.class_, found.common) == ("情绪宣泄", "Venting", "3.5", "COMMON-UNFRIENDLY-13")
    assert found.dsa == "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
    assert shipped(ZERO).violations["1.9"].dsa is None


def test_36kr_holds_the_facts_of_its_text() -> None:
    pack = shipped(KR36)
    assert (pack.appeal.value, pack.appeal_source, pack.seed) == ("allowed", "silence", "001_7956cf4667520d4e.txt")
    assert pack.places == {"weibo", "wechat", "own_site"}
    assert [channel.kind for channel in pack.channels] == [
        "button",
        "external_link",
        "social",
        "social",
        "hotline",
        "email",
    ]
    assert {flow.id: (flow.department, flow.decider) for flow in pack.flows} == {
        "user_content": ("user_management", "user_officer"),
        "news": ("content_management", "duty_editor"),
    }
    assert (pack.feedback.to, pack.feedback.what) == ("contactable", ("outcome", "refusal"))
    assert [str(measure) for measure in pack.officer_may_add] == ["transfer_to_authority"]
    assert pack.rules["limitation-6m"].no_penalty
    silent = (pack.rewards, pack.blacklist, pack.public_notice, pack.freeze, pack.records, pack.malicious_reports)
    assert (silent, pack.extras, pack.external_outcomes) == ((None,) * 6, (), frozenset())


def test_zero_tolerance_holds_the_facts_of_its_text() -> None:
    pack = shipped(ZERO)
    assert (pack.appeal_source, pack.seed, pack.valid_from) == ("II", "000_b8769da7c9760bc2.txt", None)
    assert [channel.address for channel in pack.channels][1:] == ["4008803980 ext. 3", "4008803980"]
    assert (pack.admissions, pack.contents, pack.officer_may_add, pack.places) == ((), (), (), frozenset())
    assert (pack.rewards.kind, pack.rewards.perks) == ("perks", ("security_level", "priority_service"))
    assert (pack.feedback.what, pack.confidentiality.reporter) == (("preliminary_result",), "sealed")
    assert pack.freeze.permissions == ("content_publishing", "fund_settlement", "cooperation")
    assert (pack.records.permanent, pack.records.evidence_required) == (True, True)
    assert (pack.blacklist.name, pack.blacklist.term) == ("High-Risk Illegal", None)
    assert pack.blacklist.label == "Suspected of Illegal Activities"
    assert (pack.blacklist.show_violation_types, pack.blacklist.individual_name) == (True, "masked")
    assert pack.blacklist.lists == ("site", "enterprise", "individual")
    assert pack.blacklist.warn_partners == ("sms", "on_site_message")
    assert list(pack.external_outcomes) == ["legal_accountability"]


def test_the_campaign_holds_the_facts_of_its_text() -> None:
    pack = shipped(CAC)
    assert (pack.appeal.value, pack.appeal_source, pack.valid_from) == ("allowed", "silence", None)
    assert (pack.campaign.areas_total, pack.campaign.areas) == (7, ("1", "2", "3"))
    assert [(clock.id, clock.due.text) for clock in pack.clocks] == [("campaign-end", "P1M")]
    assert pack.external_outcomes == {
        "administrative_detention",
        "criticise_and_educate",
        "personal_file_record",
        "legal_accountability",
    }
    assert pack.confidentiality.minor == "initial_only"
    assert [rule.options for rule in pack.ladder] == [()] * 4
    assert not any(rule.no_penalty for rule in pack.ladder)
    assert [extra.when for extra in pack.extras] == [rule.when for rule in pack.ladder[:3]]
    assert (pack.admissions, pack.channels, pack.flows, pack.rewards, pack.feedback) == ((), (), (), None, None)


def test_wechat_holds_the_facts_of_its_text() -> None:
    pack = shipped(WECHAT)
    assert (pack.appeal.value, pack.appeal_source, pack.valid_from) == ("allowed", "silence", None)
    assert pack.subjects == {"content", "account", "group", "link", "public_account"}
    assert (pack.public_notice.subjects, pack.public_notice.names) == (("account", "link"), "masked")
    assert list(pack.external_outcomes) == ["legal_accountability"]
    assert [(str(*extra.measures), extra.when.roles, extra.when.codes) for extra in pack.extras] == [
        ("pursue_counterparty", {"promoter"}, None),
        ("pursue_counterparty", None, {"1.5"}),
    ]
    assert (pack.admissions, pack.channels, pack.clocks, pack.rewards, pack.feedback) == ((), (), (), None, None)


def test_moji_holds_the_facts_of_its_text() -> None:
    pack = shipped(MOJI)
    assert (pack.appeal.value, pack.appeal_source, pack.valid_from) == ("allowed", "silence", date(2020, 4, 10))
    assert pack.places == {"moji_app", "moji_mini_program"}
    assert [(rule.check.value, rule.reason.value, rule.source) for rule in pack.admissions] == [
        ("reporter_verified", "reporter_not_verified", "1.2"),
        ("not_malicious", "malicious_reporter", "1.3"),
        ("in_scope", "off_platform", "2.2.1"),
        ("not_already_handled", "already_handled", "2.2.2"),
        ("sufficient_evidence", "insufficient_evidence", "2.2.3"),
        ("judged_here", "other_procedure", "3.7"),
    ]
    assert (pack.admissions[3].by, pack.admissions[5].redirect) == ("same_reporter", "infringement")
    assert [channel.address for channel in pack.channels] == ["at the content", "400-880-0599", "AS@moji.com"]
    assert [(clock.id, clock.due.text) for clock in pack.clocks] == [("decision", "P3D")]
    assert (pack.rewards.amounts, pack.rewards.caps) == ({"coins": 10, "points": 2}, {"coins": 100, "points": 10})
    assert pack.rewards.labels == {"coins": "墨贝", "points": "信用积分"}
    assert (pack.malicious_reports.refuse, pack.malicious_reports.code) == (True, "3.3.8")
    assert [[str(measure) for measure in table.substitutes] for table in pack.contents] == [["block_content"], []]
    assert (pack.flows, pack.feedback, pack.extras) == ((), None, ())


def versions(*days: date | None) -> list[Pack]:
    return [pack_of({"version": str(day), "valid_from": day or ABSENT}) for day in days]


@pytest.mark.parametrize(
    ("at", "version"),
    [
        ("1999-01-01T00:00:00+00:00", "None"),
        ("2020-12-17T15:59:59.999999+00:00", "2020-01-01"),
        ("2020-12-17T16:00:00+00:00", "2020-12-18"),
        ("2021-05-31T23:59:59+08:00", "2020-12-18"),
        ("2030-01-01T00:00:00+00:00", "2021-06-01"),
    ],
)
def test_the_newest_version_that_is_valid_applies(at: str, version: str) -> None:
    packs = versions(date(2020, 12, 18), None, date(2021, 6, 1), date(2020, 1, 1))
    assert applicable(packs, datetime.fromisoformat(at)).version == version


def test_before_the_first_version_none_applies() -> None:
    assert applicable(versions(date(2020, 12, 18)), datetime(2020, 12, 17, tzinfo=UTC)) is None
    assert applicable([], datetime(2020, 12, 17, tzinfo=UTC)) is None


def test_of_two_versions_of_one_day_the_last_given_applies() -> None:
    first, second = versions(date(2020, 1, 1), date(2020, 1, 1))
    assert applicable([first, second], datetime(2021, 1, 1, tzinfo=UTC)) is second


def test_a_pack_without_a_date_is_valid_from_always() -> None:
    assert applicable([shipped(ZERO)], datetime(2, 1, 1, tzinfo=UTC)) is shipped(ZERO)

"""What the demo's stories come to: a campaign's ring, a month of rewards, partners warned, authorities' requests
answered, contraband dealt with.
"""

import json
from types import MappingProxyType

import pytest

from tests.support.command_line import caseledger

MINORS_NAMED = ("L某示例", "C某示例")


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> MappingProxyType[str, object]:
    """The document of a demo."""
    ended = caseledger("demo", "--fresh", "--json", data=tmp_path_factory.mktemp("demo") / "data")
    assert (ended.status, ended.err) == (0, "")
    return MappingProxyType(json.loads(ended.out))


def test_the_ring_is_one_operation_over_eighteen_regions(document: MappingProxyType[str, object]) -> None:
    shown = document["campaign"]
    assert (shown["ring"]["persons"], shown["ring"]["minors"], shown["ring"]["cases"]) == (42, 9, 6)
    assert (len(shown["regions"]), sum(shown["regions"].values())) == (18, 42)
    assert (shown["ring"]["state"], shown["campaign"]["state"], shown["clock"]["state"]) == ("open", "closed", "met")


def test_what_was_decided_outside_is_told_by_role(document: MappingProxyType[str, object]) -> None:
    shown = document["campaign"]
    assert [(role["role"], role["persons"], role["minors"], role["waiting"]) for role in shown["roles"]] == [
        ("organiser", 6, 3, 2),
        ("leaker", 9, 2, 0),
        ("data seller", 4, 0, 1),
        ("harasser", 12, 3, 0),
        ("false reporter", 8, 1, 0),
        ("inciter", 3, 0, 3),
    ]
    assert shown["roles"][0]["outcomes"] == {
        "administrative_detention": 3,
        "criticise_and_educate": 1,
        "legal_accountability": 0,
        "personal_file_record": 1,
    }
    assert (shown["decided"], shown["waiting"]) == (36, 6)


def test_persons_under_age_are_named_by_an_initial_only(document: MappingProxyType[str, object]) -> None:
    assert document["campaign"]["names"] == ["C.", "L."]
    told = json.dumps(dict(document), ensure_ascii=False)
    assert [name for name in MINORS_NAMED if name in told] == []


def test_a_month_of_rewards_runs_into_both_caps_and_a_reversal_makes_room(
    document: MappingProxyType[str, object],
) -> None:
    entries = document["rewards"]["entries"]
    amounts = [(each["amounts"]["coins"], each["amounts"]["points"], each["why"]) for each in entries]
    assert amounts == [
        *[(10, 2, None)] * 5,
        (10, 0, "capped"),
        (0, 0, "duplicate"),
        *[(10, 0, "capped")] * 4,
        *[(0, 0, "capped")] * 2,
        (-10, -2, "taken_back"),
        (10, 2, None),
        (0, 0, "capped"),
    ]
    assert max(each["standing"]["coins"] for each in entries) == 100
    assert max(each["standing"]["points"] for each in entries) == 10
    assert entries[-1]["standing"] == {"coins": 100, "points": 10}


def test_a_new_month_starts_anew(document: MappingProxyType[str, object]) -> None:
    months = {(each["month"], each["currency"]): each["booked"] for each in document["rewards"]["months"]}
    assert months == {
        ("2020-06", "coins"): 100,
        ("2020-06", "points"): 10,
        ("2020-07", "coins"): 20,
        ("2020-07", "points"): 4,
    }


def test_every_reason_for_a_refusal_is_told(document: MappingProxyType[str, object]) -> None:
    refused = [(each["reasons"], each["redirect"]) for each in document["rewards"]["refused"]]
    assert refused == [
        (["already_handled"], None),
        (["reporter_not_verified", "insufficient_evidence"], None),
        (["off_platform"], None),
        (["insufficient_evidence"], None),
        (["other_procedure"], "infringement"),
        (["malicious_reporter"], None),
        (["malicious_reporter"], None),
    ]


def test_a_malicious_reporter_is_known_and_judged_in_turn(document: MappingProxyType[str, object]) -> None:
    shown = document["rewards"]
    assert [(each["standing"], each["malicious"]) for each in shown["reporters"] if each["malicious"]] == [
        ("malicious", 3)
    ]
    assert [(each["kind"], each["state"], each["rule"]) for each in shown["judged"]] == [
        ("ban", "lifted", "malicious-report"),
        ("restrict_functions", "in_force", "malicious-report"),
    ]


def test_the_news_items_were_corrected_without_a_sanction(document: MappingProxyType[str, object]) -> None:
    assert [(each["thing"], each["measures"]) for each in document["news"]] == [
        ("n-0125-03", ["modify_news"]),
        ("n-0511-01", ["supplement_news"]),
    ]


def test_partners_are_warned_once_and_may_ask(document: MappingProxyType[str, object]) -> None:
    shown = document["partners"]
    assert [(each["partner"], len(each["sites"]), each["channels"]) for each in shown["warnings"]] == [
        ("partner-pay-02", 2, ["sms", "on_site_message"]),
        ("partner-parcel-07", 2, ["sms", "on_site_message"]),
        ("partner-parcel-07", 1, ["sms", "on_site_message"]),
    ]
    assert {subject: found["listed"] for subject, found in shown["checked"].items()} == {
        "flash-sale-8817.example": True,
        "tea-shop-31.example": False,
    }
    changes = [each["change"] for each in shown["changes"]["changes"] if each["party"] == "tea-shop-31.example"]
    assert changes == ["listed", "delisted"]


def test_whoever_is_barred_is_refused_under_any_identity(document: MappingProxyType[str, object]) -> None:
    refused = document["partners"]["refused"]
    assert [(each["account"], each["kinds"], each["bars"][0]["account"]) for each in refused] == [
        ("acct-miaosha-new", ["phone"], "acct-flashsale-8817"),
        ("acct-miaosha-new", ["phone", "national_id"], "acct-flashsale-8817"),
        ("acct-tea-shop-32", ["business_licence"], "acct-tea-shop-31"),
    ]
    told = json.dumps(dict(document), ensure_ascii=False)
    assert [shown for shown in ("ID-EXAMPLE-0091", "000-0000-8817") if shown in told] == []


def test_the_published_counts_are_a_hundredth_of_those_of_the_text(document: MappingProxyType[str, object]) -> None:
    figures = [(each["type"], each["things"], each["announced"]) for each in document["contraband"]["figures"]]
    assert figures == [
        ("account", 28, True),
        ("group", 12, False),
        ("link", 9, True),
        ("public_account", 4, False),
        ("content", 8, False),
    ]


def test_a_warning_is_given_once_and_again_only_where_the_first_was_taken_back(
    document: MappingProxyType[str, object],
) -> None:
    warned = [(each["account"], each["kind"], each["state"]) for each in document["contraband"]["warned"]]
    assert warned == [
        ("yedao-dian", "warn", "in_force"),
        ("yedao-dian", "restrict_functions", "in_force"),
        ("lan-xiaopu", "warn", "lifted"),
        ("lan-xiaopu", "warn", "in_force"),
    ]


def test_both_sides_of_a_deal_are_settled_or_still_open(document: MappingProxyType[str, object]) -> None:
    deals = document["contraband"]["deals"]
    assert [([(side["respondent"], side["role"]) for side in deal["sides"]], deal["settled"]) for deal in deals] == [
        ([("lubo-tuiguang", "promoter"), ("laozhou-dianqi", "seller")], "in_this_case"),
        ([("mei-fenxiang", "promoter"), ("yanhua-lao-he", "seller")], "in_another_case"),
        ([("qing-qing-zhuan", "promoter")], "reason_recorded"),
        ([("xiao-yu-tui", "promoter")], "still_open"),
    ]


def test_authorities_get_what_they_ask_for_by_the_clock(document: MappingProxyType[str, object]) -> None:
    shown = document["requests"]
    assert shown["platform"] == "platform-zero-tolerance"
    assert [(each["document"], each["deadlines"][0]["state"]) for each in shown["requests"]] == [
        ("req-2025-0911", "met"),
        ("order-2025-0118", "late"),
        ("req-2025-1220", "running"),
    ]
    assert shown["requests"][1]["deadlines"][0]["missed_at"] == "2025-09-18T02:00:00.000001Z"

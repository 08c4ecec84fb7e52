"""An officer's choice is valid against its ruling, or refused with everything that is wrong with it."""

import pytest

from domain.policy.decision import needs_second_officer, parts_of, refusals
from domain.policy.finding import Finding
from domain.policy.measures import Measure, parse_measure
from domain.policy.pack import Pack
from tests.support.policy_findings import finding, rule_of
from tests.support.policy_packs import KR36, ZERO, pack_of, shipped
from tests.support.policy_shapes import CAMPAIGN, GRADED, WARNED_ONCE

POST = finding(codes=["1.1"], flags=["major_crime"])
MANDATORY = "delete_content block_feed:P7D list_high_risk:P1Y notify_authority"


def measures(text: str) -> list[Measure]:
    return [parse_measure(short) for short in text.split()]


def codes(chosen: str, reason: str | None = None, pack: Pack = None, asked: Finding | None = POST) -> list[str]:
    pack = pack or pack_of()
    return [str(refused.code) for refused in refusals(pack, asked, rule_of(pack, asked), measures(chosen), reason)]


def test_the_default_with_all_that_is_mandatory_is_valid_without_a_reason() -> None:
    assert codes(f"{MANDATORY} mute:P1D") == []


def test_the_order_of_the_measures_does_not_matter() -> None:
    assert codes(" ".join(f"{MANDATORY} mute:P1D".split()[::-1])) == []


@pytest.mark.parametrize("option", ["warn", "mute:P7D", "ban", "close_account"])
def test_another_option_needs_a_reason(option: str) -> None:
    assert codes(f"{MANDATORY} {option}") == ["reason_required"]
    assert codes(f"{MANDATORY} {option}", "  \n") == ["reason_required"]
    assert codes(f"{MANDATORY} {option}", "first fault in ten years") == []


@pytest.mark.parametrize("missing", MANDATORY.split())
def test_every_mandatory_measure_is_there(missing: str) -> None:
    rest = " ".join(short for short in MANDATORY.split() if short != missing)
    assert codes(f"{rest} mute:P1D") == ["measure_missing"]


def test_a_substitute_may_stand_in_for_its_measure() -> None:
    assert codes(f"{MANDATORY.replace('delete_content', 'block_content')} mute:P1D") == []


def test_a_substitute_beside_its_measure_is_one_too_many() -> None:
    assert codes(f"{MANDATORY} block_content mute:P1D") == ["measure_not_in_options"]


def test_a_substitute_stands_in_for_one_measure_only() -> None:
    pack = pack_of({"content[0].measures": ["delete_content", "block_feed:P7D"]})
    assert codes("block_content list_high_risk:P1Y notify_authority mute:P1D", pack=pack) == ["measure_missing"]


def test_a_substitute_of_another_table_does_not_stand_in() -> None:
    pack = pack_of(base=GRADED)
    asked = finding("link", codes=["3.4.1"])
    assert codes("block_link refuse_publishing", pack=pack, asked=asked) == []
    assert codes("block_content refuse_publishing", pack=pack, asked=asked) == [
        "measure_missing",
        "measure_not_in_options",
    ]


def test_one_option_is_chosen_and_only_one() -> None:
    assert codes(MANDATORY, "a reason") == ["option_missing"]
    assert codes(f"{MANDATORY} mute:P1D ban", "a reason") == ["several_options"]


def test_what_the_rule_does_not_offer_may_not_be_chosen() -> None:
    assert codes(f"{MANDATORY} mute:P1D mute:P3D") == ["measure_not_in_options"]
    assert codes(f"{MANDATORY} mute:P1D ban_site") == ["measure_not_in_options"]


def test_what_the_pack_lets_an_officer_add_may_be_added() -> None:
    assert codes(f"{MANDATORY} mute:P1D transfer_to_authority") == []


def test_nothing_is_added_where_there_is_no_penalty() -> None:
    asked = finding(codes=["1.1"], posted_at="2019-01-01T00:00:00+08:00")
    mandatory = "delete_content block_feed:P7D list_high_risk:P1Y"
    assert codes(mandatory, asked=asked) == []
    assert codes(f"{mandatory} transfer_to_authority", asked=asked) == ["measure_not_in_options"]
    assert codes(f"{mandatory} warn", asked=asked) == ["measure_not_in_options"]


def test_a_measure_is_named_once() -> None:
    assert codes(f"{MANDATORY} mute:P1D mute:P1D") == ["measure_repeated"]


def test_none_is_a_choice_where_the_default_is_none() -> None:
    pack, asked = pack_of(base=WARNED_ONCE), finding("group", codes=["1.1"])
    assert codes("", pack=pack, asked=asked) == []
    assert codes("close_group", pack=pack, asked=asked) == ["reason_required"]
    assert codes("close_group", "a shop of forged papers", pack=pack, asked=asked) == []


def test_a_rule_without_options_leaves_no_choice() -> None:
    pack, asked = pack_of(base=CAMPAIGN), finding(codes=["5.2"])
    assert codes("delete_content", pack=pack, asked=asked) == []
    assert codes("delete_content warn", pack=pack, asked=asked) == ["measure_not_in_options"]


def test_without_a_respondent_nobody_is_sanctioned() -> None:
    asked = finding(codes=["1.1"], respondent=None)
    assert codes("delete_content list_high_risk:P1Y", asked=asked) == []
    assert codes("delete_content list_high_risk:P1Y mute:P1D", asked=asked) == ["measure_not_in_options"]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert codes("mute:P7D mute:P7D ban_site") == [
        "measure_repeated",
        *["measure_missing"] * 4,
        "measure_not_in_options",
        "reason_required",
    ]


def test_a_refusal_says_which_measure_it_is_about() -> None:
    pack, asked = pack_of(), POST
    (refused,) = refusals(pack, asked, rule_of(pack, asked), measures(f"{MANDATORY} mute:P1D ban_site"), None)
    assert "ban_site" in refused.reason
    assert str(refused) == f"measure_not_in_options: {refused.reason}"


def test_the_chosen_measures_are_sorted_out_by_the_part_they_play() -> None:
    pack = pack_of()
    chosen = measures("notify_authority block_content warn transfer_to_authority")
    parts = parts_of(pack, POST, rule_of(pack, POST), chosen)
    assert {
        name: [str(m) for m in getattr(parts, name)] for name in ("content", "also", "party", "beyond", "missing")
    } == {
        "content": ["block_content"],
        "also": ["notify_authority"],
        "party": ["warn"],
        "beyond": ["transfer_to_authority"],
        "missing": ["block_feed:P7D", "list_high_risk:P1Y"],
    }


@pytest.mark.parametrize(
    ("chosen", "needed"), [("delete_content ban", True), ("delete_content mute:P1M", False), ("", False)]
)
def test_a_ban_needs_a_second_officer(chosen: str, *, needed: bool) -> None:
    assert needs_second_officer(shipped(KR36), measures(chosen)) is needed


def test_zero_tolerance_is_never_decided_alone() -> None:
    asked = finding("account", codes=["1.1"])
    pack = shipped(ZERO)
    ruling = rule_of(pack, asked)
    assert needs_second_officer(pack, [*ruling.also, *ruling.party_measures.options])

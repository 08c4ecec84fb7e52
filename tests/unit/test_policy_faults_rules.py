"""Tables of a pack that do not fit together are refused: ids, orders, options, defaults, empty rules, caps."""

import pytest

from tests.support.policy_packs import ABSENT, BASE, faults_of

FOUR = ("minor", "ordinary", "serious", "grave")


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("violation[2].code", "1.1", "duplicate_code"),
        ("ladder[2].id", "old", "duplicate_id"),
        ("extra[1].id", "always", "duplicate_id"),
        ("clock[2].id", "decision", "duplicate_id"),
        ("channel[1].id", "b", "duplicate_id"),
        ("flow[1].id", "posts", "duplicate_id"),
        ("ladder[2].order", 10, "duplicate_order"),
    ],
)
def test_the_second_of_two_equal_ids_is_named(path: str, value: object, code: str) -> None:
    edits = {path: value}
    if path == "violation[2].code":
        edits |= {"ladder[2].when.codes": ["1.1"], "malicious_reports.code": "1.1"}
    assert faults_of(edits) == [(code, path)]


def test_every_further_repeat_is_named() -> None:
    edits = {"ladder[1].order": 40, "ladder[2].order": 40, "ladder[3].order": 40}
    assert faults_of(edits) == [("duplicate_order", "ladder[2].order"), ("duplicate_order", "ladder[3].order")]


def test_file_order_decides_which_is_the_second() -> None:
    assert faults_of({"ladder[0].order": 40}) == [("duplicate_order", "ladder[3].order")]


def test_the_same_id_in_two_tables_is_no_repeat() -> None:
    assert faults_of({"extra[1].id": "old", "clock[0].id": "old", "channel[0].id": "old", "flow[0].id": "old"}) == []


def test_channels_and_flows_without_ids_are_no_repeats() -> None:
    paths = ("channel[0].id", "channel[1].id", "flow[0].id", "flow[1].id")
    assert faults_of(dict.fromkeys(paths, ABSENT)) == []


@pytest.mark.parametrize(
    "options",
    [
        ["mute:P1D", "warn"],
        ["warn", "warn"],
        ["mute:P7D", "mute:P1D"],
        ["mute:P1D", "mute:P1D"],
        ["mute:P7D", "mute:P1W"],
        ["mute:P1Y", "mute:P12M"],
        ["mute:P31D", "mute:P1M"],
        ["mute:P1M", "mute:P30D"],
        ["mute:P1D", "mute:PT24H"],
        ["ban", "ban:P1Y"],
        ["close_account", "close_group"],
        ["warn", "supplement_news"],
        ["warn", "ban", "mute:P1D", "close_account"],
    ],
)
def test_options_that_do_not_rise_strictly_are_named(options: list[str]) -> None:
    then = {"options": options, "default": dict.fromkeys(FOUR, options[0])}
    assert faults_of({"ladder[3].then": then}) == [("options_order", "ladder[3].then.options")]


@pytest.mark.parametrize(
    "options",
    [
        ["mute:PT1H", "mute:PT23H59M", "mute:P1D", "mute:P1W", "mute:P8D", "mute:P30D", "mute:P1M", "mute:P31D"],
        ["mute:P11M", "mute:P1Y", "ban:P1Y", "ban:P100Y", "ban", "close_group"],
        ["supplement_news", "refuse_publishing:P1D", "refuse_publishing", "restrict_functions", "suspend_updates"],
        ["warn"],
    ],
)
def test_options_that_rise_strictly_are_taken(options: list[str]) -> None:
    assert faults_of({"ladder[3].then": {"options": options, "default": dict.fromkeys(FOUR, options[0])}}) == []


def test_the_order_of_options_is_not_judged_while_one_of_them_is_no_measure() -> None:
    edits = {"ladder[3].then.options": ["mute:P1D", "warn", "mute:P7D", "ban", "flog"]}
    assert faults_of(edits) == [("unknown_value", "ladder[3].then.options[4]")]


def test_defaults_are_not_looked_up_while_an_option_is_no_measure() -> None:
    assert faults_of({"ladder[1].then.options[0]": "mute:7"}) == [("bad_duration", "ladder[1].then.options[0]")]


@pytest.mark.parametrize("default", ["mute:P3D", "close_account", "ban:P1Y", "delete_content"])
def test_a_default_that_is_no_option_is_named_by_its_severity(default: object) -> None:
    path = "ladder[1].then.default.serious"
    assert faults_of({path: default}) == [("default_not_option", path)]


def test_none_is_a_default_of_every_rule_with_options() -> None:
    assert faults_of({"ladder[3].then.default": dict.fromkeys(FOUR, "none")}) == []


@pytest.mark.parametrize(
    ("path", "default"),
    [
        ("ladder[1].then.default", {"ordinary": "ban"}),
        ("ladder[1].then.default", {"ordinary": "ban", "serious": "ban", "grave": "ban"}),
        ("ladder[1].then.default", {}),
        ("ladder[1].then.default", ABSENT),
        ("ladder[3].then.default", dict.fromkeys(FOUR[:3], "warn")),
        ("ladder[3].then.default", ABSENT),
        ("ladder[0].then.default", {"minor": "none"}),
        ("ladder[0].then.default", {}),
        ("ladder[2].then.default", {}),
        ("ladder[2].then.default", dict.fromkeys(FOUR, "none")),
    ],
)
def test_defaults_are_given_for_exactly_the_severities_a_rule_can_see(path: str, default: object) -> None:
    assert faults_of({path: default}) == [("default_severities", path)]


@pytest.mark.parametrize("key", ["subjects", "classes", "codes", "severities", "any_flags", "roles", "past"])
@pytest.mark.parametrize("rule", ["ladder[3]", "extra[1]"])
def test_an_empty_list_of_conditions_is_named(rule: str, key: str) -> None:
    assert faults_of({f"{rule}.when.{key}": []}) == [("empty_rule", f"{rule}.when.{key}")]


@pytest.mark.parametrize("key", ["kinds", "causes"])
def test_an_empty_list_in_a_count_is_named(key: str) -> None:
    path = f"ladder[1].when.past[0].{key}"
    assert faults_of({path: []}) == [("empty_rule", path)]


@pytest.mark.parametrize("key", ["subjects", "classes"])
def test_an_empty_list_of_a_content_table_is_named(key: str) -> None:
    assert faults_of({f"content[1].{key}": []}) == [("empty_rule", f"content[1].{key}")]


def test_codes_that_are_all_outside_the_classes_of_their_rule_make_it_empty() -> None:
    assert faults_of({"ladder[2].when.codes": ["1.1", "1.2"]}) == [("empty_rule", "ladder[2].when.codes")]


def test_one_code_inside_the_classes_is_enough() -> None:
    assert faults_of({"ladder[2].when.codes": ["1.1", "2.1"]}) == []


def test_codes_that_apply_to_none_of_the_subjects_make_the_rule_empty() -> None:
    assert faults_of({"ladder[2].when.subjects": ["content"]}) == [("empty_rule", "ladder[2].when.codes")]


def test_one_code_that_applies_is_enough() -> None:
    edits = {"ladder[2].when": {"codes": ["1.2", "2.1"], "subjects": ["content"], "roles": ["seller"]}}
    assert faults_of(edits) == []


def test_classes_without_a_violation_for_the_subjects_make_the_rule_empty() -> None:
    edits = {"ladder[1].when.classes": ["1"], "ladder[1].when.subjects": ["link"]}
    assert faults_of(edits) == [("empty_rule", "ladder[1].when.classes")]


@pytest.mark.parametrize(
    "edits",
    [
        {"rewards.caps": {"coins": 100}},
        {"rewards.caps": {"coins": 100, "points": 10, "stars": 1}},
        {"rewards.caps": {}},
        {"rewards.amounts": ABSENT},
        {"rewards.amounts": {"coins": 10}},
    ],
)
def test_caps_and_amounts_name_the_same_currencies(edits: dict[str, object]) -> None:
    assert faults_of(edits) == [("cap_without_amount", "rewards.caps")]


@pytest.mark.parametrize("amounts", [{"coins": 10}, ABSENT])
def test_rewards_without_caps_are_uncapped(amounts: object) -> None:
    assert faults_of({"rewards.caps": ABSENT, "rewards.amounts": amounts}) == []


def test_perks_need_no_amounts() -> None:
    assert faults_of({"rewards": {"kind": "perks", "perks": ["priority"], "amount": "officer"}}) == []


def test_faults_of_values_and_rules_are_reported_together() -> None:
    found = faults_of(
        {
            "zone": "Mars/Olympus",
            "clock[0].due": "3",
            "ladder[1].when.past[0].within": "P3",
            "ladder[2].order": 40,
            "extra[1].id": "always",
            "ladder[3].then.options": ["mute:P7D", "mute:P1D", "warn", "ban"],
        },
    )
    assert sorted(found) == [
        ("bad_duration", "clock[0].due"),
        ("bad_duration", "ladder[1].when.past[0].within"),
        ("duplicate_id", "extra[1].id"),
        ("duplicate_order", "ladder[3].order"),
        ("options_order", "ladder[3].then.options"),
        ("unknown_value", "zone"),
    ]


def test_the_base_pack_is_left_as_it_is() -> None:
    faults_of({"ladder[2].when.codes": []})
    assert BASE["ladder"][2]["when"]["codes"] == ["2.1"]

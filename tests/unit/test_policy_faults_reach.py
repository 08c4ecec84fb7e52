"""A ladder with a rule that can never decide, or with a finding that no rule covers, is refused."""

import pytest

from tests.support.policy_packs import ABSENT, BASE, faults_of

REST = BASE["ladder"][3]
MUTES = {"kinds": ["mute"], "causes": ["conduct"], "within": "P3M", "before_posting": True, "with_current": True}


def shadowed(a: dict[str, object], b: dict[str, object]) -> bool:
    """Whether rule B behind rule A is refused; the ladder has a rule for the rest behind both."""
    rules = [
        {"id": "rest", "order": 90, "explain": "graded", "when": {}, "then": REST["then"]},
        {"id": "b", "order": 20, "explain": "graded", "when": b, "then": {"options": []}},
        {"id": "a", "order": 10, "explain": "graded", "when": a, "then": {"options": []}},
    ]
    found = faults_of({"ladder": rules})
    assert found in ([], [("unreachable_rule", "ladder[1]")])
    return bool(found)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ({"subjects": ["content"]}, {"subjects": ["content"]}),
        ({"subjects": ["content", "link"]}, {"subjects": ["content"]}),
        ({"classes": ["1", "2"]}, {"classes": ["2"]}),
        ({"codes": ["1.1", "2.1"]}, {"codes": ["2.1"]}),
        ({"severities": ["minor", "grave"]}, {"severities": ["grave"], "subjects": ["content"]}),
        ({"any_flags": ["organised", "minor"]}, {"any_flags": ["minor"]}),
        ({"roles": ["seller", "promoter"]}, {"roles": ["seller"], "any_flags": ["minor"]}),
        ({"content_older_than": "P6M"}, {"content_older_than": "P6M", "severities": ["grave"]}),
        ({"content_older_than": "P7D"}, {"content_older_than": "P1W"}),
        ({"past": [MUTES | {"at_least": 2}]}, {"past": [MUTES | {"at_least": 2}]}),
        ({"past": [MUTES | {"at_least": 2}]}, {"past": [MUTES | {"at_least": 3}]}),
        ({"past": [MUTES | {"at_most": 2}]}, {"past": [MUTES | {"at_most": 2}]}),
        ({"past": [MUTES | {"exactly": 2}]}, {"past": [{"kinds": ["ban"], "at_most": 1}, MUTES | {"exactly": 2}]}),
        (
            {"past": [{"kinds": ["mute", "ban"], "at_least": 1}]},
            {"past": [{"kinds": ["ban", "mute", "ban"], "before_posting": False, "at_least": 1}]},
        ),
    ],
)
def test_a_rule_whose_conditions_imply_an_earlier_rule_is_unreachable(
    a: dict[str, object], b: dict[str, object]
) -> None:
    assert shadowed(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ({"subjects": ["content"]}, {"subjects": ["content", "link"]}),
        ({"subjects": ["content"]}, {"severities": ["grave"]}),
        ({"classes": ["1"]}, {"codes": ["1.1"]}),
        ({"codes": ["1.1", "1.2"]}, {"classes": ["1"]}),
        ({"severities": ["minor"]}, {"severities": ["minor", "grave"]}),
        ({"any_flags": ["minor", "organised", "major_crime"]}, {"severities": ["grave"]}),
        ({"any_flags": ["minor"]}, {"any_flags": ["minor", "organised"]}),
        ({"roles": ["seller", "promoter"]}, {"severities": ["grave"]}),
        ({"roles": ["seller"]}, {"roles": ["promoter"]}),
        ({"content_older_than": "P6M"}, {"content_older_than": "P7M"}),
        ({"content_older_than": "P6M"}, {"severities": ["grave"]}),
        ({"past": [MUTES | {"at_least": 2}]}, {"past": [MUTES | {"at_least": 1}]}),
        ({"past": [MUTES | {"at_most": 2}]}, {"past": [MUTES | {"at_most": 1}]}),
        ({"past": [MUTES | {"exactly": 2}]}, {"past": [MUTES | {"at_least": 2}]}),
        ({"past": [MUTES | {"at_least": 2}]}, {"past": [MUTES | {"at_least": 2, "within": "P2M"}]}),
        ({"past": [MUTES | {"at_least": 2}]}, {"past": [MUTES | {"at_least": 2, "with_current": False}]}),
        ({"past": [MUTES | {"at_least": 2}]}, {"past": [MUTES | {"at_least": 2, "before_posting": False}]}),
        ({"past": [MUTES | {"at_least": 2}]}, {"past": [MUTES | {"at_least": 2, "causes": ["external"]}]}),
        ({"past": [MUTES | {"at_least": 2}]}, {"severities": ["grave"]}),
    ],
)
def test_a_rule_that_an_earlier_one_does_not_always_forestall_is_reachable(
    a: dict[str, object], b: dict[str, object]
) -> None:
    assert not shadowed(a, b)


@pytest.mark.parametrize(
    "a",
    [
        {"subjects": ["content", "account", "link"]},
        {"classes": ["1", "2", "3"]},
        {"codes": ["1.1", "1.2", "2.1", "3.7"]},
        {"severities": ["minor", "ordinary", "serious", "grave"]},
        {},
    ],
)
def test_a_set_of_everything_is_the_same_as_an_absent_key(a: dict[str, object]) -> None:
    rules = [
        {"id": "a", "order": 1, "explain": "graded", "when": a, "then": {"options": []}},
        {"id": "b", "order": 2, "explain": "graded", "when": {}, "then": {"options": []}},
    ]
    assert faults_of({"ladder": rules}) == [("unreachable_rule", "ladder[1]")]


def test_order_and_not_place_in_the_file_makes_a_rule_the_earlier_one() -> None:
    assert faults_of({"ladder[3].order": 5}) == [("unreachable_rule", f"ladder[{place}]") for place in (0, 1, 2)]


@pytest.mark.parametrize(
    "when",
    [
        {"severities": ["minor", "ordinary", "serious"]},
        {"subjects": ["content", "account"]},
        {"codes": ["1.1", "1.2"]},
        {"classes": ["1", "3"]},
        {"any_flags": ["organised"]},
        {"roles": ["seller"]},
        {"content_older_than": "P1D"},
        {"past": [{"kinds": ["warn"], "at_least": 1}]},
        {"past": [{"kinds": ["warn"], "exactly": 0, "with_current": True}]},
    ],
)
def test_a_finding_that_no_rule_holds_for_is_reported_once(when: dict[str, object]) -> None:
    then = {"options": ["warn"], "default": dict.fromkeys(when.get("severities", _FOUR), "warn")}
    assert faults_of({"ladder[3].when": when, "ladder[3].then": then}) == [("uncovered", "ladder")]


_FOUR = ("minor", "ordinary", "serious", "grave")


@pytest.mark.parametrize(
    "when",
    [
        {"codes": ["1.1", "1.2", "2.1"]},
        {"past": [{"kinds": ["warn"], "at_least": 0}]},
        {"past": [{"kinds": ["warn"], "exactly": 1, "with_current": True}]},
        {"past": [{"kinds": ["warn"], "at_most": 3}]},
    ],
)
def test_a_ladder_covers_first_findings_of_every_code_that_is_judged_here(when: dict[str, object]) -> None:
    assert faults_of({"ladder[3].when": when}) == []


def test_gaps_are_looked_for_only_in_a_pack_without_other_faults() -> None:
    assert faults_of({"ladder[3].when": {"roles": ["seller"]}, "zone": "Mars/Olympus"}) == [("unknown_value", "zone")]


def test_shadows_and_gaps_are_reported_together() -> None:
    edits = {"ladder[3].when": {"subjects": ["content"], "content_older_than": "P6M"}}
    assert faults_of(edits) == [("unreachable_rule", "ladder[3]"), ("uncovered", "ladder")]


def test_one_gap_is_named_without_a_rest() -> None:
    violation = {"code": "1.1", "class": "1", "severity": "minor", "applies_to": ["link"]}
    rule = {
        "id": "a",
        "order": 1,
        "explain": "graded",
        "when": {"severities": ["minor", "ordinary", "serious"]},
        "then": {"options": []},
    }
    edits = {"violation": [violation], "ladder": [rule], "content": ABSENT, "malicious_reports": ABSENT}
    assert faults_of(edits) == [("uncovered", "ladder")]

"""A pack file of the wrong structure is refused, with the key path of every fault."""

from datetime import UTC, date, datetime, time

import pytest

from domain.policy.faults import FaultCode, key_path, show
from domain.policy.shape import TABLES_MAX
from tests.support.policy_packs import ABSENT, BASE, faults_of, pack_of


def test_the_base_pack_of_these_tests_has_no_fault() -> None:
    assert faults_of({}) == []


@pytest.mark.parametrize(
    "path",
    [
        "colour",
        "violation[1].colour",
        "appeal.colour",
        "scope.colour",
        "admission[0].colour",
        "channel[1].colour",
        "flow[0].colour",
        "clock[2].colour",
        "content[0].colour",
        "ladder[1].colour",
        "ladder[1].when.colour",
        "ladder[1].when.past[1].colour",
        "ladder[1].then.colour",
        "ladder[1].then.default.colour",
        "extra[1].colour",
        "extra[1].when.colour",
        "rewards.colour",
        "feedback.colour",
        "blacklist.colour",
        "public_notice.colour",
        "freeze.colour",
        "records.colour",
        "confidentiality.colour",
        "malicious_reports.colour",
        "campaign.colour",
        "external_outcome[0].colour",
    ],
)
def test_a_key_that_no_table_knows_is_named(path: str) -> None:
    assert faults_of({path: "red"}) == [("unknown_key", path)]


@pytest.mark.parametrize(
    "path",
    [
        "format",
        "platform",
        "version",
        "zone",
        "seed",
        "subjects",
        "officer_may_add",
        "second_officer",
        "appeal",
        "violation",
        "ladder",
        "violation[1].code",
        "violation[1].class",
        "violation[1].severity",
        "violation[1].applies_to",
        "admission[0].check",
        "ladder[1].id",
        "ladder[1].order",
        "ladder[1].explain",
        "ladder[1].when",
        "ladder[1].then",
        "ladder[1].when.past[0].kinds",
        "extra[0].id",
        "extra[0].measures",
        "clock[0].id",
        "clock[0].start",
        "clock[0].stop",
        "clock[0].due",
        "rewards.kind",
        "external_outcome[0].kind",
    ],
)
def test_a_key_that_is_needed_and_absent_is_named(path: str) -> None:
    assert faults_of({path: ABSENT}) == [("missing_key", path)]


@pytest.mark.parametrize("path", ["violation", "ladder"])
def test_an_empty_array_is_not_at_least_one_table(path: str) -> None:
    assert faults_of({path: []}) == [("missing_key", path)]


def test_a_rule_needs_options_or_no_penalty() -> None:
    assert faults_of({"ladder[2].then": {}}) == [("missing_key", "ladder[2].then.options")]


def test_a_rule_without_penalty_has_no_options() -> None:
    assert faults_of({"ladder[0].then.options": ["warn"], "ladder[0].then.default": ABSENT_DEFAULT}) == [
        ("unknown_key", "ladder[0].then.options"),
    ]


ABSENT_DEFAULT = dict.fromkeys(("minor", "ordinary", "serious", "grave"), "warn")


@pytest.mark.parametrize("key", ["perks", "amount"])
def test_a_ledger_has_no_key_of_perks(key: str) -> None:
    assert faults_of({f"rewards.{key}": ["x"] if key == "perks" else "x"}) == [("unknown_key", f"rewards.{key}")]


@pytest.mark.parametrize("key", ["per", "period"])
def test_perks_have_no_key_of_a_ledger(key: str) -> None:
    rewards = {"kind": "perks", "perks": ["priority"], "amount": "officer", key: BASE["rewards"][key]}
    assert faults_of({"rewards": rewards}) == [("unknown_key", f"rewards.{key}")]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", "1"),
        ("format", True),
        ("format", 1.0),
        ("platform", 36),
        ("version", 1),
        ("version", date(2020, 1, 1)),
        ("valid_from", "2020-01-01"),
        ("valid_from", 2020),
        ("valid_from", datetime(2020, 1, 1, tzinfo=UTC)),
        ("valid_from", datetime(2020, 1, 1)),  # noqa: DTZ001 - a local date-time of TOML has no zone
        ("valid_from", time(1, 2)),
        ("zone", 8),
        ("seed", []),
        ("subjects", "content"),
        ("subjects[1]", 3),
        ("officer_may_add", "warn"),
        ("officer_may_add", {"warn": True}),
        ("second_officer[0]", False),
        ("appeal", "allowed"),
        ("appeal", [{"regime": "allowed"}]),
        ("appeal.regime", True),
        ("violation", {"code": "1"}),
        ("violation[0]", "1.1"),
        ("violation[0].code", 1.1),
        ("violation[0].class", 1),
        ("violation[0].applies_to", "content"),
        ("violation[0].applies_to[0]", ["content"]),
        ("scope.places", "app"),
        ("admission", {"check": "in_scope"}),
        ("clock[0].start", "report_received"),
        ("clock[0].due", True),
        ("clock[0].due", ["P3D"]),
        ("clock[2].urgent", 1),
        ("content[0].measures", "delete_content"),
        ("ladder", "none"),
        ("ladder[1]", 7),
        ("ladder[1].order", "20"),
        ("ladder[1].order", 20.0),
        ("ladder[1].order", True),
        ("ladder[1].order", 2**70),
        ("ladder[1].order", -(2**70)),
        ("ladder[1].when", []),
        ("ladder[1].when.severities", "ordinary"),
        ("ladder[0].when.content_older_than", {"months": 6}),
        ("ladder[1].when.past", {"kinds": ["mute"]}),
        ("ladder[1].when.past[0]", "mute"),
        ("ladder[1].when.past[0].kinds[1]", 2),
        ("ladder[1].when.past[0].at_least", "2"),
        ("ladder[1].when.past[0].at_least", True),
        ("ladder[1].when.past[0].at_least", -1),
        ("ladder[1].when.past[0].before_posting", 1),
        ("ladder[1].when.past[0].with_current", "yes"),
        ("ladder[1].then", "warn"),
        ("ladder[1].then.options", "warn"),
        ("ladder[1].then.options[0]", {"kind": "warn"}),
        ("ladder[1].then.default", "warn"),
        ("ladder[1].then.default.serious", ["warn"]),
        ("ladder[0].then.no_penalty", "true"),
        ("rewards", [1]),
        ("rewards.amounts", ["coins"]),
        ("rewards.amounts.coins", "10"),
        ("rewards.amounts.coins", True),
        ("rewards.amounts.coins", -10),
        ("rewards.caps.points", 1.5),
        ("rewards.labels.coins", 1),
        ("feedback.what", "outcome"),
        ("blacklist.show_violation_types", "yes"),
        ("records.permanent", 0),
        ("campaign.areas_total", "7"),
    ],
)
def test_a_value_of_another_type_is_named(path: str, value: object) -> None:
    assert faults_of({path: value}) == [("wrong_type", path)]


def test_a_text_with_nul_is_refused() -> None:
    assert faults_of({"violation[0].zh": "a\0b"}) == [("wrong_type", "violation[0].zh")]


@pytest.mark.parametrize("name", ["", "x" * 201])
@pytest.mark.parametrize(
    "path", ["platform", "version", "violation[1].code", "violation[1].class", "ladder[1].id", "flow[0].id"]
)
def test_a_name_is_neither_empty_nor_endless(path: str, name: str) -> None:
    assert faults_of({path: name}) == [("wrong_type", path)]


def test_more_tables_than_the_bound_are_refused() -> None:
    channels = [{"id": str(number)} for number in range(TABLES_MAX + 1)]
    assert faults_of({"channel": channels}) == [("wrong_type", "channel")]


def test_all_structural_faults_are_reported_at_once() -> None:
    found = faults_of({"colour": "red", "zone": ABSENT, "ladder[1].when.shape": 1, "clock[0].urgent": "no"})
    assert sorted(found) == [
        ("missing_key", "zone"),
        ("unknown_key", "colour"),
        ("unknown_key", "ladder[1].when.shape"),
        ("wrong_type", "clock[0].urgent"),
    ]


def test_what_a_text_leaves_open_may_be_absent() -> None:
    everything_optional = [
        *("valid_from", "scope", "admission", "channel", "flow", "clock", "content", "extra", "rewards", "feedback"),
        *("blacklist", "public_notice", "freeze", "records", "confidentiality", "malicious_reports", "campaign"),
        *("external_outcome", "appeal.regime", "appeal.source", "ladder[1].source"),
    ]
    pack = pack_of(dict.fromkeys(everything_optional, ABSENT))
    assert (pack.appeal.value, pack.rewards, pack.flows, pack.valid_from) == ("allowed", None, (), None)


def test_a_key_that_toml_has_to_quote_is_quoted_in_the_path() -> None:
    assert faults_of({"ladder[1].when": {"a b": 1}}) == [("unknown_key", 'ladder[1].when."a b"')]


def test_paths_join_keys_and_indices() -> None:
    assert key_path(("ladder", 1, "when", "past", 0, "within")) == "ladder[1].when.past[0].within"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("short", '"short"'),
        ("x" * 200, '"' + "x" * 80 + '…"'),
        ("bell\x07", '"bell\\u0007"'),
        (True, "True"),
        (12, "12"),
        ({"a": 1}, "a table"),
        ([1, 2], "a list"),
    ],
)
def test_a_hostile_value_is_shown_short_and_printable(value: object, shown: str) -> None:
    assert show(value) == shown


def test_a_number_too_large_to_print_is_not_printed() -> None:
    assert show(1 << 40_000) == "a very large number"


def test_every_fault_code_is_a_code_of_the_specification() -> None:
    assert len(FaultCode) == 21

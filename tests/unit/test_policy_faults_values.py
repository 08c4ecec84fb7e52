"""A value outside its vocabulary is refused, with the key path of the value and what is allowed."""

import pytest

from domain.policy.faults import PackRefused
from domain.policy.load import load
from tests.support.policy_packs import faults_of, pack_text


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", 2),
        ("zone", "Asia/Shangai"),
        ("zone", ""),
        ("zone", "localtime"),
        ("zone", "../../etc/passwd"),
        ("zone", "/etc/localtime"),
        ("zone", "Asia"),
        ("zone", "Asia/../Asia/Shanghai"),
        ("zone", "Ünited"),
        ("zone", "A" * 5_000),
        ("subjects[3]", "planet"),
        ("subjects[3]", "Content"),
        ("officer_may_add[1]", "flog"),
        ("second_officer[2]", "flog"),
        ("second_officer[2]", "mute:P7D"),
        ("appeal.regime", "maybe"),
        ("violation[0].severity", "mild"),
        ("violation[0].common", "COMMON-SPAM-99"),
        ("violation[0].dsa", "STATEMENT_CATEGORY_FUN"),
        ("violation[0].applies_to[2]", "group"),
        ("violation[0].applies_to[2]", "planet"),
        ("admission[0].check", "is_nice"),
        ("admission[0].reason", "no_mood"),
        ("admission[3].by", "cousin"),
        ("channel[0].kind", "pigeon"),
        ("flow[0].subjects[1]", "group"),
        ("clock[0].start[1]", "sunrise"),
        ("clock[0].stop[0]", "sunset"),
        ("content[0].subjects[1]", "group"),
        ("content[0].measures[1]", "none"),
        ("content[0].substitutes[1]", "flog"),
        ("ladder[0].explain", "because"),
        ("ladder[1].when.subjects[2]", "group"),
        ("ladder[2].when.any_flags[1]", "sad"),
        ("ladder[2].when.roles[1]", "buyer"),
        ("ladder[1].when.past[0].kinds[2]", "delete_content"),
        ("ladder[1].when.past[0].kinds[2]", "mute:P7D"),
        ("ladder[1].when.past[0].causes[1]", "bad_luck"),
        ("ladder[3].then.options[5]", "flog"),
        ("ladder[3].then.options[5]", "none"),
        ("ladder[1].then.default.serious", "flog"),
        ("extra[1].when.any_flags[1]", "sad"),
        ("extra[1].measures[1]", "flog"),
        ("feedback.to", "everyone"),
        ("feedback.what[2]", "gossip"),
        ("blacklist.individual_name", "full"),
        ("public_notice.subjects[1]", "group"),
        ("public_notice.names", "full"),
        ("confidentiality.reporter", "open"),
        ("confidentiality.minor", "full"),
        ("external_outcome[0].kind", "flog"),
        ("external_outcome[0].kind", "administrative_detention:P10D"),
        ("rewards.kind", "lottery"),
        ("rewards.per", "day"),
        ("rewards.period", "week"),
    ],
)
def test_a_value_outside_its_vocabulary_is_named(path: str, value: object) -> None:
    assert faults_of({path: value}) == [("unknown_value", path)]


def test_a_severity_that_is_none_is_named_without_a_second_fault_about_defaults() -> None:
    path = "ladder[1].when.severities[1]"
    assert faults_of({path: "mild"}) == [("unknown_value", path)]


@pytest.mark.parametrize("path", ["ladder[2].when.codes[1]", "extra[1].when.codes", "malicious_reports.code"])
def test_a_code_that_the_violations_lack_is_named(path: str) -> None:
    spot, value = (f"{path}[0]", ["9.9"]) if path.endswith("codes") else (path, "9.9")
    assert faults_of({path: value}) == [("unknown_code", spot)]


def test_a_rule_whose_only_code_is_unknown_is_not_called_empty_as_well() -> None:
    assert faults_of({"ladder[2].when.codes": ["9.9"]}) == [("unknown_code", "ladder[2].when.codes[0]")]


def test_a_rule_whose_only_class_is_unknown_is_not_called_empty_as_well() -> None:
    edits = {"ladder[1].when.classes": ["9"]}
    assert faults_of(edits) == [("unknown_class", "ladder[1].when.classes[0]")]


@pytest.mark.parametrize("path", ["ladder[2].when.classes[1]", "extra[1].when.classes", "content[1].classes[1]"])
def test_a_class_that_the_violations_lack_is_named(path: str) -> None:
    spot, value = (f"{path}[0]", ["9"]) if path.endswith("classes") else (path, "9")
    assert faults_of({path: value}) == [("unknown_class", spot)]


@pytest.mark.parametrize(
    "value",
    [
        *(3, 1.5, 0, -3, float("inf"), "3", "P3", "", "P", "PT", "P1DT", "P0D", "PT0S", "P0Y0M"),
        *("-P1D", "+P1D", "P-1D", "P1.5D", "P1,5D", "p1d", "1D", " P1D", "P1D ", "P1D\n"),
        *("P1H", "PT1D", "P1D1M", "P٣D", "P1W2", "P9999999999D"),
    ],
)
@pytest.mark.parametrize(
    "path",
    ["clock[0].due", "ladder[0].when.content_older_than", "ladder[1].when.past[0].within", "blacklist.term"],
)
def test_a_duration_without_unit_zero_negative_or_fractional_is_named(path: str, value: object) -> None:
    if (path, value) == ("clock[0].due", "PT0S"):
        value = "PT0M"
    assert faults_of({path: value}) == [("bad_duration", path)]


@pytest.mark.parametrize("text", ["mute:3", "mute:P3", "mute:", "mute:P0D", "mute:PT0S", "mute:-P1D", "mute:P1.5D"])
@pytest.mark.parametrize("path", ["ladder[3].then.options[5]", "officer_may_add[1]", "ladder[1].then.default.serious"])
def test_the_duration_of_a_measure_is_checked_like_any_other(path: str, text: str) -> None:
    assert faults_of({path: text}) == [("bad_duration", path)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("ladder[3].then.options[5]", "mute"),
        ("ladder[1].then.default.serious", "mute"),
        ("officer_may_add[1]", "mute"),
        ("officer_may_add[1]", "administrative_detention"),
    ],
)
def test_a_measure_that_needs_a_duration_is_named(path: str, text: str) -> None:
    assert faults_of({path: text}) == [("duration_required", path)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("ladder[3].then.options[5]", "warn:P1D"),
        ("ladder[3].then.options[5]", "close_account:P1Y"),
        ("ladder[1].then.default.serious", "warn:P1D"),
        ("content[0].measures[1]", "delete_content:P1D"),
        ("extra[1].measures[1]", "notify_authority:P1D"),
        ("officer_may_add[1]", "transfer_to_authority:P1D"),
    ],
)
def test_a_measure_that_carries_no_duration_is_named(path: str, text: str) -> None:
    assert faults_of({path: text}) == [("duration_forbidden", path)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("ladder[3].then.options[5]", "delete_content"),
        ("ladder[3].then.options[5]", "list_high_risk"),
        ("ladder[3].then.options[5]", "legal_accountability"),
        ("content[0].measures[1]", "warn"),
        ("content[0].substitutes[1]", "ban"),
        ("extra[1].measures[1]", "warn"),
        ("extra[1].measures[1]", "delete_content"),
        ("external_outcome[0].kind", "mute"),
        ("external_outcome[0].kind", "notify_authority"),
    ],
)
def test_a_measure_of_another_role_is_named(path: str, text: str) -> None:
    assert faults_of({path: text}) == [("wrong_role", path)]


@pytest.mark.parametrize(
    "bounds",
    [{}, {"at_least": 1, "exactly": 1}, {"at_least": 1, "at_most": 3}, {"at_least": 1, "exactly": 1, "at_most": 1}],
)
@pytest.mark.parametrize(("place", "path"), [(1, "ladder[1].when.past[1]"), (0, "extra[1].when.past[0]")])
def test_a_count_has_exactly_one_bound(place: int, path: str, bounds: dict[str, int]) -> None:
    count = {"kinds": ["warn"], **bounds}
    edits = {path: count} if place else {"extra[1].when.past": [count]}
    assert faults_of(edits) == [("bound_count", path)]


def test_the_reason_names_the_value_and_what_is_allowed() -> None:
    with pytest.raises(PackRefused) as refused:
        load(pack_text({"clock[0].due": 3, "appeal.regime": "maybe"}).encode(), "a/b.toml")
    by_path = {fault.path: fault for fault in refused.value.faults}
    assert by_path["clock[0].due"].file == "a/b.toml"
    assert "'3'" in by_path["clock[0].due"].reason
    assert "P7D" in by_path["clock[0].due"].reason
    assert '"maybe"' in by_path["appeal.regime"].reason
    assert "allowed, denied_on_receipt" in by_path["appeal.regime"].reason
    assert "a/b.toml: appeal.regime: unknown_value: " in str(refused.value)

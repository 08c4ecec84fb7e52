"""The judge over a pack that uses every condition, and the refusals it answers with."""

import pytest

from domain.policy.errors import JudgeRefused
from domain.policy.finding import Ruling
from domain.policy.judge import judge
from domain.policy.pack import Pack
from domain.policy.record import Record, RecordEntry
from tests.support.policy_findings import at, finding, muted, range_of, removed, rule_of
from tests.support.policy_packs import ABSENT, pack_of

NOTHING = {"options": []}


def ladder(when: dict[str, object], **edits: object) -> Pack:
    """A pack whose first rule is the one under test."""
    return pack_of(
        {
            **edits,
            "ladder": [
                {"id": "tested", "order": 1, "explain": "graded", "when": when, "then": NOTHING},
                {"id": "rest", "order": 2, "explain": "graded", "when": {}, "then": NOTHING},
            ],
        },
    )


def holds(when: dict[str, object], *entries: RecordEntry, subject: str = "content", **given: object) -> bool:
    return ruling(when, *entries, subject=subject, **given).rule == "tested"


def ruling(when: dict[str, object], *entries: RecordEntry, subject: str = "content", **given: object) -> Ruling:
    codes = {"content": ["1.1"], "account": ["1.1"], "link": ["2.1"]}[subject]
    return rule_of(ladder(when), finding(subject, **{"codes": codes, **given}), *entries)


@pytest.mark.parametrize(
    ("when", "given", "expected"),
    [
        ({"subjects": ["account", "content"]}, {}, True),
        ({"subjects": ["account"]}, {}, False),
        ({"classes": ["1"]}, {}, True),
        ({"classes": ["2"]}, {}, False),
        ({"classes": ["2"]}, {"subject": "account", "codes": ["1.1", "2.1"]}, True),
        ({"codes": ["1.2"]}, {}, False),
        ({"codes": ["1.2"]}, {"codes": ["1.1", "1.2"]}, True),
        ({"severities": ["ordinary"]}, {}, True),
        ({"severities": ["ordinary"]}, {"severity": "grave"}, False),
        ({"any_flags": ["organised", "minor"]}, {"flags": ["minor", "major_crime"]}, True),
        ({"any_flags": ["organised", "minor"]}, {"flags": ["major_crime"]}, False),
        ({"any_flags": ["organised", "minor"]}, {}, False),
        ({"roles": ["promoter"]}, {"role": "promoter"}, True),
        ({"roles": ["promoter"]}, {"role": "seller"}, False),
        ({"roles": ["promoter", "seller"]}, {"role": None}, False),
        ({"content_older_than": "PT3H"}, {}, False),
        ({"content_older_than": "PT2H59M59S"}, {}, True),
        ({"content_older_than": "PT1S"}, {"posted_at": None}, False),
        ({"subjects": ["content"], "roles": ["seller"]}, {"role": "promoter"}, False),
    ],
)
def test_each_condition_on_the_finding(when: dict[str, object], given: dict[str, object], *, expected: bool) -> None:
    assert holds(when, **given) is expected


THREE = (muted("m1", "2021-03-01T00:00"), muted("m2", "2021-03-02T00:00"), muted("m3", "2021-03-03T00:00"))


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        ({"at_least": 3}, True),
        ({"at_least": 4}, False),
        ({"at_least": 4, "with_current": True}, True),
        ({"exactly": 3}, True),
        ({"exactly": 2}, False),
        ({"exactly": 4, "with_current": True}, True),
        ({"at_most": 3}, True),
        ({"at_most": 2}, False),
        ({"at_most": 3, "with_current": True}, False),
        ({"at_least": 0}, True),
    ],
)
def test_each_bound_of_a_count(bound: dict[str, object], *, expected: bool) -> None:
    assert holds({"past": [{"kinds": ["mute"], **bound}]}, *THREE) is expected


def test_every_count_has_to_hold_and_all_their_entries_are_named_once_in_order() -> None:
    when = {
        "past": [
            {"kinds": ["mute"], "at_least": 1},
            {"kinds": ["mute", "content_removal"], "at_least": 2},
            {"kinds": ["ban"], "at_most": 0},
        ],
    }
    entries = (
        muted("z", "2021-03-01T00:00"),
        removed("b", "2021-03-02T00:00"),
        removed("a", "2021-03-02T00:00"),
        muted("later", "2021-03-11T00:00"),
    )
    assert ruling(when, *entries).because == ("z", "a", "b")
    assert not holds(when, *entries, RecordEntry("x", "ban", at("2021-03-01T00:00")))


def test_the_finding_itself_is_never_named() -> None:
    found = ruling({"past": [{"kinds": ["mute"], "exactly": 1, "with_current": True}]})
    assert (found.rule, found.because) == ("tested", ())


@pytest.mark.parametrize(
    ("when", "expected"),
    [("2021-03-09T12:00:00", True), ("2021-03-09T11:59:59.999999", False), ("2021-03-10T12:00:00", True)],
)
def test_a_window_holds_both_its_ends(when: dict[str, object], *, expected: bool) -> None:
    assert holds({"past": [{"kinds": ["mute"], "within": "P1D", "at_least": 1}]}, muted("m", when)) is expected


def test_an_entry_after_the_finding_does_not_count() -> None:
    assert not holds({"past": [{"kinds": ["mute"], "at_least": 1}]}, muted("m", "2021-03-10T12:00:00.000001"))


def test_an_entry_without_a_cause_meets_no_list_of_causes() -> None:
    when = {"past": [{"kinds": ["mute"], "causes": ["conduct", "external"], "at_least": 1}]}
    assert not holds(when, muted("m", "2021-03-01T00:00", None))
    assert holds(when, muted("m", "2021-03-01T00:00", "external"))


@pytest.mark.parametrize("bound", [{"at_least": 1}, {"exactly": 1}])
def test_nothing_stands_before_a_posting_of_unknown_time(bound: dict[str, object]) -> None:
    when = {"past": [{"kinds": ["mute"], "before_posting": True, **bound}]}
    assert not holds(when, muted("m", "2021-03-01T00:00"), posted_at=None)


def test_no_entry_before_an_unknown_posting_is_an_empty_count() -> None:
    when = {"past": [{"kinds": ["mute"], "before_posting": True, "at_most": 0}]}
    assert holds(when, muted("m", "2021-03-01T00:00"), posted_at=None)


def test_removals_are_told_apart_by_content_and_other_kinds_are_not() -> None:
    when = {"past": [{"kinds": ["mute", "content_removal"], "exactly": 3}]}
    entries = (
        removed("r1", "2021-03-01T00:00", "c-1"),
        removed("r2", "2021-03-02T00:00", "c-1"),
        removed("own", "2021-03-03T00:00", "c-now"),
        muted("m1", "2021-03-01T00:00", content="c-1"),
        muted("m2", "2021-03-01T00:00", content="c-now"),
    )
    found = ruling(when, *entries)
    assert (found.rule, found.because) == ("tested", ("m1", "m2", "r1"))


def test_a_removal_outside_the_window_does_not_stand_for_its_content() -> None:
    when = {"past": [{"kinds": ["content_removal"], "within": "P1D", "at_least": 1}]}
    entries = (removed("old", "2021-03-01T00:00", "c-1"), removed("new", "2021-03-10T00:00", "c-1"))
    assert ruling(when, *entries).because == ("new",)


def test_a_finding_without_content_keeps_every_removal() -> None:
    when = {"past": [{"kinds": ["content_removal"], "at_least": 1}]}
    assert ruling(when, removed("r", "2021-03-01T00:00", "c-now"), subject="account").because == ("r",)


def test_the_lower_order_decides_wherever_it_stands_in_the_file() -> None:
    pack = pack_of({"ladder[3].order": 100})
    assert rule_of(pack, finding(codes=["1.1"])).rule == "catalogue"
    assert [rule.order for rule in pack.ladder] == [10, 20, 30, 100]


def test_content_measures_are_joined_in_file_order_without_repeats() -> None:
    found = rule_of(pack_of(), finding(codes=["1.1"]))
    assert [str(measure) for measure in found.content_measures] == ["delete_content", "block_feed:P7D"]


def test_content_measures_go_by_subject_and_class() -> None:
    pack = pack_of({"content[1].classes": ["2"], "content[1].subjects": ["account"], "content[0].subjects": ABSENT})
    texts = [
        [str(measure) for measure in rule_of(pack, finding(subject, codes=codes)).content_measures]
        for subject, codes in (("content", ["1.1"]), ("account", ["1.1"]), ("account", ["2.1"]), ("link", ["2.1"]))
    ]
    assert texts == [
        ["delete_content"],
        ["delete_content"],
        ["delete_content", "block_feed:P7D"],
        ["delete_content", "block_link", "announce_link"],
    ]


def test_extras_are_joined_in_file_order_without_repeats() -> None:
    edits = {"extra[2]": {"id": "again", "measures": ["notify_authority", "list_high_risk:P1Y", "ban_site"]}}
    found = rule_of(pack_of(edits), finding(codes=["1.1"], flags=["major_crime"]))
    assert [str(measure) for measure in found.also] == ["list_high_risk:P1Y", "notify_authority", "ban_site"]


def test_an_extra_may_look_at_the_record_and_names_no_entry() -> None:
    edits = {"extra[1].when": {"past": [{"kinds": ["mute"], "at_least": 1}]}}
    found = rule_of(pack_of(edits), finding(codes=["1.1"]), muted("m", "2021-03-01T00:00"))
    assert [str(measure) for measure in found.also] == ["list_high_risk:P1Y", "notify_authority"]
    assert found.because == ()


def test_without_a_respondent_every_measure_on_an_account_is_left_out() -> None:
    edits = {"extra[1].measures": ["freeze_permissions", "ban_site"], "extra[1].when": ABSENT}
    found = rule_of(pack_of(edits), finding(codes=["1.1"], respondent=None))
    assert range_of(found) == ("catalogue", "", "-")
    assert [str(measure) for measure in found.content_measures] == ["delete_content"]
    assert [str(measure) for measure in found.also] == ["list_high_risk:P1Y", "ban_site"]


def test_without_a_respondent_measures_on_other_things_stay() -> None:
    edits = {
        "ladder[3].then.options": ["supplement_news", "mute:P1D", "close_group"],
        "ladder[3].then.default": dict.fromkeys(("minor", "ordinary", "serious", "grave"), "close_group"),
    }
    found = rule_of(pack_of(edits), finding(codes=["1.1"], respondent=None))
    assert range_of(found) == ("catalogue", "supplement_news close_group", "close_group")


def test_a_default_of_none_is_none() -> None:
    found = rule_of(pack_of(), finding(codes=["1.1"], severity="serious"), *THREE)
    assert range_of(found) == ("again", "mute:P7D ban", "-")


@pytest.mark.parametrize(
    ("subject", "codes", "code"),
    [
        ("group", [], "no_code"),
        ("group", ["1.1", "9.9"], "unknown_code"),
        ("group", ["3.7"], "subject_not_in_pack"),
        ("link", ["1.1", "3.7"], "other_procedure"),
        ("content", ["1.1", "3.7"], "other_procedure"),
        ("link", ["2.1", "1.1"], "code_not_for_subject"),
    ],
)
def test_a_finding_is_refused_with_the_first_reason_that_applies(subject: str, codes: list[str], code: str) -> None:
    with pytest.raises(JudgeRefused) as refused:
        rule_of(pack_of(), finding(subject, codes=codes))
    assert refused.value.code == code
    assert refused.value.reason


def test_a_record_that_no_rule_holds_for_is_refused() -> None:
    pack = pack_of({"ladder[3].when": {"past": [{"kinds": ["warn"], "at_most": 0}]}})
    with pytest.raises(JudgeRefused) as refused:
        rule_of(pack, finding(codes=["1.1"]), RecordEntry("w", "warn", at("2021-03-01T00:00")))
    assert refused.value.code == "no_rule"


def test_the_zone_of_the_pack_and_not_of_the_instants_counts() -> None:
    when = {"past": [{"kinds": ["mute"], "within": "P1D", "at_least": 1}]}
    given = {"at": "2021-03-28T10:00:00+00:00", "posted_at": None, "codes": ["1.1"]}
    entry = muted("m", "2021-03-27T10:30:00+00:00")  # 23.5 hours before; in Berlin that day has 23 hours
    assert rule_of(ladder(when), finding(**given), entry).rule == "tested"
    assert rule_of(ladder(when, zone="Europe/Berlin"), finding(**given), entry).rule == "rest"


def test_the_date_from_which_a_pack_is_valid_is_not_looked_at() -> None:
    assert judge(pack_of({"valid_from": ABSENT}), Record(), finding(codes=["1.1"], at="1999-01-01T00:00:00Z"))

"""Measures: the table of kinds, the short form of packs, hardness, and the time at which one ends."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from domain.policy.kinds import CONTENT_REMOVAL, KINDS, RECORD_KINDS, DurationRule, Kind, MeasureRole, Target
from domain.policy.measures import BadMeasure, Measure, ends_at, parse_measure

# role, target, rank, duration of every kind, as the table of measures has them
TABLE = """
delete_content content content - never
block_content content content - optional
block_feed content account - optional
block_link content link - optional
announce_link content link - never
supplement_news party news_item 10 never
modify_news party news_item 20 never
delete_news party news_item 30 never
retract_news party news_item 40 never
warn party account 10 never
refuse_publishing party account 20 optional
restrict_functions party account 30 optional
suspend_updates party account 40 optional
mute party account 50 required
ban party account 60 optional
close_account party account 70 never
close_group party group 70 never
ban_site extra site - optional
freeze_permissions extra account - optional
forbid_reregistration extra account - optional
list_high_risk extra any - optional
notify_authority extra any - never
transfer_to_authority extra any - never
pursue_counterparty extra any - never
administrative_detention external person - required
criticise_and_educate external person - never
personal_file_record external person - optional
legal_accountability external person - optional
"""


def test_the_table_of_kinds_is_the_specified_one() -> None:
    rows = [line.split() for line in TABLE.split("\n") if line]
    assert {
        kind.value: (facts.role.value, facts.target.value, str(facts.rank or "-"), facts.duration.value)
        for kind, facts in KINDS.items()
    } == {name: (role, target, rank, duration) for name, role, target, rank, duration in rows}


def test_a_record_holds_everything_but_content_measures() -> None:
    assert {
        CONTENT_REMOVAL,
        *(kind.value for kind in Kind if KINDS[kind].role is not MeasureRole.CONTENT),
    } == RECORD_KINDS


@pytest.mark.parametrize(
    "text", ["warn", "mute:P7D", "ban", "ban:P1Y", "delete_content", "administrative_detention:P10D"]
)
def test_the_short_form_is_read_and_written(text: str) -> None:
    assert str(parse_measure(text)) == text


def test_a_measure_knows_its_facts() -> None:
    measure = parse_measure("mute:P7D")
    assert (measure.role, measure.acts_on_account) == (MeasureRole.PARTY, True)
    assert measure.facts == (MeasureRole.PARTY, Target.ACCOUNT, DurationRule.REQUIRED, 50)
    assert not parse_measure("list_high_risk").acts_on_account


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("flog", "unknown_value"),
        ("flog:P1D", "unknown_value"),
        ("none", "unknown_value"),
        ("", "unknown_value"),
        ("MUTE:P1D", "unknown_value"),
        ("mute", "duration_required"),
        ("warn:P1D", "duration_forbidden"),
        ("warn:", "duration_forbidden"),
        ("mute:7", "bad_duration"),
        ("mute:P0D", "bad_duration"),
        ("mute:P1D:P2D", "bad_duration"),
    ],
)
def test_what_spells_no_measure_is_refused_with_the_fault_of_a_pack(text: str, code: str) -> None:
    with pytest.raises(BadMeasure) as refused:
        parse_measure(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "value",
    [
        {"kind": "mute"},
        {"kind": "warn", "duration": "P1D"},
        {"kind": "flog"},
        {"kind": "ban", "why": 1},
        {"duration": None},
    ],
)
def test_a_measure_from_outside_is_checked_like_one_of_a_pack(value: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Measure.model_validate(value)


def test_hardness_goes_by_rank_then_by_length_and_without_end_is_longest() -> None:
    texts = ["warn", "refuse_publishing", "mute:P1D", "mute:P1M", "ban:P1D", "ban:P99Y", "ban", "close_account"]
    hardness = [parse_measure(text).hardness for text in texts]
    assert all(milder < harder for milder, harder in pairwise(hardness))


def test_measures_without_a_rank_have_no_hardness() -> None:
    assert parse_measure("ban_site").hardness[0] == 0


def test_a_measure_with_a_duration_ends_on_the_wall_clock_of_the_zone() -> None:
    start = datetime(2021, 1, 31, 4, tzinfo=UTC)
    assert ends_at(parse_measure("mute:P1M"), start, ZoneInfo("Asia/Shanghai")) == datetime(2021, 2, 28, 4, tzinfo=UTC)


def test_a_measure_without_a_duration_does_not_end() -> None:
    assert ends_at(parse_measure("ban"), datetime(2021, 1, 31, tzinfo=UTC), ZoneInfo("Asia/Shanghai")) is None

"""Durations are read strictly and moved on the wall clock of a zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.policy.durations import EARLIEST, LATEST, NotADuration, earlier, later, parse_duration

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
APIA = ZoneInfo("Pacific/Apia")


def back(text: str, length: str, zone: ZoneInfo) -> str:
    at = datetime.fromisoformat(text)
    at = at.replace(tzinfo=zone) if at.tzinfo is None else at
    return earlier(at, parse_duration(length), zone).astimezone(zone).isoformat()


def ahead(text: str, length: str, zone: ZoneInfo) -> str:
    at = datetime.fromisoformat(text)
    at = at.replace(tzinfo=zone) if at.tzinfo is None else at
    return later(at, parse_duration(length), zone).astimezone(zone).isoformat()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("P1Y", (12, 0, 0)),
        ("P3M", (3, 0, 0)),
        ("P2W", (0, 14, 0)),
        ("P7D", (0, 7, 0)),
        ("PT24H", (0, 0, 86400)),
        ("PT5M", (0, 0, 300)),
        ("PT0S", (0, 0, 0)),
        ("P1Y2M3W4DT5H6M7S", (14, 25, 18367)),
        ("P1M1DT1M", (1, 1, 60)),
    ],
)
def test_every_unit_is_read(text: str, parts: tuple[int, int, int]) -> None:
    found = parse_duration(text)
    assert (found.months, found.days, found.seconds) == parts
    assert found.text == text


@pytest.mark.parametrize("text", ["", "3", "P3", "P", "PT", "P1DT", "-P1D", "P1.5D", "P1S", "PT1D", "P1D2M", "P1D\n"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(NotADuration):
        parse_duration(text)


@pytest.mark.parametrize(("a", "b"), [("P7D", "P1W"), ("P1Y", "P12M"), ("PT1H", "PT60M"), ("P1D", "P0Y1D")])
def test_equal_spans_compare_equal_however_they_are_spelt(a: str, b: str) -> None:
    assert parse_duration(a) == parse_duration(b)


@pytest.mark.parametrize(
    ("shorter", "longer"),
    [
        ("PT23H", "P1D"),
        ("P1D", "P3D"),
        ("P7D", "P1M"),
        ("P30D", "P1M"),
        ("P1M", "P31D"),
        ("P365D", "P1Y"),
        ("P1Y", "P366D"),
    ],
)
def test_durations_of_different_units_are_ordered_by_their_mean_length(shorter: str, longer: str) -> None:
    assert parse_duration(shorter).nominal_s < parse_duration(longer).nominal_s


@pytest.mark.parametrize(
    ("at", "length", "expected"),
    [
        ("2021-05-31T12:00:00", "P3M", "2021-02-28T12:00:00+08:00"),
        ("2020-08-31T00:00:00", "P6M", "2020-02-29T00:00:00+08:00"),
        ("2021-03-31T08:15:30.123456", "P1M", "2021-02-28T08:15:30.123456+08:00"),
        ("2020-02-29T12:00:00", "P1Y", "2019-02-28T12:00:00+08:00"),
        ("2021-01-15T12:00:00", "P1M", "2020-12-15T12:00:00+08:00"),
        ("2021-03-31T12:00:00", "P1M1D", "2021-02-27T12:00:00+08:00"),
        ("2021-03-31T12:00:00", "P1M1W1DT1H", "2021-02-20T11:00:00+08:00"),
        ("2021-03-01T00:00:00", "PT1S", "2021-02-28T23:59:59+08:00"),
    ],
)
def test_going_back_takes_months_first_and_clamps_the_day(at: str, length: str, expected: str) -> None:
    assert back(at, length, SHANGHAI) == expected


@pytest.mark.parametrize(
    ("at", "length", "expected"),
    [
        ("2021-01-31T12:00:00", "P1M", "2021-02-28T12:00:00+08:00"),
        ("2020-01-31T12:00:00", "P1M1D", "2020-03-01T12:00:00+08:00"),
        ("2020-12-31T23:00:00", "P2M", "2021-02-28T23:00:00+08:00"),
        ("2020-02-29T12:00:00", "P4Y", "2024-02-29T12:00:00+08:00"),
        ("2021-03-10T12:00:00.000001", "PT24H", "2021-03-11T12:00:00.000001+08:00"),
    ],
)
def test_going_ahead_takes_months_first_and_clamps_the_day(at: str, length: str, expected: str) -> None:
    assert ahead(at, length, SHANGHAI) == expected


def test_the_day_is_that_of_the_zone_and_not_of_the_offset_given() -> None:
    at = datetime.fromisoformat("2021-05-30T18:00:00+00:00")  # the 31st in Shanghai
    assert earlier(at, parse_duration("P3M"), SHANGHAI) == datetime(2021, 2, 27, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "length", "zone", "expected"),
    [
        ("2021-03-29T02:30:00", "P1D", BERLIN, "2021-03-28T03:30:00+02:00"),
        ("2021-04-28T02:00:00", "P1M", BERLIN, "2021-03-28T03:00:00+02:00"),
        ("2021-03-15T02:15:00", "P1D", NEW_YORK, "2021-03-14T03:15:00-04:00"),
    ],
)
def test_a_wall_time_that_is_skipped_moves_forward_by_the_gap(
    at: str, length: str, zone: ZoneInfo, expected: str
) -> None:
    assert back(at, length, zone) == expected


def test_a_whole_skipped_day_moves_forward_by_the_gap() -> None:
    assert ahead("2011-12-29T12:00:00", "P1D", APIA) == "2011-12-31T12:00:00+14:00"


@pytest.mark.parametrize(
    ("at", "length", "expected"),
    [
        ("2021-11-01T02:30:00", "P1D", "2021-10-31T02:30:00+02:00"),
        ("2021-11-30T02:30:00", "P1M", "2021-10-30T02:30:00+02:00"),
        ("2021-12-31T02:00:00", "P2M", "2021-10-31T02:00:00+02:00"),
    ],
)
def test_a_wall_time_that_occurs_twice_is_the_first_of_the_two(at: str, length: str, expected: str) -> None:
    assert back(at, length, BERLIN) == expected


def test_a_day_across_a_change_of_clocks_is_not_24_hours() -> None:
    before, after = "2021-03-28T01:00:00+01:00", "2021-03-29T01:00:00+02:00"
    assert back(after, "P1D", BERLIN) == before
    assert back(after, "PT24H", BERLIN) == "2021-03-28T00:00:00+01:00"


def test_elapsed_time_starts_at_the_instant_even_in_the_second_of_two_equal_wall_times() -> None:
    second = datetime(2021, 10, 31, 1, 30, tzinfo=UTC)  # 02:30 in Berlin for the second time
    assert earlier(second, parse_duration("PT1H"), BERLIN) == datetime(2021, 10, 31, 0, 30, tzinfo=UTC)
    assert later(second, parse_duration("PT0S"), BERLIN) == second


def test_calendar_units_from_the_second_of_two_equal_wall_times_keep_the_time_of_day() -> None:
    second = datetime(2021, 10, 31, 1, 30, tzinfo=UTC)
    assert later(second, parse_duration("P1D"), BERLIN).astimezone(BERLIN).isoformat() == "2021-11-01T02:30:00+01:00"
    assert earlier(second, parse_duration("P1D"), BERLIN).astimezone(BERLIN).isoformat() == "2021-10-30T02:30:00+02:00"


def test_calendar_units_come_before_elapsed_time() -> None:
    assert ahead("2021-03-27T02:30:00", "P1DT1H", BERLIN) == "2021-03-28T04:30:00+02:00"
    assert back("2021-03-29T02:30:00", "P1DT1H", BERLIN) == "2021-03-28T01:30:00+01:00"


@pytest.mark.parametrize("length", ["P9999Y", "P99999M", "P999999999D", "P999999999W", "P3000000D", "PT999999999H"])
def test_where_the_calendar_ends_the_shift_stops(length: str) -> None:
    at = datetime(2021, 3, 10, tzinfo=UTC)
    assert earlier(at, parse_duration(length), SHANGHAI) == EARLIEST
    assert later(at, parse_duration(length), SHANGHAI) == LATEST


def test_results_are_in_utc() -> None:
    assert later(datetime(2021, 3, 10, tzinfo=SHANGHAI), parse_duration("PT1H"), BERLIN).tzinfo is UTC
    assert later(datetime(2021, 3, 10, tzinfo=SHANGHAI), parse_duration("P1D"), BERLIN).tzinfo is UTC

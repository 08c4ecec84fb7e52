"""The reward ledger: monthly caps, once per report and content, reversals, and packs without a ledger."""

import pytest

from domain.policy.pack import Pack
from domain.policy.rewards import Booking, Upheld, book, month_of, totals
from tests.support.policy_packs import ABSENT, KR36, ZERO, pack_of, shipped
from tests.support.policy_shapes import GRADED

LEDGER = pack_of(base=GRADED)


def booking(
    name: str, at: str = "2020-05-02T10:00:00+08:00", coins: object = 10, points: object = 2, **given: object
) -> Booking:
    granted = {"coins": coins, "points": points}
    return Booking.model_validate(
        {"report": name, "reporter": "rep-1", "content": f"c-{name}", "at": at, "granted": granted, **given},
    )


def upheld(name: str, at: str = "2020-05-20T10:00:00+08:00", **given: object) -> Upheld:
    return Upheld.model_validate(
        {"report": name, "reporter": "rep-1", "content": f"c-{name}", "at": at, "source": "user", **given},
    )


def rows(earlier: list[Booking], *reports: Upheld, pack: Pack = LEDGER) -> list[tuple[object, ...]]:
    return [
        (row.report, row.month, tuple(row.granted.values()), tuple(row.capped.values()), row.note)
        for row in book(pack, earlier, reports)
    ]


def test_a_month_of_eleven_reports() -> None:
    reports = [upheld(f"r{number:02}", at=f"2020-05-{number:02}T10:00:00+08:00") for number in range(1, 13)]
    granted = [row[2] for row in rows([], *reports)]
    assert granted == [(10, 2)] * 5 + [(10, 0)] * 5 + [(0, 0)] * 2


def test_what_a_cap_cuts_off_is_named_and_lapses() -> None:
    full = [booking(f"p{number}", coins=19, points=1) for number in range(5)]
    assert rows(full, upheld("a"), upheld("b")) == [
        ("a", "2020-05", (5, 2), (5, 0), None),
        ("b", "2020-05", (0, 2), (10, 0), None),
    ]


def test_currencies_are_independent() -> None:
    assert rows([booking("p", coins=0, points=10)], upheld("a"))[0][2:4] == ((10, 0), (0, 2))
    assert rows([booking("p", coins=100, points=0)], upheld("a"))[0][2:4] == ((0, 2), (10, 0))


def test_an_overfull_month_grants_nothing_and_never_takes_back() -> None:
    assert rows([booking("p", coins=500, points=50)], upheld("a"))[0][2:4] == ((0, 0), (10, 2))


@pytest.mark.parametrize(
    ("at", "month"),
    [
        ("2020-05-31T15:59:59.999999+00:00", "2020-05"),
        ("2020-05-31T16:00:00+00:00", "2020-06"),
        ("2020-06-01T00:00:00+08:00", "2020-06"),
    ],
)
def test_the_month_is_that_of_the_pack_zone(at: str, month: str) -> None:
    full = [booking("p", coins=100, points=10)]
    assert rows(full, upheld("a", at=at))[0][1] == month
    assert rows(full, upheld("a", at=at))[0][2] == ((10, 2) if month == "2020-06" else (0, 0))


def test_each_reporter_has_a_cap_of_his_own() -> None:
    assert rows([booking("p", coins=100, points=10)], upheld("a", reporter="rep-2"))[0][2] == (10, 2)


def test_bookings_later_in_the_month_count_against_an_earlier_instant() -> None:
    assert rows([booking("p", at="2020-05-31T10:00:00+08:00", coins=95, points=9)], upheld("a"))[0][2] == (5, 1)


def test_bookings_are_made_in_order_of_instant_then_report() -> None:
    reports = [upheld("c"), upheld("b"), upheld("d", at="2020-05-19T10:00:00+08:00")]
    assert [row[0] for row in rows([booking("p", coins=85, points=7)], *reports)] == ["d", "b", "c"]
    assert [row[2] for row in rows([booking("p", coins=85, points=7)], *reports)] == [(10, 2), (5, 1), (0, 0)]


@pytest.mark.parametrize(
    ("report", "note"),
    [
        ({"content": "c-p"}, "duplicate"),
        ({"content": "c-p", "at": "2020-09-01T00:00:00Z"}, "duplicate"),
        ({"content": "c-p", "reporter": "rep-2"}, None),
        ({"content": None}, None),
        ({"name": "p"}, "duplicate"),
        ({"name": "p", "reporter": "rep-2"}, "duplicate"),
        ({"source": "third_party"}, "not_eligible"),
        ({"source": "platform_monitoring"}, "not_eligible"),
        ({"source": "regulator", "content": "c-p"}, "not_eligible"),
    ],
)
def test_a_reward_is_due_once_per_report_and_once_per_reporter_and_content(
    report: dict[str, object], note: str | None
) -> None:
    ((_, _, granted, capped, found),) = rows([booking("p")], upheld(**{"name": "a", **report}))
    assert (found, granted, capped) == (note, (10, 2) if note is None else (0, 0), (0, 0))


def test_the_second_of_two_in_one_run_is_the_duplicate() -> None:
    notes = [row[4] for row in rows([], upheld("a", content="c"), upheld("b", content="c"), upheld("a", content="d"))]
    assert notes == [None, "duplicate", "duplicate"]


def test_two_reports_without_content_are_two() -> None:
    assert [row[4] for row in rows([], upheld("a", content=None), upheld("b", content=None))] == [None, None]


def test_what_was_not_eligible_does_not_stand_in_the_way() -> None:
    reports = [upheld("a", content="c", source="regulator"), upheld("b", content="c")]
    assert [row[4] for row in rows([], *reports)] == ["not_eligible", None]


def test_without_a_rule_per_content_only_the_report_counts() -> None:
    pack = pack_of({"rewards.per": ABSENT}, GRADED)
    assert [row[4] for row in rows([booking("p")], upheld("a", content="c-p"), upheld("p"), pack=pack)] == [
        None,
        "duplicate",
    ]


@pytest.mark.parametrize(
    ("reversed_at", "granted"),
    [
        ("2020-05-20T10:00:00+08:00", (10, 2)),
        ("2020-05-20T10:00:00.000001+08:00", (0, 0)),
        ("2020-05-03T00:00:00+08:00", (10, 2)),
    ],
)
def test_a_reversal_frees_room_from_its_instant_on(reversed_at: str, granted: tuple[int, int]) -> None:
    full = [booking("p", coins=100, points=10, reversed_at=reversed_at)]
    assert rows(full, upheld("a"))[0][2] == granted


def test_a_reversal_gives_back_nothing_that_lapsed_and_does_not_reopen_its_content() -> None:
    earlier = [booking("p", coins=100, points=10, reversed_at="2020-05-10T00:00:00+08:00")]
    assert rows(earlier, upheld("a", content="c-p"))[0][4] == "duplicate"


def test_a_currency_without_a_cap_is_granted_whole() -> None:
    pack = pack_of({"rewards.caps": ABSENT}, GRADED)
    assert rows([booking("p", coins=10_000, points=10_000)], upheld("a"), pack=pack)[0][2] == (10, 2)


@pytest.mark.parametrize("pack", [shipped(KR36), shipped(ZERO)])
def test_a_pack_without_a_ledger_books_nothing(pack: Pack) -> None:
    made = book(pack, [], [upheld("a"), upheld("b", source="regulator")])
    assert [(row.granted, row.capped, row.note) for row in made] == [({}, {}, "no_ledger")] * 2
    assert totals(pack, [], made) == {"rep-1": {"2020-05": {}}}


def test_a_ledger_without_amounts_grants_nothing() -> None:
    pack = pack_of({"rewards.amounts": ABSENT, "rewards.caps": ABSENT, "rewards.labels": ABSENT}, GRADED)
    assert rows([], upheld("a"), pack=pack) == [("a", "2020-05", (), (), None)]


def test_totals_hold_all_that_stands_by_reporter_and_month() -> None:
    earlier = [
        booking("p1"),
        booking("p2", at="2020-04-30T10:00:00+08:00"),
        booking("p3", reversed_at="2020-05-10T00:00:00+08:00"),
        booking("p4", reporter="rep-2", reversed_at="2020-05-10T00:00:00+08:00"),
    ]
    made = book(LEDGER, earlier, [upheld("a"), upheld("b", reporter="rep-3", source="regulator")])
    assert totals(LEDGER, earlier, made) == {
        "rep-1": {"2020-05": {"coins": 20, "points": 4}, "2020-04": {"coins": 10, "points": 2}},
        "rep-2": {"2020-05": {"coins": 0, "points": 0}},
        "rep-3": {"2020-05": {"coins": 0, "points": 0}},
    }


def test_the_month_is_written_with_four_and_two_digits() -> None:
    assert month_of(upheld("a", at="0999-03-01T00:00:00+08:00").at, LEDGER.zone) == "0999-03"

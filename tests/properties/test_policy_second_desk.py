"""Admission, deadlines and rewards of all five packs agree with second answers that were written apart from them."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from domain.policy.vectors import answer
from domain.policy.vocabulary import ClockEvent
from tests.support.policy_packs import SHIPPED, shipped
from tests.support.policy_random import cases, seeded
from tests.support.policy_second_desk import second_admission, second_deadlines, second_rewards

EVERY_PACK = pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.parent.name)
SOURCES = ["user", "user", "user", "platform_monitoring", "third_party", "regulator"]
PLACES = [None, "weibo", "wechat", "own_site", "moji_app", "moji_mini_program", "elsewhere"]
EDGES = [timedelta(0), timedelta(microseconds=1), -timedelta(microseconds=1), timedelta(hours=1)]
LENGTHS = [timedelta(hours=hours) for hours in (0, 0, 12, 24, 48, 72)] + [timedelta(days=days) for days in (28, 30, 31)]
STARTS = [
    "2020-01-31T12:00:00+08:00",
    "2020-05-31T23:59:59.999999+08:00",
    "2021-02-28T00:00:00Z",
    "2021-03-10T04:00:00Z",
]


def agree(file: Path, kind: str, given: list[dict], when: dict, expected: dict) -> None:
    vector = {"pack": file.parent.name, "kind": kind, "given": given, "when": when}
    assert answer(shipped(file), vector) == expected, vector


def near(rng: Random, start: str) -> str:
    """An instant at the edge of a period after `start`, to the microsecond, or before it."""
    sign = rng.choice([1, 1, 1, -1])
    return (datetime.fromisoformat(start) + sign * rng.choice(LENGTHS) + rng.choice(EDGES)).isoformat()


@EVERY_PACK
def test_both_admit_and_refuse_the_same_reports(file: Path) -> None:
    rng = seeded(f"second admission, {file.parent.name}")
    data = tomllib.loads(file.read_text())
    codes = [row["code"] for row in data["violation"]]
    elsewhere = [row["code"] for row in data["violation"] if "procedure" in row]
    for _ in range(cases(2_000)):
        at = rng.choice(STARTS)
        report = {
            "at": at,
            "source": rng.choice(SOURCES),
            "channel": rng.choice([None, "button"]),
            "reporter": rng.choice([None, "rep-1", "rep-2"]),
            "reporter_verified": rng.random() < 0.7,
            "place": rng.choice(PLACES),
            "subject_type": rng.choice([*data["subjects"], "group"]),
            "content": rng.choice([None, "c-1", "c-2"]),
            "codes": rng.choice([[], [rng.choice(codes)], elsewhere, elsewhere + rng.choices(codes), ["9.9"]]),
            "evidence": rng.choice(["sufficient", "sufficient", "insufficient", "none"]),
            "malicious_established": rng.random() < 0.2,
            "contact": rng.random() < 0.5,
        }
        past = []
        for number in range(rng.randint(0, 3)):
            state = rng.choice(["handled", "handled", "refused", "pending"])
            content, reporter = rng.choice([None, "c-1", "c-2"]), rng.choice([None, "rep-1", "rep-2"])
            handled_at = near(rng, at) if state == "handled" else None
            one = {"report": f"p{number}", "reporter": reporter, "content": content, "at": at, "state": state}
            past.append({**one, "handled_at": handled_at})
        agree(file, "admission", past, report, second_admission(data, past, report))


@EVERY_PACK
def test_both_see_the_same_clocks(file: Path) -> None:
    rng = seeded(f"second deadlines, {file.parent.name}")
    data = tomllib.loads(file.read_text())
    used = [event for clock in data.get("clock", []) for event in (*clock["start"], *clock["stop"])]
    for _ in range(cases(2_000)):
        start = rng.choice(STARTS)
        types = [rng.choice([*used, *used, *ClockEvent]) for _ in range(rng.randint(0, 6))]
        events = [{"type": str(each), "at": near(rng, start)} for each in types]
        now = near(rng, start)
        agree(file, "deadlines", events, {"now": now}, second_deadlines(data, events, now))


@EVERY_PACK
def test_both_grant_and_cap_the_same_rewards(file: Path) -> None:
    rng = seeded(f"second rewards, {file.parent.name}")
    data = tomllib.loads(file.read_text())
    counted = data.get("rewards", {}).get("kind") == "ledger"
    for _ in range(cases(2_000)):
        start = rng.choice(STARTS)
        names = rng.sample(range(40), 20)

        def row(number: int, start: str = start) -> dict:
            reporter, content = rng.choice(["rep-1", "rep-2"]), rng.choice([None, *(f"c{n}" for n in range(15))])
            return {"report": f"r{number}", "reporter": reporter, "content": content, "at": near(rng, start)}

        booked = []
        for number in names[: rng.randint(0, 12)]:
            granted = {"coins": rng.choice([10, 10, 5, 0]), "points": rng.choice([2, 2, 1, 0])}
            reversed_at = {"reversed_at": near(rng, start)} if rng.random() < 0.2 else {}
            booked.append({**row(number), "granted": granted if counted else {}, **reversed_at})
        upheld = [{**row(number), "source": rng.choice(SOURCES)} for number in rng.choices(names, k=rng.randint(1, 8))]
        agree(file, "rewards", booked, {"upheld": upheld}, second_rewards(data, booked, upheld))

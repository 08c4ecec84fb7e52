"""Every public vector of the reward ledger, run as commands through the whole service, and random ones beside."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.policy.load import load
from domain.policy.pack import Pack
from domain.policy.vectors import answer
from tests.support.example_pack import PLATFORM, example_pack
from tests.support.policy_packs import MOJI, SHIPPED_BY_PLATFORM, shipped, stored_vectors
from tests.support.reward_vectors import NotProducible, through_the_service

VECTORS = stored_vectors("rewards")

NOT_PRODUCIBLE: dict[str, str] = {}
"""Public vectors that no commands lead to, by name, with the reason; none so far."""

START = datetime(2021, 3, 29, 4, tzinfo=UTC)
"""Three days before a month ends, so that random ledgers run over its end."""

MOMENTS = st.integers(0, 40).map(lambda quarter_days: START + quarter_days * timedelta(hours=6))
UPHELD = st.lists(
    st.tuples(st.sampled_from(["ming", "lan"]), st.sampled_from(["c-1", "c-2", None]), MOMENTS, st.booleans()),
    min_size=1,
    max_size=8,
)


@pytest.mark.parametrize("vector", VECTORS, ids=[str(vector["name"]) for vector in VECTORS])
def test_a_public_vector_passes_as_commands(vector: dict[str, object]) -> None:
    if vector["name"] in NOT_PRODUCIBLE:
        with pytest.raises(NotProducible, match=NOT_PRODUCIBLE[str(vector["name"])]):
            through_the_service(shipped(SHIPPED_BY_PLATFORM[str(vector["pack"])]), vector)
        return
    found = through_the_service(shipped(SHIPPED_BY_PLATFORM[str(vector["pack"])]), vector)
    expected = vector["then"]
    assert isinstance(expected, dict)
    assert {name: found[name] for name in expected} == expected


def row(number: int, drawn: tuple[str, str | None, datetime, bool]) -> dict[str, object]:
    """An upheld report of a vector."""
    reporter, content, at, user = drawn
    source = "user" if user else "third_party"
    return {"report": f"r-{number}", "reporter": reporter, "content": content, "at": at.isoformat(), "source": source}


def vector_of(pack: Pack, past: list[dict[str, object]], reversed_: list[int], now: list[dict[str, object]]) -> object:
    """A vector whose bookings are what the engine itself books for `past`, some of them reversed a day later."""
    asked = {"pack": pack.platform, "kind": "rewards", "given": [], "when": {"upheld": past}}
    rows = {line["report"]: line for line in answer(pack, asked)["ledger"]} if past else {}
    bookings = []
    for number, each in enumerate(past):
        line = rows[each["report"]]
        if line["note"] is not None:
            continue
        booking = {name: each[name] for name in ("report", "reporter", "content", "at")} | {"granted": line["granted"]}
        if number in reversed_:
            booking["reversed_at"] = (datetime.fromisoformat(str(each["at"])) + timedelta(days=1)).isoformat()
        bookings.append(booking)
    return {**asked, "given": bookings, "when": {"upheld": now}}


@settings(deadline=None)
@given(past=UPHELD, reversed_=st.lists(st.integers(0, 7), max_size=3), now=UPHELD)
def test_the_service_books_what_the_engine_does(
    past: list[tuple[str, str | None, datetime, bool]],
    reversed_: list[int],
    now: list[tuple[str, str | None, datetime, bool]],
) -> None:
    pack = load(example_pack().encode(), PLATFORM)
    lines = [row(number, drawn) for number, drawn in enumerate([*past, *now])]
    vector = vector_of(pack, lines[: len(past)], reversed_, lines[len(past) :])
    assert isinstance(vector, dict)
    expected = answer(pack, vector)
    found = through_the_service(pack, vector)
    assert found["ledger"] == expected["ledger"]
    assert found["totals"] == expected["totals"]


def test_a_pack_without_a_ledger_books_nothing() -> None:
    vector = {
        "pack": "36kr-jiangsu",
        "kind": "rewards",
        "given": [],
        "when": {"upheld": [row(1, ("ming", "c", START, True))]},
    }
    pack = shipped(SHIPPED_BY_PLATFORM["36kr-jiangsu"])
    assert through_the_service(pack, vector)["ledger"] == answer(pack, vector)["ledger"]


def test_what_no_commands_lead_to_is_said() -> None:
    booking = {**row(1, ("ming", "c-1", START, True)), "granted": {"coins": 3, "points": 2}}
    booking.pop("source")
    vector = {"pack": "moji-weather", "kind": "rewards", "given": [booking], "when": {"upheld": []}}
    with pytest.raises(NotProducible, match="would have granted"):
        through_the_service(shipped(MOJI), vector)
    twice = [row(1, ("ming", "c-1", START, True))] * 2
    with pytest.raises(NotProducible, match="already_decided"):
        through_the_service(shipped(MOJI), {**vector, "given": [], "when": {"upheld": twice}})
    early = row(1, ("ming", "c-1", datetime(2019, 1, 1, tzinfo=UTC), True))
    with pytest.raises(NotProducible, match="no_policy_in_force"):
        through_the_service(shipped(MOJI), {**vector, "given": [], "when": {"upheld": [early]}})

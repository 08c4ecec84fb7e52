"""Clocks start once, stop at the first stop event, and are met, late, running or breached."""

import pytest

from domain.policy.clocks import StartedClock, TimedEvent, due_at, queue_key, started_clocks
from domain.policy.pack import Pack
from tests.support.policy_findings import at
from tests.support.policy_packs import KR36, ZERO, pack_of, shipped

RECEIVED = ("report_received", "2021-03-10T12:00:00")


def clocks(pack: Pack, *events: tuple[str, str], now: str = "2021-03-20T00:00:00") -> tuple[StartedClock, ...]:
    made = [TimedEvent(type=kind, at=at(when)) for kind, when in events]
    return started_clocks(pack, made, at(now))


def states(pack: Pack, *events: tuple[str, str], now: str = "2021-03-20T00:00:00") -> dict[str, str]:
    return {clock.clock: clock.state.value for clock in clocks(pack, *events, now=now)}


@pytest.mark.parametrize(
    ("stop", "now", "state"),
    [
        ("2021-03-11T12:00:00", "2021-03-20T00:00:00", "met"),
        ("2021-03-11T12:00:00.000001", "2021-03-20T00:00:00", "late"),
        ("2021-03-10T12:00:00", "2021-03-20T00:00:00", "met"),
        (None, "2021-03-11T12:00:00", "running"),
        (None, "2021-03-11T12:00:00.000001", "breached"),
        ("2021-03-11T11:00:00", "2021-03-11T10:00:00", "running"),
        ("2021-03-12T11:00:00", "2021-03-12T10:59:59", "breached"),
        ("2021-03-12T11:00:00", "2021-03-12T11:00:00", "late"),
    ],
)
@pytest.mark.parametrize("kind", ["decided", "report_refused"])
def test_a_clock_at_its_boundaries(kind: str, stop: str | None, now: str, state: str) -> None:
    events = [RECEIVED] if stop is None else [RECEIVED, (kind, stop)]
    assert states(shipped(KR36), *events, now=now) == {"decision": state}


def test_a_clock_that_has_not_started_is_not_listed() -> None:
    assert states(shipped(KR36), ("decided", "2021-03-10T12:00:00")) == {}
    assert states(shipped(KR36), RECEIVED, now="2021-03-10T11:59:59.999999") == {}


def test_a_clock_starts_at_the_very_instant() -> None:
    assert states(shipped(KR36), RECEIVED, now="2021-03-10T12:00:00") == {"decision": "running"}


def test_further_start_events_do_not_restart_a_clock() -> None:
    (clock,) = clocks(shipped(KR36), ("report_received", "2021-03-15T00:00:00"), RECEIVED)
    assert clock.started_at == at("2021-03-10T12:00:00")


def test_a_stop_before_the_start_is_not_its_stop() -> None:
    (clock,) = clocks(
        shipped(KR36),
        ("decided", "2021-03-10T11:59:59"),
        RECEIVED,
        ("decided", "2021-03-13T00:00:00"),
        ("report_refused", "2021-03-11T00:00:00"),
    )
    assert (clock.stopped_at, clock.state) == (at("2021-03-11T00:00:00"), "met")


def test_clocks_stand_in_the_order_of_the_pack_whatever_the_order_of_events() -> None:
    events = [
        ("authority_request_received", "2021-03-01T00:00:00"),
        ("authority_notice_due", "2021-03-02T00:00:00"),
        ("marked_major", "2021-03-11T00:00:00"),
        RECEIVED,
        ("preliminary_result", "2021-03-11T00:00:00"),
    ]
    expected = {
        "verification": "breached",
        "preliminary": "met",
        "major-response": "met",
        "authority-notice": "breached",
        "authority-package": "breached",
    }
    assert list(states(shipped(ZERO), *events).items()) == list(expected.items())
    assert states(shipped(ZERO), *events[::-1]) == expected


@pytest.mark.parametrize(
    ("stop", "state"),
    [("2021-03-11T00:00:00", "met"), ("2021-03-11T00:00:00.000001", "late"), (None, "breached")],
)
def test_at_once_is_due_at_the_start(stop: str | None, state: str) -> None:
    events = [("marked_major", "2021-03-11T00:00:00")]
    events += [("verification_started", stop)] if stop else []
    (clock,) = clocks(shipped(ZERO), *events)
    assert (clock.state, clock.due_at) == (state, clock.started_at)


def test_what_is_due_at_once_or_urgent_goes_first_in_a_queue() -> None:
    listed = clocks(
        shipped(ZERO),
        RECEIVED,
        ("authority_request_received", "2021-03-12T00:00:00"),
        ("authority_notice_due", "2021-03-12T23:00:00"),
    )
    ordered = [clock.clock for clock in sorted(listed, key=queue_key)]
    assert ordered == ["authority-notice", "authority-package", "verification", "preliminary"]


def test_calendar_days_are_counted_on_the_wall_clock_of_the_pack() -> None:
    pack = pack_of({"zone": "Europe/Berlin"})
    (clock,) = clocks(pack, ("report_received", "2021-03-26T12:00:00+01:00"), now="2021-04-01T00:00:00")
    assert clock.due_at == at("2021-03-29T12:00:00+02:00")
    assert due_at(pack, pack.clocks[0], clock.started_at) == clock.due_at


def test_a_month_from_the_last_of_january_ends_in_february() -> None:
    pack = pack_of({"clock[0].due": "P1M"})
    (clock,) = clocks(pack, ("report_received", "2021-01-31T09:00:00"))
    assert clock.due_at == at("2021-02-28T09:00:00")

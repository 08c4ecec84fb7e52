"""The clock's commands on a case: a deadline that passed is recorded once, whenever it is noticed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import facts
from domain.cases import later_events as later
from domain.cases.events import CaseCounterpartySettled
from domain.cases.handling import found, in_order
from domain.cases.state import Case
from domain.commands import MissDeadline, SettleCounterparty
from domain.errors import (
    ClockUnknown,
    CounterpartyOpen,
    DeadlineNotMissed,
    NoCounterpartyDue,
    Refused,
    ReportNotFound,
)
from domain.events import Stamp
from domain.facts import Facts
from domain.policies.state import PackAt
from domain.policy.clocks import StartedClock, TimedEvent, started_clocks
from domain.policy.pack import ClockRule, Pack
from domain.policy.vocabulary import ClockEvent, ClockState
from domain.streams import StreamId


@dataclass(frozen=True, slots=True)
class OtherSide:
    """The case in which the other side of a dealing is examined; `case` is `None` where there is none."""

    stream: StreamId
    case: Case | None


_Started = tuple[UUID | None, StartedClock]
"""A clock that started, and the report that it runs for."""


def miss_deadline(
    stream: StreamId,
    case: Case | None,
    packs: PackAt,
    report: UUID | None,
    command: MissDeadline,
    stamp: Stamp,
) -> Facts:
    """Record that a clock ran out; without a report, that of the report whose time was up first and is not recorded.

    A clock goes by the rules of the day on which it started, whatever was published since.
    """
    case = found(case)
    if stamp.cause.command_id in case.commands:
        return ()
    started = [*_for_reports(case, packs, report, command.clock, stamp.at)]
    started += _for_the_case(case, packs, command.clock, stamp.at)
    if not started:
        raise _not_started(case, packs(stamp.at), report, command.clock)
    passed = [(owner, reading) for owner, reading in started if reading.state in (ClockState.BREACHED, ClockState.LATE)]
    if not passed:
        _, next_up = min(started, key=_due)
        raise DeadlineNotMissed(f"clock {command.clock!r} is {next_up.state.value}; due {next_up.due_at.isoformat()}")
    unrecorded = [(owner, reading) for owner, reading in passed if (command.clock, owner) not in case.missed]
    if not unrecorded:
        return ()
    owner, reading = min(unrecorded, key=_due)
    event = later.CaseDeadlineMissed(
        occurred_at=stamp.at, cause=stamp.cause, clock=command.clock, report=owner, due_at=reading.due_at
    )
    return facts.of(stream, event)


def _due(pair: _Started) -> datetime:
    return pair[1].due_at


def _for_reports(case: Case, packs: PackAt, report: UUID | None, clock: str, now: datetime) -> Iterator[_Started]:
    """How the clock stands for each report, or for the one asked for. A report that joins a case which has moved on
    finds what was done before it as done when it came: it is not owed a second time.
    """
    for joined in case.reports:
        if report in (None, joined.report):
            start = joined.received_at
            pack = packs(start)
            rule = _rule(pack, clock)
            if rule is not None and ClockEvent.REPORT_RECEIVED in rule.start:
                moments = [TimedEvent(type=kind, at=max(at, start)) for kind, at in case.moments]
                moments.append(TimedEvent(type=ClockEvent.REPORT_RECEIVED, at=start))
                yield from ((joined.report, reading) for reading in _readings(pack, moments, clock, now))


def _for_the_case(case: Case, packs: PackAt, clock: str, now: datetime) -> Iterator[_Started]:
    """How the clock stands for the case as a whole: it began with the first thing that starts it."""
    for kind, at in case.moments:
        pack = packs(at)
        rule = _rule(pack, clock)
        if rule is not None and kind in rule.start and ClockEvent.REPORT_RECEIVED not in rule.start:
            moments = [TimedEvent(type=other, at=moment) for other, moment in case.moments]
            yield from ((None, reading) for reading in _readings(pack, moments, clock, now))
            return


def _readings(pack: Pack, moments: list[TimedEvent], clock: str, now: datetime) -> Iterator[StartedClock]:
    return (reading for reading in started_clocks(pack, moments, now) if reading.clock == clock)


def _rule(pack: Pack, clock: str) -> ClockRule | None:
    return next((rule for rule in pack.clocks if rule.id == clock), None)


def _not_started(case: Case, pack: Pack, report: UUID | None, clock: str) -> Refused:
    """Why there is no such clock here."""
    rule = _rule(pack, clock)
    if rule is None:
        known = ", ".join(each.id for each in pack.clocks) or "none"
        return ClockUnknown(f"{clock!r} is no clock of {pack.platform} {pack.version}; known: {known}")
    if ClockEvent.REPORT_RECEIVED in rule.start and all(joined.report != report for joined in case.reports):
        return ReportNotFound("this report is not part of the case")
    return ClockUnknown(f"clock {clock!r} has not started in this case")


def settle_counterparty(
    stream: StreamId, case: Case | None, other: OtherSide | None, command: SettleCounterparty, stamp: Stamp
) -> Facts:
    """The other side has a finding in a case of its own, or there is a recorded reason why it has none."""
    case = found(case)
    if stamp.cause.command_id in case.commands:
        return ()
    in_order(case, stamp)
    if not case.counterparties_due:
        raise NoCounterpartyDue("no other side has to be examined in this case now")
    if other is None and command.reason is None:
        raise CounterpartyOpen("name the other side's case, or the reason why there is none")
    if other is not None:
        _check_other_side(stream, other, command.reason)
    event = CaseCounterpartySettled(
        occurred_at=stamp.at, cause=stamp.cause, case=other and other.stream.uuid, reason=command.reason
    )
    return facts.of(stream, event)


def _check_other_side(stream: StreamId, other: OtherSide, reason: str | None) -> None:
    standing = found(other.case).standing
    if other.stream == stream:
        raise CounterpartyOpen("the other side has a case of its own; this is the same case")
    if reason is None and all(decision.made.finding is None for decision in standing):
        raise CounterpartyOpen("there is no finding in the other side's case; decide it, or name the reason")

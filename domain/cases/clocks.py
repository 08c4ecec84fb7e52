"""The clock's commands on a case: a deadline that passed is recorded once, whenever it is noticed."""

from datetime import datetime
from uuid import UUID

from domain import facts
from domain.cases import later_events as later
from domain.cases.events import CaseCounterpartySettled
from domain.cases.handling import found
from domain.cases.state import Case
from domain.cases.values import ReportInCase
from domain.commands import MissDeadline, SettleCounterparty
from domain.errors import ClockUnknown, CounterpartyOpen, DeadlineNotMissed, NoCounterpartyDue, ReportNotFound
from domain.events import Stamp
from domain.facts import Facts
from domain.policy.clocks import StartedClock, TimedEvent, started_clocks
from domain.policy.pack import Pack
from domain.policy.vocabulary import ClockEvent, ClockState
from domain.streams import StreamId


def miss_deadline(
    stream: StreamId,
    case: Case | None,
    pack: Pack,
    report: UUID | None,
    command: MissDeadline,
    stamp: Stamp,
) -> Facts:
    """Record that a clock ran out; without a report, that of the report whose time is up first."""
    case = found(case)
    rule = next((clock for clock in pack.clocks if clock.id == command.clock), None)
    if rule is None:
        known = ", ".join(clock.id for clock in pack.clocks) or "none"
        raise ClockUnknown(f"{command.clock!r} is no clock of {pack.platform} {pack.version}; known: {known}")
    per_report = ClockEvent.REPORT_RECEIVED in rule.start
    owners = [each for each in case.reports if report in (None, each.report)] if per_report else [None]
    if not owners:
        raise ReportNotFound("this report is not part of the case")
    readings = [(each, _reading(pack, case, command.clock, each, stamp.at)) for each in owners]
    started = [(each, reading) for each, reading in readings if reading is not None]
    if not started:
        raise ClockUnknown(f"clock {command.clock!r} has not started in this case")
    each, reading = min(started, key=lambda pair: pair[1].due_at)
    if reading.state not in (ClockState.BREACHED, ClockState.LATE):
        raise DeadlineNotMissed(f"clock {command.clock!r} is {reading.state.value}; due {reading.due_at.isoformat()}")
    owner = None if each is None else each.report
    if (command.clock, owner) in case.missed:
        return ()
    event = later.CaseDeadlineMissed(
        occurred_at=stamp.at, cause=stamp.cause, clock=command.clock, report=owner, due_at=reading.due_at
    )
    return facts.of(stream, event)


def _reading(pack: Pack, case: Case, clock: str, joined: ReportInCase | None, now: datetime) -> StartedClock | None:
    """How the clock stands for one report, or for the case itself. A report that joins a case which has moved on
    finds what was done before it as done when it came: it is not owed a second time.
    """
    moments = [TimedEvent(type=kind, at=at) for kind, at in case.moments]
    if joined is not None:
        start = joined.received_at
        moments = [TimedEvent(type=moment.type, at=max(moment.at, start)) for moment in moments]
        moments.append(TimedEvent(type=ClockEvent.REPORT_RECEIVED, at=start))
    return next((reading for reading in started_clocks(pack, moments, now) if reading.clock == clock), None)


def settle_counterparty(
    stream: StreamId, case: Case | None, other: UUID | None, command: SettleCounterparty, stamp: Stamp
) -> Facts:
    """The other side has a case of its own, or a recorded reason why there is none."""
    case = found(case)
    if stamp.cause.command_id in case.commands:
        return ()
    if not case.counterparty_open:
        raise NoCounterpartyDue("no other side has to be examined in this case now")
    if other is None and command.reason is None:
        raise CounterpartyOpen("name the other side's case, or the reason why there is none")
    event = CaseCounterpartySettled(occurred_at=stamp.at, cause=stamp.cause, case=other, reason=command.reason)
    return facts.of(stream, event)

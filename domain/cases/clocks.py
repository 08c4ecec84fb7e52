"""The clock's commands on a case: a deadline that passed is recorded once, whenever it is noticed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import facts
from domain.cases import later_events as later
from domain.cases.events import CaseCounterpartySettled
from domain.cases.handling import found, in_order
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


@dataclass(frozen=True, slots=True)
class OtherSide:
    """The case in which the other side of a dealing is examined; `case` is `None` where there is none."""

    stream: StreamId
    case: Case | None


def miss_deadline(
    stream: StreamId,
    case: Case | None,
    pack: Pack,
    report: UUID | None,
    command: MissDeadline,
    stamp: Stamp,
) -> Facts:
    """Record that a clock ran out; without a report, that of the report whose time was up first and is not recorded."""
    case = found(case)
    if stamp.cause.command_id in case.commands:
        return ()
    rule = next((clock for clock in pack.clocks if clock.id == command.clock), None)
    if rule is None:
        known = ", ".join(clock.id for clock in pack.clocks) or "none"
        raise ClockUnknown(f"{command.clock!r} is no clock of {pack.platform} {pack.version}; known: {known}")
    per_report = ClockEvent.REPORT_RECEIVED in rule.start
    owners = [each for each in case.reports if report in (None, each.report)] if per_report else [None]
    if not owners:
        raise ReportNotFound("this report is not part of the case")
    readings = [(each, _reading(pack, case, command.clock, each, stamp.at)) for each in owners]
    started = [(None if each is None else each.report, reading) for each, reading in readings if reading is not None]
    if not started:
        raise ClockUnknown(f"clock {command.clock!r} has not started in this case")
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


def _due(pair: tuple[UUID | None, StartedClock]) -> datetime:
    return pair[1].due_at


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

"""Keeps time: deadlines that passed and sanctions that are over become commands, in the order in which they fell due.

A command is dated at the moment that made it due, never at the moment at which somebody noticed: kept every second,
after days of standstill or in a simulated year, time leaves the same facts. Given twice, or by two at once, a command
changes nothing the second time: its decider finds the fact there.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import merge
from typing import Final, Protocol
from uuid import UUID

import structlog

from caseledger.application.requests import KeepTime, Request, command_id_of
from caseledger.application.service import Answer, LedgerContended, Service
from domain.clock_commands import MissEvidenceRequestDeadline, MissOperationDeadline
from domain.command_values import Command
from domain.commands import EndSanction, MissDeadline
from domain.errors import Refused
from domain.events import Event
from domain.recorded import Recorded
from domain.streams import StreamId, StreamKind
from projections.instants import instant_text, parse_instant
from projections.queries import Cursor, Page, Query, Range

KEEPER: Final = "clock"
"""The actor of every command that time gives."""

READ_MODELS: Final = ("deadlines", "sanctions", "blacklist")
"""What time is kept by."""

PAGE_ROWS_MAX: Final = 500
"""Rows of one kind in memory at a time."""

SET_ASIDE_MAX: Final = 10_000
"""Refused commands that are remembered, so that they are not given at every look; the oldest is forgotten first."""

ANSWER_EVENTS_MAX: Final = 10_000
"""Events that a line of a scenario can tell."""

JUST_AFTER: Final = timedelta(microseconds=1)
"""Done at the very moment at which it is due is in time; the next moment there is, is late."""

log = structlog.get_logger(__name__)


class TooMuchDue(Refused):
    """More is due than one answer can hold; what came first was written, and keeping time again goes on from there."""

    code = "too_much_due"


class TimeTables(Protocol):
    """The read models of one platform that say what is due."""

    def bring_up(self) -> None:
        """Bring them up to the ledger's end."""

    def page(self, question: Query) -> Page:
        """Rows of one of their tables, and the cursor of those that follow."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A command that time gave: its answer, or why it was refused."""

    request: Request
    answer: Answer | None = None
    refusal: Refused | None = None


@dataclass(frozen=True, slots=True)
class _Due:
    """A command at the moment it is due; `key` orders those of one moment."""

    at: datetime
    key: tuple[str, ...]
    command: Callable[[], Command | None]


class TimeKeeper:
    """Keeps the time of one platform."""

    def __init__(self, service: Service, tables: TimeTables) -> None:
        """Bind where commands go and where it is read what is due."""
        self._service = service
        self._tables = tables
        self._set_aside: OrderedDict[UUID, None] = OrderedDict()

    def keep(self, until: datetime) -> Iterator[Kept]:
        """Give the commands that are due by this moment, one by one as they are asked for; what changed nothing is
        left out. Raises `DatedInTheFuture`, and `LedgerUnavailable` or `OutcomeUnknown`: keeping time again is safe.
        """
        self._service.check_time(Request(self._service.platform, until, KeepTime()))
        self._tables.bring_up()
        sources = (self._deadlines(until), self._sanctions(until), self._listings(until))
        for due in merge(*sources, key=lambda each: (each.at, each.key)):
            command = due.command()
            if command is not None:
                kept = self._give(Request(self._service.platform, due.at, command, actor=KEEPER))
                if kept is not None:
                    yield kept

    def answer(self, until: datetime, events_max: int = ANSWER_EVENTS_MAX) -> Answer:
        """All that became due by this moment, as one answer; raises `TooMuchDue` where that is too long."""
        events: list[Recorded[Event]] = []
        for kept in self.keep(until):
            events += kept.answer.events if kept.answer else ()
            if len(events) > events_max:
                raise TooMuchDue(f"more than {events_max} things are due; keep time again, or once before")
        position = events[-1].position if events else self._service.ledger.head()
        return Answer(position, tuple(events))

    def _give(self, request: Request) -> Kept | None:
        command_id = command_id_of(request)
        if command_id in self._set_aside:
            return None
        try:
            answer = self._service.handle(request)
        except LedgerContended:
            return None  # others write much; it is due at the next look as well
        except Refused as refusal:
            self._put_aside(request, command_id, refusal)
            return Kept(request, refusal=refusal)
        return Kept(request, answer) if answer.events else None

    def _put_aside(self, request: Request, command_id: UUID, refusal: Refused) -> None:
        """What the tables call due and the decider refuses is told once, and looked at by a person."""
        self._set_aside[command_id] = None
        while len(self._set_aside) > SET_ASIDE_MAX:
            self._set_aside.popitem(last=False)
        command = request.command.NAME
        log.warning("due_command_refused", platform=request.platform, command=command, code=refusal.code)

    def _deadlines(self, until: datetime) -> Iterator[_Due]:
        for row in self._rows("deadlines", "to_miss_at", Range(below=instant_text(until))):
            stream, report, clock = str(row["stream"]), str(row["report"]), str(row["clock"])
            if row["stream_kind"] == StreamKind.OPERATION:
                missed = self._of_operation(UUID(stream), clock)
            elif row["stream_kind"] == StreamKind.EVIDENCE_REQUEST:
                missed = self._of_evidence_request(UUID(stream), clock)
            else:
                missed = _of_case(UUID(stream), UUID(report) if report else None, clock)
            yield _Due(parse_instant(str(row["to_miss_at"])) + JUST_AFTER, ("deadline", stream, report, clock), missed)

    def _of_operation(self, stream: UUID, clock: str) -> Callable[[], Command | None]:
        def command() -> Command | None:
            operation = self._service.states.operation(StreamId(StreamKind.OPERATION, stream))
            if operation is None:
                return None
            return MissOperationDeadline(operation=operation.opened.operation, clock=clock)

        return command

    def _of_evidence_request(self, stream: UUID, clock: str) -> Callable[[], Command | None]:
        def command() -> Command | None:
            request = self._service.states.evidence_request(StreamId(StreamKind.EVIDENCE_REQUEST, stream))
            if request is None:
                return None
            received = request.received
            return MissEvidenceRequestDeadline(authority=received.authority, document=received.document, clock=clock)

        return command

    def _sanctions(self, until: datetime) -> Iterator[_Due]:
        for row in self._rows("sanctions", "to_end_at", Range(at_most=instant_text(until))):
            sanction = str(row["sanction"])
            ended = _of_sanction(str(row["account"]), sanction)
            yield _Due(parse_instant(str(row["to_end_at"])), ("sanction", sanction), ended)

    def _listings(self, until: datetime) -> Iterator[_Due]:
        """Listings with a term; one that names several is asked for once for each, and ends once."""
        for row in self._rows("blacklist", "ends_at", Range(at_most=instant_text(until)), state="listed"):
            over_at = max(str(row["ends_at"]), str(row["listed_at"]))
            listing = str(row["listing"])
            yield _Due(parse_instant(over_at), ("listing", listing), _of_sanction(str(row["account"]), None))

    def _rows(self, relation: str, due: str, span: Range, **where: str) -> Iterator[dict[str, object]]:
        """All rows whose column `due` lies in the span, in that order, page by page; each page begins where the one
        before ended. What is written meanwhile changes no row before it is brought up again.
        """
        after: Cursor | None = None
        while True:
            page = self._tables.page(Query(relation, {**where, due: span}, (due,), PAGE_ROWS_MAX, after))
            yield from page.rows
            if page.next is None:
                return
            after, span = page.next, replace(span, at_least=page.next[0])


def _of_case(case: UUID, report: UUID | None, clock: str) -> Callable[[], Command]:
    return lambda: MissDeadline(case=case, clock=clock, report=report)


def _of_sanction(account: str, sanction: str | None) -> Callable[[], Command]:
    return lambda: EndSanction(account=account, sanction=sanction)


def about(request: Request) -> str:
    """What a command of time is about, in words: the account, or operation, request or case with the clock."""
    command = request.command
    match command:
        case EndSanction():
            return f"account {command.account}"
        case MissOperationDeadline():
            return f"clock {command.clock} of operation {command.operation}"
        case MissEvidenceRequestDeadline():
            return f"clock {command.clock} of evidence request {command.document} of {command.authority}"
        case MissDeadline():
            return f"clock {command.clock} of case {command.case}"
    raise TypeError(f"time gives no {type(command).__name__}")

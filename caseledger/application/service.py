"""One platform's use cases: a command is decided on fresh states and written as one append, or refused."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from caseledger.application.decisions import Decisions
from caseledger.application.ports import AppendConflicts, AppendTooLarge, Clock, Digests, Ledger
from caseledger.application.requests import OF_IDENTITIES, ROLE_OF, Request, command_id_of
from caseledger.application.states import States
from caseledger.event_codec import to_stored
from domain.commands import FileReport, GiveFeedback, PublishPolicy
from domain.errors import Refused
from domain.events import Event, Stamp
from domain.facts import Facts
from domain.policies.state import Policies
from domain.recorded import Cause, Recorded, Role
from domain.reports.state import Report
from domain.streams import StreamId, policy_stream, report_stream

ATTEMPTS_MAX: Final = 3
"""How often a command is decided anew when another append came first."""

AHEAD_MAX: Final = timedelta(days=1)
"""How far in the future a command may be dated; clocks differ, years do not."""

_NOT_BY_POLICY = (PublishPolicy, GiveFeedback, *OF_IDENTITIES)

log = structlog.get_logger(__name__)


class DatedInTheFuture(Refused):
    """The command is dated further ahead than clocks differ."""

    code = "dated_in_the_future"


class CommandTooLarge(Refused):
    """What the command causes is larger than one append may be; nothing was written."""

    code = "command_too_large"


class LedgerContended(Refused):
    """Other writers kept coming first; nothing was written, and the command may be repeated."""

    code = "ledger_contended"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a command: the events it wrote, none when it had taken effect before.

    `position` is that of the last event written, or of the ledger's end; a query that waits for it sees all of it.
    `report` is set for a report: its own state, with the first outcome when it was seen before.
    """

    position: int
    events: tuple[Recorded[Event], ...]
    report: Report | None = None
    stream: StreamId | None = None


class Service:
    """The commands of one platform, one at a time."""

    def __init__(self, platform: str, ledger: Ledger, digests: Digests, clock: Clock) -> None:
        """Bind the platform's ledger and what its deciders need."""
        self.platform = platform
        self.ledger = ledger
        self.states = States(ledger)
        self.decisions = Decisions(platform, self.states, digests)
        self._clock = clock

    def handle(self, request: Request) -> Answer:
        """Decide and write; raises `Refused`, `LedgerUnavailable` or `OutcomeUnknown`, and then nothing is written
        (or, for the last, cannot be told).
        """
        self.check_time(request)
        for _ in range(ATTEMPTS_MAX):
            self.states.refresh()
            placed = place(self.states, self.decisions.decide(request, self.stamp(request)))
            if not placed:
                return self.answer(request, ())
            written = self._write(placed)
            if written is not None:
                return self.answer(request, written)
        raise LedgerContended(f"{ATTEMPTS_MAX} times another writer came first; repeat the command")

    def policies(self) -> Policies:
        """What was published for this platform."""
        self.states.refresh()
        return self.states.policies(policy_stream(self.platform)) or Policies()

    def check_time(self, request: Request) -> None:
        """Refuse a command from the future."""
        limit = self._clock.now() + AHEAD_MAX
        if request.at > limit:
            raise DatedInTheFuture(f"dated {request.at.isoformat()}, later than {limit.isoformat()}")

    def stamp(self, request: Request) -> Stamp:
        """When and by whom, as every event of this command will say."""
        command_id = command_id_of(request)
        cause = Cause(
            actor=_actor(request),
            role=request.role or ROLE_OF.get(request.command.NAME, Role.REVIEWER),
            command_id=command_id,
            correlation_id=request.correlation_id or command_id,
            policy_version=self._policy_version(request),
        )
        return Stamp(request.at, cause)

    def _policy_version(self, request: Request) -> str | None:
        if isinstance(request.command, _NOT_BY_POLICY):
            return None
        return self.decisions.policy_version(request)

    def _append(self, placed: Sequence[Recorded[Event]]) -> range | AppendConflicts:
        try:
            return self.ledger.append_many([[to_stored(fact) for fact in placed]])[0]
        except AppendTooLarge as error:
            raise CommandTooLarge(str(error)) from error

    def _write(self, placed: Sequence[Recorded[Event]]) -> tuple[Recorded[Event], ...] | None:
        outcome = self._append(placed)
        if isinstance(outcome, AppendConflicts):
            self.states.forget({fact.stream for fact in placed})
            return None
        written = tuple(
            Recorded(fact.stream, fact.version, fact.event, position)
            for fact, position in zip(placed, outcome, strict=True)
        )
        self.states.advance(written)
        self.states.wrote([outcome])
        return written

    def answer(self, request: Request, written: tuple[Recorded[Event], ...]) -> Answer:
        """What a caller is told of a command that wrote these events."""
        self.tell(request, written)
        position = written[-1].position if written else self.ledger.head()
        command = request.command
        if isinstance(command, FileReport):
            stream = report_stream(self.platform, command.system, command.report)
            return Answer(position, written, self.states.report(stream), stream)
        return Answer(position, written)

    def tell(self, request: Request, written: tuple[Recorded[Event], ...]) -> None:
        """Log what a command wrote, with its cause."""
        if written and log.is_enabled_for(logging.INFO):
            log.info("command_handled", **_told(request, written))


def place(states: States, facts: Facts) -> tuple[Recorded[Event], ...]:
    """The facts at the next versions of their streams."""
    versions: dict[StreamId, int] = {}
    placed: list[Recorded[Event]] = []
    for fact in facts:
        version = versions.get(fact.stream)
        version = (states.version(fact.stream) if version is None else version) + 1
        versions[fact.stream] = version
        placed.append(Recorded(fact.stream, version, fact.event))
    return tuple(placed)


def _actor(request: Request) -> str:
    """The actor given, or the system that speaks. A reporter's own id never becomes a cause: it would leave the
    report's stream with it.
    """
    command = request.command
    if isinstance(command, FileReport) and request.actor in (None, command.reporter):
        return command.system
    return request.actor or "caseledger"


def _told(request: Request, written: Iterable[Recorded[Event]]) -> dict[str, object]:
    types = [fact.event.TYPE for fact in written]
    cause = next(iter(written)).event.cause
    return {
        "platform": request.platform,
        "command": request.command.NAME,
        "command_id": str(cause.command_id),
        "correlation_id": str(cause.correlation_id),
        "actor": cause.actor,
        "role": cause.role.value,
        "events": types,
        "position": max(fact.position for fact in written),
    }

"""How a reporter is told what became of a report: once, and never before there is something to tell."""

from datetime import datetime

from domain import facts
from domain.cases.state import Case
from domain.commands import GiveFeedback
from domain.errors import (
    CounterpartyOpen,
    FeedbackGivenBefore,
    OutOfOrder,
    ReporterNotReachable,
    ReportNotFound,
    ReportNotSettled,
)
from domain.events import Stamp
from domain.facts import Facts
from domain.policy.vocabulary import ClockEvent
from domain.reports.events import ReportFeedbackGiven
from domain.reports.state import Report
from domain.streams import StreamId
from domain.values import FeedbackKind


def give_feedback(
    stream: StreamId, report: Report | None, case: Case | None, command: GiveFeedback, stamp: Stamp
) -> Facts:
    """Feedback on the refusal, the outcome or a preliminary result; `case` is the one the report joined."""
    if report is None:
        raise ReportNotFound(f"no report {command.report!r} of {command.system!r} was received")
    if report.feedback is not None:
        if report.feedback.cause.command_id == stamp.cause.command_id:
            return ()
        raise FeedbackGivenBefore("the reporter was told before; feedback is given exactly once per report")
    if not report.received.reachable:
        raise ReporterNotReachable("the reporter left no contact; there is nobody to tell")
    what = _what_can_be_told(report, case)
    if what is None or command.what not in (None, what):
        raise ReportNotSettled(
            "the report is neither refused nor decided, and no preliminary result is there"
            if what is None
            else f"there is {what.value} to tell, not {command.what and command.what.value}"
        )
    if stamp.at < _known_since(report, case, what):
        raise OutOfOrder(f"dated {stamp.at.isoformat()}, before there was anything to tell")
    if what is FeedbackKind.OUTCOME and case is not None and case.counterparties_due:
        raise CounterpartyOpen("the case is not final before the other side is examined")
    return facts.of(stream, ReportFeedbackGiven(occurred_at=stamp.at, cause=stamp.cause, what=what, text=command.text))


def _known_since(report: Report, case: Case | None, what: FeedbackKind) -> datetime:
    """When what is told now came to be."""
    if case is None:
        return report.received.occurred_at
    stopper = ClockEvent.DECIDED if what is FeedbackKind.OUTCOME else ClockEvent.PRELIMINARY_RESULT
    return next(at for kind, at in case.moments if kind is stopper)


def _what_can_be_told(report: Report, case: Case | None) -> FeedbackKind | None:
    if report.refused is not None:
        return FeedbackKind.REFUSAL
    if case is None:
        return None
    if case.decisions:
        return FeedbackKind.OUTCOME
    told = any(kind is ClockEvent.PRELIMINARY_RESULT for kind, _ in case.moments)
    return FeedbackKind.PRELIMINARY_RESULT if told else None

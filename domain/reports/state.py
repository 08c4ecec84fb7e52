"""A report as its events left it."""

from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

from domain.recorded import Recorded
from domain.reports.events import ReportAdmitted, ReportEvent, ReportFeedbackGiven, ReportReceived, ReportRefused


@dataclass(frozen=True, slots=True)
class Report:
    """A received report; exactly one of `case` and `refused` is set once its first append is whole."""

    received: ReportReceived
    case: UUID | None = None
    refused: ReportRefused | None = None
    feedback_owed: bool = False
    feedback: ReportFeedbackGiven | None = None


def evolve(report: Report | None, fact: Recorded[ReportEvent]) -> Report | None:
    """The report after this event."""
    match fact.event:
        case ReportReceived() as event:
            return Report(event) if report is None else report
        case ReportAdmitted() as event:
            return report and replace(report, case=event.case, feedback_owed=event.feedback_owed)
        case ReportRefused() as event:
            return report and replace(report, refused=event, feedback_owed=event.feedback_owed)
        case ReportFeedbackGiven() as event:
            return report and replace(report, feedback=event)
        case unknown:
            assert_never(unknown)

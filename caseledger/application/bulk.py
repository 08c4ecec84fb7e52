"""Lines of reports in bulk: each is filed, seen before, or named with what is wrong; none is lost between."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from caseledger.application.gateway import Gateway
from caseledger.application.intake import Filed, file_reports
from caseledger.application.lines import LINE_BYTES_MAX, LineFault, LineRefused, request_of
from caseledger.application.requests import Request
from consumers.lines import Line
from domain.errors import Refused
from domain.reports.events import ReportRefused


@dataclass(slots=True)
class Tally:
    """How many lines there were, and what became of them. Every line is counted in exactly one of the four."""

    admitted: int = 0
    refused: int = 0
    seen_before: int = 0
    bad: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    """Reports refused by their policy by the first reason, bad lines by code."""

    @property
    def lines(self) -> int:
        """All of them."""
        return self.admitted + self.refused + self.seen_before + self.bad


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that was not taken in, and why."""

    line: int
    faults: tuple[LineFault, ...]


class BulkIntake:
    """Files lines of reports; `tally` counts them."""

    def __init__(self, gateway: Gateway, platform: str | None, tally: Tally) -> None:
        """Bind the way in, and the platform of lines that name none."""
        self._gateway = gateway
        self._platform = platform
        self.tally = tally

    def take(self, lines: Sequence[Line]) -> list[Problem]:
        """File a batch; what was wrong with which line. Raises `LedgerUnavailable` or `OutcomeUnknown`."""
        problems: list[Problem] = []
        good: dict[str, list[tuple[Line, Request]]] = {}
        for line in lines:
            if line.blank:
                continue
            try:
                request = _request(line, self._platform)
                self._gateway.service_for(request)
            except LineRefused as refusal:
                problems.append(Problem(line.number, refusal.faults))
            except Refused as refusal:
                problems.append(_problem(line, refusal))
            else:
                good.setdefault(request.platform, []).append((line, request))
        for platform_lines in good.values():
            problems += self._file(platform_lines)
        for problem in problems:
            self.tally.bad += 1
            self.tally.reasons[problem.faults[0].code] += 1
        return sorted(problems, key=lambda problem: problem.line)

    def _file(self, lines: Sequence[tuple[Line, Request]]) -> Iterator[Problem]:
        service = self._gateway.service_for(lines[0][1])
        for (line, _), filed in zip(lines, file_reports(service, [request for _, request in lines]), strict=True):
            if isinstance(filed, Refused):
                yield _problem(line, filed)
            else:
                self._count(filed)

    def _count(self, filed: Filed) -> None:
        if isinstance(filed, Refused) or not filed.events:
            self.tally.seen_before += 1
            return
        refused = [fact.event for fact in filed.events if isinstance(fact.event, ReportRefused)]
        self.tally.refused += len(refused)
        self.tally.admitted += not refused
        self.tally.reasons.update(event.reason for event in refused)


def _request(line: Line, platform: str | None) -> Request:
    if line.data is None:
        reason = f"{line.length} bytes; a line has at most {LINE_BYTES_MAX}"
        raise LineRefused(LineFault("", "line_too_long", reason))
    return request_of(line.data, command="file_report", platform=platform)


def _problem(line: Line, refusal: Refused) -> Problem:
    return Problem(line.number, (LineFault("", refusal.code, refusal.reason),))

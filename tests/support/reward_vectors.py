"""Vectors of the reward ledger as commands through the whole service: reports, decisions, corrections, and their rows.

Every report is about an item of its own, posted by an account of its own, so that nothing but the reward ledger sees
one beside the other; a booking is upheld at its instant, and corrected at the instant of its reversal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from caseledger.application.requests import Request
from caseledger.application.service import Service
from caseledger.event_codec import from_stored
from domain import commands as c
from domain.cases.events import CaseDecided
from domain.command_values import ReportRef, SubjectRef
from domain.errors import Refused
from domain.policy.pack import Pack
from domain.policy.rewards import month_of
from domain.policy.vocabulary import EvidenceStrength, Severity, Source, SubjectType
from domain.reporters.events import Amount, ReporterRewarded
from domain.streams import StreamId, StreamKind, report_stream, reporter_stream
from domain.values import Outcome
from tests.support.fakes import FixedClock, KeyedDigests, MemoryLedger

LEAD = timedelta(hours=1)
"""How long before it is upheld a report comes in."""

BEFORE = timedelta(days=400)
"""How long before the first report the pack is published."""

OFFICER, SECOND = "officer-ann", "officer-bob"

Row = Mapping[str, object]


class NotProducible(Exception):  # noqa: N818 - named as the sentence it says
    """No commands lead to what this vector takes as given."""


@dataclass(frozen=True)
class _Line:
    """A booking or an upheld report of a vector."""

    report: str
    reporter: str
    content: str | None
    at: datetime
    source: Source
    reversed_at: datetime | None


def through_the_service(pack: Pack, vector: Mapping[str, object]) -> dict[str, object]:
    """The rows of `when` and the totals, as the service's own events tell them; raises `NotProducible`."""
    given = [_line(row) for row in _rows(vector["given"])]
    upheld = [_line(row) for row in _rows(_rows_of_when(vector))]
    world = _World(pack, [*given, *upheld])
    for line in sorted(given, key=_order):
        world.uphold(line)
    for row in _rows(vector["given"]):
        _same(world.row(str(row["report"]))["granted"], row["granted"], str(row["report"]))
    for line in sorted((line for line in given if line.reversed_at), key=_reversal):
        world.take_back(line)
    ordered = sorted(upheld, key=_order)
    for line in ordered:
        world.uphold(line)
    return {"ledger": [world.row(line.report) for line in ordered], "totals": world.totals()}


class _World:
    """A platform under this pack alone, and what its reporters earned."""

    def __init__(self, pack: Pack, lines: Sequence[_Line]) -> None:
        self._pack = pack
        self._lines = {line.report: line for line in lines}
        if len(self._lines) < len(lines):
            raise NotProducible("a report is upheld twice; the second decision is refused, as already_decided")
        far = datetime.fromisoformat("9000-01-01T00:00:00Z")
        self._service = Service(pack.platform, MemoryLedger(), KeyedDigests(), FixedClock(far))
        first = min((line.at for line in lines), default=far)
        self._ask(c.PublishPolicy(text=pack.text), first - BEFORE)

    def uphold(self, line: _Line) -> None:
        """The report comes in, and is upheld at its instant."""
        subject = SubjectRef(type=SubjectType.CONTENT, id=f"item-of-{line.report}")
        report = c.FileReport(
            report=line.report,
            source=line.source,
            reporter=line.reporter,
            reporter_verified=True,
            place=min(self._pack.places, default=None),
            subject=subject,
            respondent=f"author-of-{line.report}",
            content=line.content,
            codes=(self._code(),),
            evidence=EvidenceStrength.SUFFICIENT,
            snapshot="what it showed",
        )
        self._ask(report, line.at - LEAD)
        case = ReportRef(report=line.report)
        finding = {"codes": (self._code(),), "severity": Severity.MINOR}
        asked = {"case": case, "outcome": Outcome.UPHELD, "finding": finding}
        written = self._ask(c.ProposeDecision.model_validate(asked), line.at)
        if CaseDecided not in written:
            self._ask(c.ConfirmDecision(case=case), line.at, SECOND)

    def take_back(self, line: _Line) -> None:
        """The decision about this report is corrected at the instant of the reversal."""
        assert line.reversed_at is not None
        case = ReportRef(report=line.report)
        self._ask(c.CorrectDecision(case=case, reason="overturned"), line.reversed_at, SECOND)

    def row(self, report: str) -> dict[str, object]:
        """The row of this report; where nothing was booked there is no ledger, and this is what its row would be."""
        line = self._lines[report]
        stream = report_stream(self._pack.platform, "direct", report).uuid
        booked = [event for event in self._booked() if event.report == stream]
        if not booked:
            month = month_of(line.at, self._pack.zone)
            return {"report": report, "month": month, "granted": {}, "capped": {}, "note": "no_ledger"}
        (event,) = booked
        amounts = {"granted": _amounts(event.granted), "capped": _amounts(event.capped)}
        return {"report": report, "month": event.month, **amounts, "note": event.note}

    def totals(self) -> dict[str, dict[str, dict[str, int]]]:
        """What stands of every reporter, by month."""
        found: dict[str, dict[str, dict[str, int]]] = {}
        for line in self._lines.values():
            stream = reporter_stream(self._pack.platform, line.reporter)
            state = self._service.states.reporter(StreamId(StreamKind.REPORTER, stream.uuid))
            row = self.row(line.report)
            month = found.setdefault(line.reporter, {}).setdefault(str(row["month"]), {})
            granted = row["granted"]
            assert isinstance(granted, dict)
            taken_back = state is not None and any(key[0] == self._report(line) for key in state.reversed_at)
            for currency, amount in granted.items():
                month[currency] = month.get(currency, 0) + (0 if taken_back else amount)
        return found

    def _report(self, line: _Line) -> object:
        return report_stream(self._pack.platform, "direct", line.report).uuid

    def _booked(self) -> list[ReporterRewarded]:
        events = (from_stored(stored).event for stored in self._service.ledger.since(0, 1_000_000))
        return [event for event in events if isinstance(event, ReporterRewarded)]

    def _code(self) -> str:
        """Any violation that a piece of content may be judged for here."""
        return next(
            code
            for code, violation in self._pack.violations.items()
            if SubjectType.CONTENT in violation.applies_to and violation.procedure is None
        )

    def _ask(self, command: c.Command, at: datetime, actor: str = OFFICER) -> set[type]:
        request = Request(platform=self._pack.platform, at=at, command=command, actor=actor)
        try:
            return {type(fact.event) for fact in self._service.handle(request).events}
        except Refused as refusal:
            raise NotProducible(f"{command.NAME} is refused as {refusal.code}: {refusal.reason}") from refusal


def _line(row: Row) -> _Line:
    content, reversed_at = row.get("content"), row.get("reversed_at")
    return _Line(
        report=str(row["report"]),
        reporter=str(row["reporter"]),
        content=None if content is None else str(content),
        at=datetime.fromisoformat(str(row["at"])),
        source=Source(str(row.get("source", "user"))),
        reversed_at=None if reversed_at is None else datetime.fromisoformat(str(reversed_at)),
    )


def _rows(value: object) -> Sequence[Row]:
    assert isinstance(value, list)
    return value


def _rows_of_when(vector: Mapping[str, object]) -> object:
    when = vector["when"]
    assert isinstance(when, dict)
    return when["upheld"]


def _order(line: _Line) -> tuple[datetime, str]:
    return line.at, line.report


def _reversal(line: _Line) -> tuple[datetime, str]:
    return line.reversed_at or line.at, line.report


def _same(booked: object, given: object, report: str) -> None:
    if booked != given:
        raise NotProducible(f"the ledger would have granted {booked} for {report}, not {given}")


def _amounts(booked: tuple[Amount, ...]) -> dict[str, int]:
    return {each.currency: each.amount for each in booked}

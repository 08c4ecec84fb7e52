"""Every clock of the policy that ever started: due, met, late or missed; and how long each case took."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, cast

from domain.cases.events import CaseDecided, CaseOpened, CasePreliminaryResultGiven, CaseReportJoined
from domain.cases.events import CaseVerificationStarted as VerificationStarted
from domain.cases.later_events import CaseDeadlineMissed
from domain.cases.values import ReportInCase
from domain.events import Event
from domain.evidence_requests.events import (
    EvidenceRequestDeadlineMissed,
    EvidenceRequestPackageSent,
    EvidenceRequestReceived,
)
from domain.operations.events import OperationClosed, OperationDeadlineMissed, OperationOpened
from domain.policies.events import PolicyPublished
from domain.reports.events import ReportRefused
from domain.streams import StreamKind
from projections.clocks import (
    CAMPAIGN_CLOSED,
    CAMPAIGN_STARTED,
    CASE_WORDS,
    NO_REPORT,
    NOTHING_YET,
    PACKAGE_SENT,
    REPORT_RECEIVED,
    REPORT_REFUSED,
    REQUEST_RECEIVED,
    due_text,
    moments_of,
    with_moment,
)
from projections.deadlines_tables import BREACHED, DEADLINES, LATE, MET, MONTH_CHARS, POLICIES, RUNNING, TIMES
from projections.fact import Fact
from projections.instants import NEVER, day_text, id_text, instant_text, whole_seconds
from projections.packs import pack_for, remember
from projections.read_model import Handlers, ReadModel
from projections.rows import Rows
from projections.tables import Row, Value

NAME: Final = "deadlines"
"""Permanent: checkpoints are kept under it."""

VERSION: Final = 2


def _open(rows: Rows, fact: Fact[CaseOpened]) -> None:
    """Nothing is written for the case itself yet where its clocks keep when it began."""
    _start_report(rows, fact, fact.event.joined)
    if rows.get(TIMES, (fact.stream,)) is None and not rows.scan(DEADLINES, (fact.stream,)):
        _begin_times(rows, fact.stream, instant_text(fact.event.joined.received_at))


def _join(rows: Rows, fact: Fact[CaseReportJoined]) -> None:
    _start_report(rows, fact, fact.event.joined)


def _start_report(rows: Rows, fact: Fact[Event], joined: ReportInCase) -> None:
    """A report that joins a case which has moved on finds what was done before it as done when it came."""
    _start(rows, fact, REPORT_RECEIVED, id_text(joined.report), joined.received_at)
    done = moments_of(rows.get(TIMES, (fact.stream,)))
    if not done:
        return
    for row in rows.scan(DEADLINES, (fact.stream,)):
        if row["report"] == id_text(joined.report) and row["stopped_at"] is None:
            _stop_at_first(rows, row, done)


def _refuse(rows: Rows, fact: Fact[ReportRefused]) -> None:
    """A refused report was received in the same moment: its clocks start, and those that refusal stops stop at once."""
    at = fact.event.occurred_at
    _start(rows, fact, REPORT_RECEIVED, fact.stream, at, fact.event.policy.version)
    _stop(rows, fact, REPORT_REFUSED)


def _handle(rows: Rows, fact: Fact[Event]) -> None:
    """What happens to a case may start clocks of the whole case, and stop those that run."""
    word = CASE_WORDS[type(fact.event)]
    times = _times(rows, fact.stream)
    if times is not None:
        rows.put(TIMES, {**times, "moments": with_moment(times, word, fact.at)})
    _start(rows, fact, word, NO_REPORT, fact.event.occurred_at)
    _stop(rows, fact, word)


def _verify(rows: Rows, fact: Fact[VerificationStarted]) -> None:
    _time(rows, fact, "verification_started_at", "to_verification_s", "verification_month")
    _handle(rows, fact)


def _give_preliminary(rows: Rows, fact: Fact[CasePreliminaryResultGiven]) -> None:
    _time(rows, fact, "preliminary_at", "to_preliminary_s")
    _handle(rows, fact)


def _decide(rows: Rows, fact: Fact[CaseDecided]) -> None:
    _time(rows, fact, "decided_at", "to_decision_s", "decision_month")
    _handle(rows, fact)


def _open_operation(rows: Rows, fact: Fact[OperationOpened]) -> None:
    if fact.event.campaign:
        _start(rows, fact, CAMPAIGN_STARTED, NO_REPORT, fact.event.occurred_at)


def _close_operation(rows: Rows, fact: Fact[OperationClosed]) -> None:
    _stop(rows, fact, CAMPAIGN_CLOSED)


def _receive_request(rows: Rows, fact: Fact[EvidenceRequestReceived]) -> None:
    _start(rows, fact, REQUEST_RECEIVED, NO_REPORT, fact.event.occurred_at)
    _stop(rows, fact, REQUEST_RECEIVED)


def _send_package(rows: Rows, fact: Fact[EvidenceRequestPackageSent]) -> None:
    _start(rows, fact, PACKAGE_SENT, NO_REPORT, fact.event.occurred_at)
    _stop(rows, fact, PACKAGE_SENT)


def _miss(rows: Rows, fact: Fact[CaseDeadlineMissed]) -> None:
    event = fact.event
    _missed(rows, fact, id_text(event.report) if event.report else NO_REPORT, event.clock)


def _miss_of_whole(rows: Rows, fact: Fact[OperationDeadlineMissed] | Fact[EvidenceRequestDeadlineMissed]) -> None:
    _missed(rows, fact, NO_REPORT, fact.event.clock)


def _missed(rows: Rows, fact: Fact[Event], report: str, clock: str) -> None:
    key = (fact.stream, report, clock)
    row = rows.get(DEADLINES, key)
    if row is not None and row["missed_at"] is None:
        state = BREACHED if row["state"] == RUNNING else row["state"]
        rows.change(DEADLINES, key, missed_at=fact.at, state=state, to_miss_at=NEVER)


def _publish(rows: Rows, fact: Fact[PolicyPublished]) -> None:
    remember(rows, POLICIES, fact)


def read_model() -> ReadModel:
    """The read model `deadlines`."""
    on = (
        Handlers()
        .on(PolicyPublished, _publish)
        .on(ReportRefused, _refuse)
        .on(CaseOpened, _open)
        .on(CaseReportJoined, _join)
        .on(VerificationStarted, _verify)
        .on(CasePreliminaryResultGiven, _give_preliminary)
        .on(CaseDecided, _decide)
        .on(CaseDeadlineMissed, _miss)
        .on(OperationOpened, _open_operation)
        .on(OperationClosed, _close_operation)
        .on(OperationDeadlineMissed, _miss_of_whole)
        .on(EvidenceRequestReceived, _receive_request)
        .on(EvidenceRequestPackageSent, _send_package)
        .on(EvidenceRequestDeadlineMissed, _miss_of_whole)
        .owns(ReportRefused, DEADLINES)
    )
    for kind in CASE_WORDS:
        if kind not in on.handlers:
            on.on(kind, _handle)
    of_cases: tuple[type[Event], ...] = (CaseOpened, CaseReportJoined, *CASE_WORDS)
    for each in of_cases:
        on.owns(each, DEADLINES).owns(each, TIMES)
    meaning = "Clocks that started, with when they are due and whether they were met; times to verify and to decide."
    return ReadModel(NAME, VERSION, meaning, (DEADLINES, TIMES, POLICIES), on.handlers, on.ahead)


def _start(rows: Rows, fact: Fact[Event], word: str, report: str, at: datetime, version: str | None = None) -> None:
    """Start the clocks that begin with this word. Further start events do not restart one that runs or ran."""
    stream = fact.stream
    pack = pack_for(rows, POLICIES, version or fact.event.cause.policy_version, at)
    for clock in pack.clocks:
        if word not in clock.start or _has_started(rows, stream, report, clock.name):
            continue
        due_at = due_text(clock, at, pack.zone)
        rows.put(
            DEADLINES,
            {
                "stream": stream,
                "report": report,
                "clock": clock.name,
                "stream_kind": fact.kind.value,
                "policy_version": pack.version,
                "goes_first": clock.goes_first,
                "started_at": instant_text(at),
                "due_at": due_at,
                "stopped_at": None,
                "stopped_by": None,
                "taken_s": None,
                "missed_at": None,
                "state": RUNNING,
                "to_miss_at": NEVER if fact.kind is StreamKind.REPORT else due_at,
            },
        )


def _has_started(rows: Rows, stream: str, report: str, clock: str) -> bool:
    if report != NO_REPORT:
        return rows.get(DEADLINES, (stream, report, clock)) is not None
    return any(row["clock"] == clock for row in rows.scan(DEADLINES, (stream,)))


def _stop(rows: Rows, fact: Fact[Event], word: str) -> None:
    """Stop the clocks that run and wait for this word."""
    done = {word: fact.at}
    for row in rows.scan(DEADLINES, (fact.stream,)):
        if row["stopped_at"] is None:
            _stop_at_first(rows, row, done)


def _stop_at_first(rows: Rows, row: Row, done: Mapping[str, str]) -> None:
    """Stop the clock at the first of these moments that it waits for; none is before its start."""
    started = cast("str", row["started_at"])
    waited_for = [(max(at, started), word) for word, at in done.items() if word in _stops(rows, row)]
    if not waited_for:
        return
    at, word = min(waited_for)
    state = MET if at <= cast("str", row["due_at"]) else LATE
    stopped: dict[str, Value] = {
        "stopped_at": at,
        "stopped_by": word,
        "taken_s": whole_seconds(started, at),
        "state": state,
    }
    rows.put(DEADLINES, {**row, **stopped, "to_miss_at": NEVER if state == MET else row["to_miss_at"]})


def _stops(rows: Rows, row: Row) -> frozenset[str]:
    started = datetime.fromisoformat(cast("str", row["started_at"]))
    clock = pack_for(rows, POLICIES, cast("str", row["policy_version"]), started).clock(cast("str", row["clock"]))
    return clock.stop if clock else frozenset()


def _time(rows: Rows, fact: Fact[Event], at_column: str, seconds_column: str, month_column: str | None = None) -> None:
    """Note when a step was first taken and how long it took from the first report."""
    row = _times(rows, fact.stream)
    if row is None or row[at_column] is not None:
        return
    taken: dict[str, Value] = {
        at_column: fact.at,
        seconds_column: whole_seconds(cast("str", row["opened_at"]), fact.at),
    }
    if month_column is not None:
        at = fact.event.occurred_at
        zone = pack_for(rows, POLICIES, fact.event.cause.policy_version, at).zone
        taken[month_column] = day_text(at, zone)[:MONTH_CHARS]
    rows.put(TIMES, {**row, **taken})


def _times(rows: Rows, case_id: str) -> Row | None:
    """The times of the case, begun with its first report where nothing was done to it before; None without a case."""
    row = rows.get(TIMES, (case_id,))
    if row is not None:
        return row
    received = [cast("str", each["started_at"]) for each in rows.scan(DEADLINES, (case_id,)) if each["report"]]
    return _begin_times(rows, case_id, min(received)) if received else None


def _begin_times(rows: Rows, case_id: str, opened_at: str) -> Row:
    steps = (name for name in TIMES.names if name.endswith(("_at", "_s", "_month")))
    row: dict[str, Value] = {**dict.fromkeys(steps), "case_id": case_id, "opened_at": opened_at, "moments": NOTHING_YET}
    rows.put(TIMES, row)
    return row

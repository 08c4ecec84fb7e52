"""The clocks of the queue: which of them run for a case, and which one says by when it is due."""

from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import cast

from projections.clocks import NO_REPORT, REPORT_RECEIVED, due_text
from projections.instants import instant_text, parse_instant
from projections.packs import NO_PACK, Clock, PackFacts, pack_for
from projections.queue_tables import NO_CLOCK, POLICIES, RUNNING
from projections.rows import Rows
from projections.tables import Row, Value


def first_to_run_out(row: dict[str, Value], pack: PackFacts, received: datetime) -> None:
    """Let a new case be due by the first of its report's clocks; they are written down once something happens to it."""
    clocks = [clock for clock in pack.clocks if REPORT_RECEIVED in clock.start]
    if clocks:
        _govern(row, min((_running(clock, pack, received) for clock in clocks), key=_order))


def keep(rows: Rows, row: dict[str, Value]) -> None:
    """Write down the clocks of the report that opened the case, if that was not done yet."""
    if row["clocks_kept"]:
        return
    row["clocks_kept"] = True
    received = parse_instant(cast("str", row["opened_at"]))
    version = cast("str", row["clocks_policy"])
    pack = pack_for(rows, POLICIES, version, received) if version else NO_PACK
    start(rows, row, pack, (REPORT_RECEIVED, cast("str", row["first_report"]), received))


def start(rows: Rows, row: dict[str, Value], pack: PackFacts, started: tuple[str, str, datetime]) -> None:
    """Start the clocks that begin with this word, and let the case be due by the first of them."""
    word, report, at = started
    case_id = cast("str", row["case_id"])
    for clock in pack.clocks:
        if word not in clock.start or _has_started(rows, case_id, report, clock.name):
            continue
        running = _running(clock, pack, at) | {"case_id": case_id, "report": report}
        if row["clock"] is None or _order(running) < _order(row):
            _govern(row, running)
        rows.put(RUNNING, running)


def _running(clock: Clock, pack: PackFacts, at: datetime) -> dict[str, Value]:
    return {
        "clock": clock.name,
        "urgency": 0 if clock.goes_first else 1,
        "started_at": instant_text(at),
        "due_at": due_text(clock, at, pack.zone),
        "stops_on": ",".join(sorted(clock.stop)),
        "runs": True,
    }


def _has_started(rows: Rows, case_id: str, report: str, clock: str) -> bool:
    if report != NO_REPORT:
        return rows.get(RUNNING, (case_id, report, clock)) is not None
    return any(each["clock"] == clock for each in rows.scan(RUNNING, (case_id,)))


def stop(rows: Rows, row: dict[str, Value], words: AbstractSet[str]) -> None:
    """Stop the clocks that wait for one of these; those that go on say by when the case is due."""
    case_id = cast("str", row["case_id"])
    going_on: list[Row] = []
    for running in rows.scan(RUNNING, (case_id,)):
        if not running["runs"]:
            continue
        if words & set(cast("str", running["stops_on"]).split(",")):
            rows.put(RUNNING, {**running, "runs": False})
        else:
            going_on.append(running)
    _govern(row, min(going_on, key=_order, default=NO_CLOCK))


def _govern(row: dict[str, Value], running: Row) -> None:
    row["urgency"], row["due_at"], row["clock"] = running["urgency"], running["due_at"], running["clock"]


def _order(running: Row) -> tuple[int, str]:
    return cast("int", running["urgency"]), cast("str", running["due_at"])

"""Measures how fast all read models are rebuilt, and kept current batch by batch, from synthetic reports.

Run as `python -m benchmarks.rebuild_bench [EVENTS]`. The mix is that of a busy intake: each report is received,
admitted, and opens a case. Making the events is not counted; decoding them is the journal's part and is not in here.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid5

from caseledger.throughput import collect_seldom
from domain.cases.events import CaseOpened
from domain.cases.values import ReportInCase
from domain.events import Event
from domain.policies.events import PolicyPublished
from domain.policy.vocabulary import EvidenceStrength
from domain.recorded import Cause, Recorded, Role
from domain.reports.events import ReportAdmitted, ReportReceived
from domain.streams import StreamId, case_stream, policy_stream, report_stream
from domain.values import PackRef
from infra.read_models.store import ReadModelStore
from projections.catalogue import read_models
from projections.catch_up import CatchUp

EVENTS = 300_000
EVENTS_PER_REPORT = 3
CURRENT_BATCH_EVENTS = 450
"""A tenth of a second of 1,500 reports/s: how often read models are kept current at full intake."""

PLATFORM = "moji-weather"
ACCOUNTS = 20_000
BEGIN = datetime(2021, 3, 10, 4, tzinfo=UTC)
PACK = PackRef(platform=PLATFORM, version="2020-04-10", digest="0" * 64)
PACK_TEXT = """
zone = "Asia/Shanghai"
[[clock]]
id = "decision"
start = ["report_received"]
stop = ["decided", "report_refused"]
due = "P3D"
[[violation]]
code = "3.2.1"
class = "3.2"
severity = "ordinary"
"""


class Row(NamedTuple):
    """One line of the table."""

    what: str
    events: int
    seconds: float
    events_per_s: float
    microseconds_per_event: float
    memory_mib: float


class SyntheticLedger:
    """Events by position, made when they are read; `spent` is the time that took, in seconds."""

    def __init__(self, events: int) -> None:
        """A ledger of so many events."""
        self._last = events
        self.spent = 0.0

    def __call__(self, after_position: int, limit: int) -> Sequence[Recorded[Event]]:
        """Read on after this position."""
        began = time.perf_counter()
        last = min(after_position + limit, self._last)
        events = [_recorded(position) for position in range(after_position + 1, last + 1)]
        self.spent += time.perf_counter() - began
        return events


def run(events: int = EVENTS) -> list[Row]:
    """Rebuild from nothing, then keep current in small batches."""
    with tempfile.TemporaryDirectory() as folder:
        return [
            _measure("rebuild", Path(folder) / "rebuild.db", events, None),
            _measure("keep current", Path(folder) / "current.db", events // 3, CURRENT_BATCH_EVENTS),
        ]


def main() -> None:
    """Print the table."""
    collect_seldom()
    rows = run(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS)
    print(f"{'what':<14}{'events':>10}{'s':>9}{'events/s':>11}{'us/event':>10}{'MiB':>7}")
    for row in rows:
        print(
            f"{row.what:<14}{row.events:>10,}{row.seconds:>9.2f}{row.events_per_s:>11,.0f}"
            f"{row.microseconds_per_event:>10.1f}{row.memory_mib:>7.0f}"
        )


def _measure(what: str, path: Path, events: int, batch: int | None) -> Row:
    ledger = SyntheticLedger(events)
    models = read_models()
    store = ReadModelStore.open(f"sqlite:///{path}")
    store.prepare(models)
    catch_up = CatchUp(PLATFORM, models, ledger, store, **({"batch_max": batch} if batch else {}))
    began = time.perf_counter()
    catch_up.run()
    seconds = time.perf_counter() - began - ledger.spent
    store.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Row(what, events, seconds, events / seconds, 1e6 * seconds / events, memory)


def _recorded(position: int) -> Recorded[Event]:
    if position == 1:
        return Recorded(policy_stream(PLATFORM), 1, _policy(), 1)
    number, step = divmod(position - 2, EVENTS_PER_REPORT)
    report = report_stream(PLATFORM, "bench", str(number))
    subject = f"content-{number}"
    cause = Cause.model_construct(
        actor="intake",
        role=Role.INTAKE,
        command_id=uuid5(report.uuid, "command"),
        correlation_id=report.uuid,
        policy_version=PACK.version,
    )
    at = BEGIN + timedelta(milliseconds=number)
    if step == 0:
        return Recorded(report, 1, _received(number, subject, at, cause), position)
    case = case_stream(PLATFORM, "content", subject, subject, report)
    if step == 1:
        return Recorded(report, 2, _admitted(case.uuid, at, cause), position)
    return Recorded(case, 1, _opened(number, report, subject, at, cause), position)


def _policy() -> Event:
    cause = Cause(actor="ops", role=Role.POLICY_OFFICER, command_id=UUID(int=1), correlation_id=UUID(int=1))
    return PolicyPublished(
        occurred_at=BEGIN, cause=cause, platform=PLATFORM, version=PACK.version, digest=PACK.digest, text=PACK_TEXT
    )


def _received(number: int, subject: str, at: datetime, cause: Cause) -> Event:
    return ReportReceived.model_construct(
        occurred_at=at,
        cause=cause,
        system="bench",
        report=str(number),
        source="user",
        channel="button",
        reporter=f"reporter-{number}",
        reporter_verified=True,
        reachable=True,
        contact_details="someone@example.org",
        place="moji_app",
        subject_type="content",
        subject=subject,
        respondent=f"account-{number % ACCOUNTS}",
        content=subject,
        posted_at=at,
        codes=("3.2.1",),
        evidence=EvidenceStrength.SUFFICIENT,
        malicious_established=False,
        statement="This is spam, please look at it.",
        snapshot="Buy now!",
        snapshot_digest="1" * 64,
        attachments=(),
        digest="2" * 64,
    )


def _admitted(case: UUID, at: datetime, cause: Cause) -> Event:
    return ReportAdmitted.model_construct(
        occurred_at=at,
        cause=cause,
        case=case,
        department="user_management",
        decider="user_officer",
        feedback_owed=True,
        policy=PACK,
    )


def _opened(number: int, report: StreamId, subject: str, at: datetime, cause: Cause) -> Event:
    joined = ReportInCase.model_construct(
        report=report.uuid,
        received_at=at,
        source="user",
        pseudonym="R1",
        reporter_digest="3" * 64,
        reachable=True,
        codes=("3.2.1",),
        evidence="sufficient",
        snapshot_digest="1" * 64,
        attachments=(),
    )
    return CaseOpened.model_construct(
        occurred_at=at,
        cause=cause,
        subject_type="content",
        subject=subject,
        content=subject,
        respondent=f"account-{number % ACCOUNTS}",
        posted_at=at,
        department="user_management",
        decider="user_officer",
        joined=joined,
    )


if __name__ == "__main__":
    main()

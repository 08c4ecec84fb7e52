"""A month of very many rewards: rebuilt, listed, and a further report rewarded in it, with the memory that takes.

`python -m benchmarks rewards_bench` is not part of `make bench`: a million bookings take minutes.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from caseledger.bootstrap import Caseledger, start
from caseledger.event_codec import to_stored
from caseledger.rebuilding import rebuild
from caseledger.settings import Settings
from caseledger.throughput import collect_seldom
from domain.recorded import Cause, Recorded, Role
from domain.reporters.events import Amount, ReporterRewarded
from domain.streams import NAMESPACE, reporter_stream
from domain.values import PackRef
from projections.catalogue import by_name

PLATFORM: Final = "moji-weather"
SIZES: Final = (100_000, 1_000_000)
BOOKINGS_EACH: Final = 10
APPENDS_A_GROUP: Final = 500
MONTH: Final = "2020-06"
BEGIN: Final = datetime(2020, 6, 1, 4, tzinfo=UTC)
POLICY: Final = PackRef(platform=PLATFORM, version="2020-04-10", digest="0" * 64)


class Row(NamedTuple):
    """One size: seconds for each step, and the memory of the process that did it in MiB."""

    bookings: int
    rebuild_s: float
    rebuild_mib: float
    list_s: float
    list_mib: float
    reward_ms: float
    reward_mib: float


def main() -> None:
    """Print the table."""
    print("a month of rewards, ten for each reporter")
    print(f"{'bookings':>10} {'rebuild s':>10} {'MiB':>5} {'list s':>7} {'MiB':>5} {'reward ms':>10} {'MiB':>5}")
    for size in (int(size) for size in sys.argv[1:]) if sys.argv[1:] else SIZES:
        row = run(size)
        print(
            f"{row.bookings:>10,} {row.rebuild_s:>10.1f} {row.rebuild_mib:>5.0f} {row.list_s:>7.2f} "
            f"{row.list_mib:>5.0f} {row.reward_ms:>10.1f} {row.reward_mib:>5.0f}"
        )


def run(bookings: int) -> Row:
    """Each step in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        steps = [_step(name, Path(folder), bookings) for name in ("fill", "replay", "show", "reward")]
    (_, _), (rebuild_s, rebuild_mib), (list_s, list_mib), (reward_s, reward_mib) = steps
    return Row(bookings, rebuild_s, rebuild_mib, list_s, list_mib, reward_s * 1e3, reward_mib)


def fill(caseledger: Caseledger, bookings: int) -> float:
    """Write the month."""
    ledger = caseledger.ledger(PLATFORM)
    made = _events(bookings)
    group = [[to_stored(event)] for event, _ in zip(made, range(APPENDS_A_GROUP), strict=False)]
    while group:
        ledger.append_many(group)
        group = [[to_stored(event)] for event, _ in zip(made, range(APPENDS_A_GROUP), strict=False)]
    return 0.0


def replay(caseledger: Caseledger, _: int) -> float:
    """Rebuild the read model of the reporters."""
    collect_seldom()
    started = time.perf_counter()
    rebuild(caseledger, PLATFORM, [by_name("reporters")])
    return time.perf_counter() - started


def show(caseledger: Caseledger, _: int) -> float:
    """List the first page of the month's bookings, and what its reporters earned, as the command line does."""
    environment = {**os.environ, "CASELEDGER_DATA": str(caseledger.settings.data)}
    started = time.perf_counter()
    for name in ("bookings", "rewards"):
        words = ("list", name, "--platform", PLATFORM, "--month", MONTH, "--limit", "1000", "--json")
        command = (sys.executable, "-c", "from caseledger.cli import main; main()", *words)
        subprocess.run(command, env=environment, check=True, capture_output=True)  # noqa: S603 - our own command
    return (time.perf_counter() - started) / 2


def reward(caseledger: Caseledger, _: int) -> float:
    """Reward one more report of a reporter who was rewarded before."""
    from caseledger.application.lines import request_of  # noqa: PLC0415 - this step only

    def do(at: datetime, command: str, **fields: object) -> None:
        line = {"platform": PLATFORM, "at": at.isoformat(), "actor": "ann", "command": command, **fields}
        caseledger.gateway.handle(request_of(json.dumps(line).encode()))

    at = BEGIN + timedelta(days=20)
    subject = {"subject": {"type": "content", "id": "c-new"}, "content": "c-new", "respondent": "acc-1"}
    report = {"report": "r-new", "source": "user", "reporter": "rep-1", "reporter_verified": True, **subject}
    do(at, "file_report", **report, place="moji_app", evidence="sufficient", codes=["3.2.7"], snapshot="seen")
    started = time.perf_counter()
    finding = {"codes": ["3.2.7"], "severity": "minor"}
    do(at, "propose_decision", case={"report": "r-new"}, outcome="upheld", finding=finding)
    return time.perf_counter() - started


def one_step() -> None:
    """What a process of its own runs: a step by name; tells seconds and MiB."""
    name, size = sys.argv[1], int(sys.argv[2])
    with start(Settings()) as caseledger:
        seconds = {"fill": fill, "replay": replay, "show": show, "reward": reward}[name](caseledger, size)
    who = resource.RUSAGE_CHILDREN if name == "show" else resource.RUSAGE_SELF
    print(json.dumps([seconds, resource.getrusage(who).ru_maxrss / 1024]))


def _events(bookings: int) -> Iterator[Recorded[ReporterRewarded]]:
    reporters = max(bookings // BOOKINGS_EACH, 1)
    for number in range(bookings):
        stream = reporter_stream(PLATFORM, f"rep-{number % reporters}")
        case = uuid5(NAMESPACE, f"case {number}")
        event = ReporterRewarded(
            occurred_at=BEGIN + timedelta(seconds=number // 100),
            cause=Cause(actor="ann", role=Role.REVIEWER, command_id=UUID(int=number), correlation_id=UUID(int=number)),
            report=uuid5(NAMESPACE, f"report {number}"),
            case=case,
            decision=1,
            content=f"c-{number}",
            month=MONTH,
            granted=(Amount(currency="coins", amount=10),),
            capped=(),
            perk=None,
            note=None,
            policy=POLICY,
        )
        yield Recorded(stream, number // reporters + 1, event)


def _step(name: str, folder: Path, size: int) -> tuple[float, float]:
    script = "from benchmarks.rewards_bench import one_step\nif __name__ == '__main__': one_step()"
    environment = {**os.environ, "CASELEDGER_DATA": str(folder / "data")}
    command = (sys.executable, "-c", script, name, str(size))
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603 - our own command
    seconds, mib = json.loads(done.stdout)
    return seconds, mib


if __name__ == "__main__":
    main()

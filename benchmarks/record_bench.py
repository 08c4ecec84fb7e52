"""What a record of 100,000 entries costs: to read it once, to decide on it, and when another process writes to it."""

import json
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from caseledger.application.requests import parse_request
from caseledger.application.service import Answer, Service
from caseledger.bootstrap import Caseledger, start
from caseledger.event_codec import from_stored, to_stored
from caseledger.settings import LogLevel, Settings
from domain.accounts.events import AccountContentRemoved, AccountSanctionImposed
from domain.recorded import Recorded
from domain.streams import account_stream

PLATFORM: Final = "36kr-jiangsu"
ENTRIES: Final = 100_000
COMMANDS: Final = 100
AT_ONCE: Final = 1_000
START: Final = datetime(2021, 1, 1, tzinfo=UTC)
STREAM: Final = account_stream(PLATFORM, "acc-1")


class Row(NamedTuple):
    """Times of one thing in milliseconds."""

    what: str
    median_ms: float
    max_ms: float


def run(entries: int = ENTRIES, commands: int = COMMANDS) -> list[Row]:
    """The rows, with the account's first entries written by decisions and the rest copied from those."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), log_level=LogLevel.ERROR)
        with start(settings) as one, start(settings) as other:
            here, there = _Process(one), _Process(other)
            here.decide("first", measure="mute:P1D", reason="the first")
            _copy(here.service, entries)
            first = [_timed(lambda: here.decide("after-copy"))]
            decided = [_timed(lambda number=number: here.decide(f"c-{number}")) for number in range(commands)]
            there.decide("warm")
            taken = []
            for number in range(commands):
                here.decide(f"x-{number}")
                taken.append(_timed(lambda number=number: there.decide(f"y-{number}")))
            undone = [_timed(lambda number=number: there.correct(f"y-{number}")) for number in range(commands)]
            ended = [_timed(there.end)]
    return [
        _row("a decision that reads the whole record", first),
        _row("a decision, the record being kept", decided),
        _row("a decision after another process wrote to the record", taken),
        _row("a decision taken back", undone),
        _row("5,000 sanctions that ran out, ended", ended),
    ]


def main() -> None:
    """Print the table."""
    print(f"an account with {ENTRIES:,} entries")
    print(f"{'what':<54} {'median ms':>10} {'max ms':>10}")
    for row in run():
        print(f"{row.what:<54} {row.median_ms:>10.2f} {row.max_ms:>10.2f}")
    print(f"memory of the process at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


class _Process:
    """One process with the ledger open; its commands go on where those of all others ended."""

    given = 0

    def __init__(self, caseledger: Caseledger) -> None:
        self._gateway = caseledger.gateway

    @property
    def service(self) -> Service:
        return self._gateway.service_for(parse_request("end_sanction", _line("end_sanction", account="acc-1")))

    def decide(self, name: str, **choice: object) -> Answer:
        """A report about a new item of the one account, and the decision, confirmed where that is needed."""
        about = {"subject": {"type": "content", "id": name}, "content": name, "respondent": "acc-1"}
        facts = {"posted_at": "2020-12-20T00:00:00Z", "codes": ["3.2.6"], "snapshot": "骂人"}
        self._give("file_report", report=name, source="user", place="weibo", **about, **facts)
        finding = {"codes": ["3.2.6"], "severity": "ordinary"}
        case = {"report": name}
        answer = self._give("propose_decision", case=case, outcome="upheld", finding=finding, **choice)
        if len(answer.events) > 1:
            return answer
        return self._give("confirm_decision", case=case, actor="bob")

    def correct(self, name: str) -> Answer:
        """The decision taken back."""
        return self._give("correct_decision", case={"report": name}, reason="wrong")

    def end(self) -> Answer:
        """Everything that ran out, ended."""
        return self._give("end_sanction", account="acc-1")

    def _give(self, command: str, **fields: object) -> Answer:
        _Process.given += 1
        return self._gateway.handle(parse_request(command, _line(command, **fields)))


def _line(command: str, **fields: object) -> str:
    at = (START + timedelta(seconds=_Process.given)).isoformat()
    return json.dumps({"platform": PLATFORM, "at": at, "command": command, "actor": "ann", **fields})


def _copy(service: Service, entries: int) -> None:
    """Fill the record with copies of its first removal and mute, spread over years before them."""
    facts = [from_stored(stored) for stored in service.ledger.read(STREAM.uuid)]
    (removed,) = (fact.event for fact in facts if isinstance(fact.event, AccountContentRemoved))
    (imposed,) = (fact.event for fact in facts if isinstance(fact.event, AccountSanctionImposed))
    written = len(facts)
    events = []
    for number in range(written, entries):
        at = START - timedelta(hours=entries - number)
        if number % 2:
            copy = imposed.model_copy(update={"starts_at": at, "ends_at": at + timedelta(days=1)})
        else:
            copy = removed.model_copy(update={"content": f"old-{number}"})
        events.append(to_stored(Recorded(STREAM, number + 1, copy)))
    for place in range(0, len(events), AT_ONCE):
        service.ledger.append_many([events[place : place + AT_ONCE]])


def _timed(act: Callable[[], Answer]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _row(what: str, taken: Sequence[float]) -> Row:
    in_ms = [1_000 * seconds for seconds in taken]
    return Row(what, statistics.median(in_ms), max(in_ms))


if __name__ == "__main__":
    main()

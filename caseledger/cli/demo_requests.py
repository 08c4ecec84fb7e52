"""The demo's evidence requests: what authorities asked for, by when they had to get it, and when they did."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import RenderableType

from caseledger.cli.demo_words import heading, listed, note, plain
from caseledger.cli.output import moment, table, words
from caseledger.queries.evidence_requests import with_deadlines
from caseledger.queries.lists import PLATFORM
from caseledger.queries.ports import Reading, Row


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests in the order in which they came, each with its clocks as `deadlines`."""

    platform: str
    requests: tuple[Row, ...]


def requests_of(reading: Reading) -> Requests:
    """What the demo shows of evidence requests."""
    rows = reading.all("evidence_requests", "received_at")
    of_here: list[Row] = [{PLATFORM: reading.platform, **row} for row in rows]
    return Requests(reading.platform, tuple(with_deadlines([reading], of_here)))


def show_requests(shown: Requests) -> Iterator[RenderableType]:
    """What was asked for, and the clock."""
    yield heading("Evidence that authorities asked for, each due within 24 hours")
    columns = ("request", "asked for", "!received", "!due", "!sent", "!clock")
    yield table(None, columns, [row for request in shown.requests for row in _rows(request)])
    yield note("Only what was asked for may be sent; what is missed is on record when it was due, whoever notices.")


def _rows(request: Row) -> Iterator[tuple[str | None, ...]]:
    """A line for each clock that runs for it."""
    clocks = request["deadlines"]
    for clock in clocks if isinstance(clocks, list) else ():
        yield (
            str(request["document"]),
            words(map(plain, listed(request["classes_asked"]))),
            moment(str(request["received_at"])),
            moment(str(clock["due_at"])),
            moment(str(request["sent_at"])) if request["sent_at"] else None,
            str(clock["state"]),
        )

"""The demo's reporters: a month of rewards up to both caps, what was refused, and a malicious reporter judged."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rich.console import RenderableType

from caseledger.cli.demo_words import day, heading, listed, measure_of, note, number_of, plain, text_of
from caseledger.cli.output import Cell, moment, table, words
from caseledger.queries.ports import Reading, Row
from domain.streams import reporter_stream

PLATFORM: Final = "moji-weather"
REPORTER: Final = "user-yunzhou"
"""Reports all through June; the id is in the scenario, and read models know only the stream."""

MONTH: Final = "2020-06"
MALICIOUS_ACCOUNT: Final = "u-leiyu-13"

GRANTED: Final = 1
REVERSED: Final = -1

SHORT_ID_CHARS: Final = 8
"""Of a stream's id, where it only has to be recognised."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the ledger, granted or taken back, and what stands in the month from then on.

    `why` is `duplicate`, `not_eligible` or `no_ledger` where nothing was granted, `taken_back` for what an appeal
    reversed (its amounts are negative), `capped` where a cap cut something off, which is in `capped`.
    """

    at: str
    content: str | None
    amounts: dict[str, int]
    capped: dict[str, int]
    standing: dict[str, int]
    why: str | None


@dataclass(frozen=True, slots=True)
class RefusedReport:
    """A report that was not taken up: every reason that applied, and where it belongs instead."""

    at: str
    respondent: str | None
    reasons: tuple[str, ...]
    redirect: str | None


@dataclass(frozen=True, slots=True)
class Rewards:
    """The ledger of one reporter's month, the months beside their caps, all reporters, what was refused, and the
    sanctions of the malicious reporter's own account.
    """

    platform: str
    reporter: str
    month: str
    entries: tuple[Entry, ...]
    months: tuple[Row, ...]
    reporters: tuple[Row, ...]
    refused: tuple[RefusedReport, ...]
    judged: tuple[Row, ...]


def rewards_of(reading: Reading) -> Rewards:
    """The rewards and refusals of the demo."""
    reporter = str(reporter_stream(reading.platform, REPORTER).uuid)
    rows = reading.all("reporter_bookings", "booked_at", "position", reporter=reporter, month=MONTH)
    return Rewards(
        platform=reading.platform,
        reporter=reporter,
        month=MONTH,
        entries=tuple(_entries(rows)),
        months=tuple(reading.all("reporter_rewards", "month", "currency", reporter=reporter)),
        reporters=tuple(reading.all("reporters", "-upheld", "reporter")),
        refused=tuple(map(_refused, reading.all("audit_trail", "position", type="report.refused.v1"))),
        judged=tuple(reading.all("sanctions", "position", account=MALICIOUS_ACCOUNT)),
    )


def _entries(rows: list[Row]) -> Iterator[Entry]:
    """Grants and reversals in the order in which they were made."""
    made = [(str(row["booked_at"]), number_of(row["position"]), row, GRANTED) for row in rows]
    made += [(str(row["reversed_at"]), 0, row, REVERSED) for row in rows if row["reversed_at"] is not None]
    standing: Counter[str] = Counter()
    for at, _, row, sign in sorted(made, key=lambda entry: entry[:2]):
        amounts = {name: sign * amount for name, amount in _amounts(row["granted"]).items()}
        standing.update(amounts)
        capped = _amounts(row["capped"]) if sign == GRANTED else dict.fromkeys(amounts, 0)
        why = text_of(row["note"]) or ("capped" if any(capped.values()) else None)
        why = why if sign == GRANTED else "taken_back"
        yield Entry(at, text_of(row["content"]), amounts, capped, {name: standing[name] for name in amounts}, why)


def _refused(row: Row) -> RefusedReport:
    facts = row["facts"] if isinstance(row["facts"], dict) else {}
    reasons = tuple(listed(facts.get("reasons")))
    return RefusedReport(str(row["occurred_at"]), text_of(row["account"]), reasons, text_of(facts.get("redirect")))


def _amounts(value: object) -> dict[str, int]:
    return {str(name): number_of(amount) for name, amount in value.items()} if isinstance(value, Mapping) else {}


def show_rewards(shown: Rewards) -> Iterator[RenderableType]:
    """The month, its caps, what was refused and who reports."""
    yield heading(f"Rewards of one reporter in {shown.month}, report by report ({shown.platform})")
    names = tuple(shown.entries[0].amounts)
    columns = ("!upheld", "content", *(f"#{name}" for name in names), *(f"#all {name}" for name in names), "why")
    yield table(None, columns, [_entry_row(each) for each in shown.entries])
    yield note(f"Booked at the end: {words(_month(row) for row in shown.months)}.")
    yield heading("Reports that were not taken up, by every reason that applied")
    refused = [
        (moment(each.at), words(map(plain, each.reasons)), each.redirect, each.respondent) for each in shown.refused
    ]
    yield table(None, ("!when", "reasons", "passed on to", "about"), refused)
    yield heading("Reporters by their streams")
    columns = ("!reporter", "standing", "#upheld", "#dismissed", "#taken back", "#malicious", "#accuracy")
    yield table(None, columns, [_reporter_row(row) for row in shown.reporters])
    judged = words(f"{measure_of(row)} of {day(row['imposed_at'])} {plain(row['state'])}" for row in shown.judged)
    yield note(f"The malicious reporter's own account, judged in turn under 3.3.8: {judged}.")


def _entry_row(each: Entry) -> tuple[Cell, ...]:
    return (day(each.at), each.content, *each.amounts.values(), *each.standing.values(), _why(each))


def _why(each: Entry) -> str | None:
    cut = [f"{amount} {name}" for name, amount in each.capped.items() if amount]
    told = {
        "capped": f"the cap cuts off {' and '.join(cut)}",
        "duplicate": "the same content again: one reward",
        "taken_back": "taken back on appeal: room again",
    }
    return None if each.why is None else told.get(each.why, plain(each.why))


def _month(row: Row) -> str:
    return f"{row['month']} {row['booked']} of {row['cap']} {row['currency']}"


def _reporter_row(row: Row) -> tuple[Cell, ...]:
    accuracy = row["accuracy_permille"]
    return (
        str(row["reporter"])[:SHORT_ID_CHARS],
        str(row["standing"]),
        *(number_of(row[name]) for name in ("upheld", "dismissed", "withdrawn", "malicious")),
        None if accuracy is None else f"{number_of(accuracy) / 10:.1f} %",
    )

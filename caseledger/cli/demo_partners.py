"""The demo's list for partners: one subject checked, the changes in order, who was warned and who was refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rich.console import RenderableType

from caseledger.cli.demo_words import day, heading, listed, note, plain
from caseledger.cli.output import Cell, table, words
from caseledger.cli.rows import cell
from caseledger.queries.partners import Check, Feed, check, feed
from caseledger.queries.ports import Reading, Row

CHECKED: Final = ("flash-sale-8817.example", "tea-shop-31.example")
"""One that is listed, and one that was taken off."""

CHANGES_MAX: Final = 50
"""Of the feed, in one page."""


@dataclass(frozen=True, slots=True)
class Partners:
    """What partners see and are told, and the registrations that a bar refused."""

    platform: str
    checked: dict[str, Check]
    changes: Feed
    warnings: tuple[Row, ...]
    refused: tuple[Row, ...]


def partners_of(reading: Reading) -> Partners:
    """What the demo shows of the list to partners."""
    return Partners(
        platform=reading.platform,
        checked={subject: check(reading, subject) for subject in CHECKED},
        changes=feed(reading, 0, CHANGES_MAX),
        warnings=tuple(reading.all("partner_warnings", "position")),
        refused=tuple(reading.all("registration_refusals", "position")),
    )


def show_partners(shown: Partners) -> Iterator[RenderableType]:
    """Warnings and refusals, and what a partner asks."""
    yield heading("Partners warned of listed sites, each once for a listing")
    columns = ("partner", "sites", "over", "!on")
    warned = [
        (cell(row["partner"]), "\n".join(listed(row["sites"])), words(map(plain, listed(row["channels"]))), _on(row))
        for row in shown.warnings
    ]
    yield table(None, columns, warned)
    yield note(f"A partner who asks: {words(_answer(subject, found) for subject, found in shown.checked.items())}.")
    yield heading("Registrations refused: barred under any identity, of which only a keyed digest is kept")
    refused = [
        (cell(row["account"]), words(map(plain, listed(row["kinds"]))), words(_barred(row)), day(row["refused_at"]))
        for row in shown.refused
    ]
    yield table(None, ("account", "showed", "met the bar on", "!on"), refused)


def _on(row: Row) -> Cell:
    return day(row["warned_at"])


def _answer(subject: str, found: Check) -> str:
    return f"{subject} listed since {day(found.since)}" if found.listed else f"{subject} not listed"


def _barred(row: Row) -> list[str]:
    """The accounts whose bars were met."""
    bars = row["bars"]
    return list(dict.fromkeys(str(bar["account"]) for bar in bars)) if isinstance(bars, list) else []

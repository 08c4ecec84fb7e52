"""The demo's drive against contraband: what is published, one warning and no second, and both sides of a deal."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from rich.console import RenderableType

from caseledger.cli.demo_words import day, heading, measure_of, note, plain
from caseledger.cli.output import Cell, table, words
from caseledger.queries.case_view import case_view
from caseledger.queries.decision_view import DecisionView
from caseledger.queries.notice import Figure, announced, figures
from caseledger.queries.ports import Question, Reading, Row
from caseledger.queries.references import find_case
from caseledger.queries.streams import stream_events
from domain.cases.events import CaseCounterpartySettled

PLATFORM: Final = "wechat-contraband"
SINCE: Final = "2019-01-01"
"""The text counts "since January 2019"."""

WARNED: Final = ("yedao-dian", "lan-xiaopu")
"""One warned and then restricted; one whose first warning was taken back."""

DEALS: Final = ("report:in-app/wx-0008", "report:in-app/wx-0009", "report:in-app/wx-0010", "report:in-app/wx-0301")
"""Promoters' cases: with the seller in them, in another case, with nobody to find, and not settled yet."""

NAMES_SHOWN_MAX: Final = 6
"""Of the announced names, in the table for people; the document has all."""

TYPES: Final = ("account", "group", "link", "public_account")
"""In the order in which the text publishes its figures; what else was dealt with stands behind."""


@dataclass(frozen=True, slots=True)
class Side:
    """One person of a deal with what became of them."""

    respondent: str | None
    role: str | None
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deal:
    """A promoter's case: the sides found, in it or in the seller's, and how the other side was settled, if it was."""

    case: str
    sides: tuple[Side, ...]
    settled: str


@dataclass(frozen=True, slots=True)
class Contraband:
    """Public figures since a day with the names announced; the sanctions of those warned; the deals."""

    platform: str
    since: str
    figures: tuple[Figure, ...]
    announced: tuple[Row, ...]
    warned: tuple[Row, ...]
    deals: tuple[Deal, ...]


def contraband_of(reading: Reading) -> Contraband:
    """What the demo shows of the drive."""
    listing = announced(SINCE, None)
    return Contraband(
        platform=reading.platform,
        since=SINCE,
        figures=tuple(sorted(figures([reading], SINCE, None), key=_place)),
        announced=tuple(reading.tables.rows(Question(listing.relation, listing.where, listing.order_by))),
        warned=tuple(row for account in WARNED for row in reading.all("sanctions", "position", account=account)),
        deals=tuple(_deal(reading, find_case(reading.ledger, reading.platform, case)) for case in DEALS),
    )


def _place(figure: Figure) -> int:
    return TYPES.index(figure.type) if figure.type in TYPES else len(TYPES)


def _deal(reading: Reading, case: UUID) -> Deal:
    sides = list(map(_side, case_view(reading, case).decisions))
    facts = [fact.event for fact in stream_events(reading.ledger, case)]
    settled = next((event for event in facts if isinstance(event, CaseCounterpartySettled)), None)
    if settled is not None and settled.case not in (None, case):
        sides += map(_side, case_view(reading, settled.case).decisions)
    return Deal(str(case), tuple(sides), _settled(settled, case))


def _side(decision: DecisionView) -> Side:
    party = () if decision.chosen is None else (decision.chosen,)
    return Side(decision.respondent, decision.role, (*decision.content_measures, *party))


def _settled(event: CaseCounterpartySettled | None, case: UUID) -> str:
    """As a code."""
    if event is None:
        return "still_open"
    if event.case is None:
        return "reason_recorded"
    return "in_this_case" if event.case == case else "in_another_case"


def show_contraband(shown: Contraband) -> Iterator[RenderableType]:
    """The public figures, the names, the one warning, the deals."""
    yield heading(f"Public notice of {shown.platform}: dealt with since {shown.since}, by type of what it is")
    counts = [(plain(each.type), each.things, each.decisions, each.announced) for each in shown.figures]
    yield table(None, ("type", "#dealt with", "#decisions", "names announced"), counts)
    names = [f"{row['shown_as']}" for row in shown.announced]
    first = words(dict.fromkeys(names[:NAMES_SHOWN_MAX]))
    yield note(
        f"A thing counts once; what was taken back does not. {len(names)} entries are announced, masked: {first} …"
    )
    yield heading("One warning and no second; what was taken back was none")
    columns = ("account", "measure", "rule", "state", "!imposed")
    rows = [
        (str(row["account"]), measure_of(row), str(row["rule"]), plain(row["state"]), day(row["imposed_at"]))
        for row in shown.warned
    ]
    yield table(None, columns, rows)
    yield heading("Both sides of a deal: nobody's case ends before the other side is settled")
    yield table(
        None, ("promoter", "measures", "seller", "measures", "other side"), [_deal_row(each) for each in shown.deals]
    )


def _deal_row(deal: Deal) -> tuple[Cell, ...]:
    return (*_told(deal, "promoter"), *_told(deal, "seller"), plain(deal.settled))


def _told(deal: Deal, role: str) -> tuple[Cell, Cell]:
    found = [side for side in deal.sides if side.role == role]
    measures = "\n".join(words(map(plain, side.measures)) for side in found)
    return words(str(side.respondent) for side in found), measures

"""What keeps a decided case in the queue, or brings it back: by the numbers of the decisions that owe or stand."""

import json
from typing import Final, cast

from projections.packs import canonical
from projections.queue_tables import APPEALED, COUNTERPARTY_OPEN, DECIDED, NOTICE_DUE
from projections.tables import Row, Value

FURTHER_DUTIES: Final = {
    "appeals_pending": APPEALED,
    "counterparties_open": COUNTERPARTY_OPEN,
    "notices_open": NOTICE_DUE,
}
"""The columns of the duties, the first that any decision owes giving the case its state."""

OF_THE_DECISION: Final = ("counterparties_open", "notices_open")
"""Duties that end when their decision is taken back."""

STANDING: Final = "decisions_standing"
"""The column of the decisions that stand; with none of them left, a decided case can be taken up again."""

NOTHING_OWED: Final = "[]"


def owed(row: Row, duty: str, decision: int) -> dict[str, Value]:
    """The duty with this decision among those that owe it."""
    return {duty: canonical(sorted({*_decisions(row[duty]), decision}))}


def no_longer_owed(row: Row, duties: tuple[str, ...], decision: int) -> dict[str, Value]:
    """These duties without this decision."""
    return {duty: canonical(sorted({*_decisions(row[duty])} - {decision})) for duty in duties}


def taken_up_again(row: Row | None) -> bool:
    """Whether an officer who takes this case takes it up anew: it was decided, and nothing of that stands."""
    return row is not None and row["stage"] == DECIDED and row[STANDING] == NOTHING_OWED


def left_to_do(row: Row) -> str | None:
    """The state that the duties give, None where none is owed."""
    return next((state for duty, state in FURTHER_DUTIES.items() if row[duty] != NOTHING_OWED), None)


def _decisions(stored: Value) -> list[int]:
    return cast("list[int]", json.loads(cast("str", stored)))

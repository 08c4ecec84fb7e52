"""The feedback that reporters are owed, by reports as officers name them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from caseledger.queries.lists import Listed, Listing, given, page
from caseledger.queries.ports import Reading, Row
from caseledger.queries.streams import many, report_state

READ_MODEL: Final = "feedback"


def feedback(readings: Sequence[Reading], state: str, limit: int, after: str | None) -> Listed:
    """Reports whose feedback is in this state, the longest owed first; each with its `system` and `id` there."""
    order = ("received_at",) if state == "waiting" else ("owed_at",)
    found = page(readings, Listing(READ_MODEL, given(state=state), order), limit, after)
    names: dict[tuple[str, str], Row] = {}
    for reading in readings:
        streams = [UUID(str(row["report"])) for row in found.rows if row["platform"] == reading.platform]
        for stream, events in many(reading.ledger, streams).items():
            report = report_state(events)
            if report is not None:
                names[reading.platform, str(stream)] = {"system": report.received.system, "id": report.received.report}
    rows = [{**row, **names.get((str(row["platform"]), str(row["report"])), {})} for row in found.rows]
    return replace(found, rows=rows)

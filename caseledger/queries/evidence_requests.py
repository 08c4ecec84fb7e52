"""Evidence requests: one as it stands, and the clocks of many; no person's name in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from caseledger.queries.errors import NotAQuestion, NotFound
from caseledger.queries.lists import PLATFORM
from caseledger.queries.ports import OneOf, Reading, Row

READ_MODELS: Final = ("evidence_requests", "deadlines")
"""What requests and their clocks are read from."""

CASES_ASKED_MAX: Final = 500
"""The requests about this many cases are read at a time."""


@dataclass(frozen=True, slots=True)
class EvidenceRequestView:
    """One request, as a row of the read model of that name, with its accounts and its clocks."""

    platform: str
    request: str
    position: int
    standing: Row
    accounts: list[Row]
    deadlines: list[Row]


def evidence_request_view(reading: Reading, document: str, authority: str | None) -> EvidenceRequestView:
    """The request by this document, or with this UUID; raises `NotFound`, or `NotAQuestion` where it names several."""
    standing = find_evidence_request(reading, document, authority)
    key = str(standing["request_id"])
    return EvidenceRequestView(
        platform=reading.platform,
        request=key,
        position=reading.position,
        standing=standing,
        accounts=reading.all("evidence_request_accounts", "account", request_id=key),
        deadlines=reading.all("deadlines", "due_at", stream=key),
    )


def find_evidence_request(reading: Reading, document: str, authority: str | None) -> Row:
    """Its row; raises as `evidence_request_view` does."""
    by_number = reading.all("evidence_requests", "authority", document=document)
    found = by_number or reading.all("evidence_requests", request_id=document)
    found = [row for row in found if authority in (None, row["authority"])]
    if len(found) > 1:
        names = ", ".join(str(row["authority"]) for row in found)
        raise NotAQuestion(f"{len(found)} authorities have a document {document!r}: {names}; name one with --authority")
    if not found:
        raise NotFound("evidence_request_not_found", f"no evidence request {document!r} on {reading.platform}")
    return found[0]


def with_deadlines(readings: Sequence[Reading], rows: Sequence[Row]) -> list[Row]:
    """The same rows of a list of requests, each with its clocks as `deadlines`."""
    clocks: dict[str, list[Row]] = {str(row["request_id"]): [] for row in rows}
    for reading in readings:
        listed = tuple(str(row["request_id"]) for row in rows if row[PLATFORM] == reading.platform)
        for clock in reading.all("deadlines", "due_at", stream=OneOf(listed)) if listed else ():
            clocks[str(clock["stream"])].append(clock)
    return [row | {"deadlines": clocks[str(row["request_id"])]} for row in rows]


def requests_about_cases(reading: Reading, cases: Iterable[UUID]) -> set[UUID]:
    """The streams of the requests that ask about one of these cases."""
    asked, found = [str(case) for case in cases], set[UUID]()
    for start in range(0, len(asked), CASES_ASKED_MAX):
        some = OneOf(tuple(asked[start : start + CASES_ASKED_MAX]))
        found |= {UUID(str(row["request_id"])) for row in reading.all("evidence_requests", case_id=some)}
    return found


def requests_about_account(reading: Reading, account: str) -> set[UUID]:
    """The streams of the requests that name this account, or by which something about it was sent."""
    rows = reading.all("evidence_request_accounts", account=account)
    return {UUID(str(row["request_id"])) for row in rows}

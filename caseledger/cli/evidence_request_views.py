"""Prints evidence requests, with the clocks that run for them."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace

from rich.table import Table

from caseledger.cli.finding import on_one
from caseledger.cli.list_views import Asked, print_page
from caseledger.cli.output import Cell, grid, moment, print_json, show, words
from caseledger.cli.rows import Column, at, cell, of, rows_table
from caseledger.cli.session import opened, readings
from caseledger.queries import lists
from caseledger.queries.evidence_requests import (
    READ_MODELS,
    EvidenceRequestView,
    evidence_request_view,
    with_deadlines,
)

Row = Mapping[str, object]


def requests(state: str | None, *, page: Asked) -> None:
    """Requests by when they were received."""
    listing = lists.Listing("evidence_requests", lists.given(state=state), ("received_at",))
    with opened() as caseledger:
        there = readings(caseledger, page.platform, *READ_MODELS)
        found = lists.page(there, listing, page.limit, page.after)
        found = replace(found, rows=with_deadlines(there, found.rows))
    columns: tuple[Column, ...] = (
        ("document", of("document")),
        ("authority", of("authority")),
        ("!received", at("received_at")),
        ("!due", _due),
        ("!sent", at("sent_at")),
        ("!clock", _clock),
    )
    print_page(found, columns, page)


def request(document: str, authority: str | None, platform: str | None, *, as_json: bool) -> None:
    """One request."""
    with opened() as caseledger:
        found = on_one(
            readings(caseledger, platform, *READ_MODELS),
            lambda reading: evidence_request_view(reading, document, authority),
        )
    if as_json:
        print_json(asdict(found))
        return
    show(_parts(found))


def _parts(view: EvidenceRequestView) -> Iterator[Table | str]:
    standing = view.standing
    yield f"Evidence request {standing['document']}"
    yield grid(
        (
            ("platform", view.platform),
            ("authority", cell(standing["authority"])),
            ("legal basis", cell(standing["legal_basis"])),
            ("case", cell(standing["case_id"])),
            ("period", words(_period(standing))),
            ("asked for", _classes(standing["classes_asked"])),
            ("received", moment(str(standing["received_at"]))),
            ("sent", moment(str(standing["sent_at"])) if standing["sent_at"] else None),
            ("sent were", _classes(standing["classes_sent"]) or None),
            ("sha256", cell(standing["package_sha256"])),
            ("request", view.request),
            ("ledger position", view.position),
        )
    )
    if view.accounts:
        columns = [("account", of("account")), ("asked", of("asked")), ("sent", of("sent"))]
        yield rows_table("Accounts", columns, view.accounts)
    if view.deadlines:
        columns = [("clock", of("clock")), ("state", of("state")), ("!due", at("due_at")), ("!missed", at("missed_at"))]
        yield rows_table("Deadlines", columns, view.deadlines)


def _period(row: Row) -> Iterator[str]:
    if row["period_from"]:
        yield f"from {moment(str(row['period_from']))}"
    if row["period_to"]:
        yield f"to {moment(str(row['period_to']))}"


def _classes(classes: object) -> str:
    return words(str(each).replace("_", " ") for each in classes) if isinstance(classes, list) else ""


def _clocks(row: Row) -> list[Row]:
    clocks = row["deadlines"]
    return clocks if isinstance(clocks, list) else []


def _due(row: Row) -> Cell:
    return "\n".join(moment(str(clock["due_at"])) for clock in _clocks(row))


def _clock(row: Row) -> Cell:
    return "\n".join(str(clock["state"]) for clock in _clocks(row))

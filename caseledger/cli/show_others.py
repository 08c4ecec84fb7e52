"""Prints one account, reporter or operation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Final

from rich.table import Table

from caseledger.cli.finding import on_one
from caseledger.cli.output import grid, moment, print_json, show, words
from caseledger.cli.rows import at, cell, of, removal_rows, rows_table, sanction_rows
from caseledger.cli.session import opened, readings
from caseledger.queries import account_view, operation_view, reporter_view
from caseledger.queries.account_view import AccountView
from caseledger.queries.operation_view import OperationView
from caseledger.queries.reporter_view import ReporterView

Part = Table | str

ROWS_SHOWN_MAX: Final = 50
"""Persons and outcomes in a table for people; `--json` gives all."""


CASE_CHARS: Final = 8
"""Of a case's id, where it only tells cases apart."""


def show_account(account: str, platform: str | None, *, as_json: bool) -> None:
    """Find the account and print it."""
    with opened() as caseledger:
        found = on_one(
            readings(caseledger, platform, *account_view.READ_MODELS),
            lambda reading: account_view.account_view(reading, account),
        )
    _print(asdict(found), _account(found), as_json=as_json)


def show_reporter(reporter: str, platform: str | None, *, as_json: bool) -> None:
    """Find the reporter and print them."""
    with opened() as caseledger:
        found = on_one(
            readings(caseledger, platform, "reporters"),
            lambda reading: reporter_view.reporter_view(reading, reporter),
        )
    _print(asdict(found), _reporter(found), as_json=as_json)


def show_operation(operation: str, platform: str | None, *, as_json: bool) -> None:
    """Find the operation and print it."""
    with opened() as caseledger:
        found = on_one(
            readings(caseledger, platform, "operations", "deadlines"),
            lambda reading: operation_view.operation_view(reading, operation, None if as_json else ROWS_SHOWN_MAX),
        )
    _print(asdict(found), _operation(found), as_json=as_json)


def _print(document: Mapping[str, object], parts: Iterator[Part], *, as_json: bool) -> None:
    if as_json:
        print_json(document)
        return
    show(parts)


def _account(view: AccountView) -> Iterator[Part]:
    yield f"Account {view.account}"
    in_force = [row for row in view.sanctions if row["state"] == "in_force"]
    yield grid(
        (
            ("platform", view.platform),
            ("in force", words(_measure(row) for row in in_force) or "nothing"),
            ("listed", any(row["state"] == "listed" for row in view.listings) or None),
            ("barred", any(row["state"] == "in_force" for row in view.bars) or None),
            ("ledger position", view.position),
        )
    )
    if view.violation_counts:
        columns = [("class", of("class")), *((f"#{name.replace('_', ' ')}", of(name)) for name in _COUNTS)]
        columns += [("!first", at("first_at")), ("!last", at("last_at"))]
        yield rows_table("Violations", columns, view.violation_counts)
    if view.sanctions:
        yield sanction_rows("Sanctions", view.sanctions)
    if view.removals:
        yield removal_rows("Content removed", view.removals)
    if view.listings:
        columns = [("listed as", of("label")), ("type", of("party_type")), ("id", of("party")), ("state", of("state"))]
        yield rows_table("Blacklist", [*columns, ("!since", at("listed_at"))], view.listings)
    if view.bars:
        columns = [("case", of("case_id")), ("state", of("state")), ("!since", at("barred_at"))]
        yield rows_table("Barred from registering again", columns, view.bars)
    if view.cases:
        columns = [("case", of("case_id")), ("state", of("state")), ("content", of("content"))]
        yield rows_table("Cases", [*columns, ("codes", of("codes")), ("!opened", at("opened_at"))], view.cases)


_COUNTS = ("ever", "in_force", "lifted")


def _reporter(view: ReporterView) -> Iterator[Part]:
    standing = view.standing
    yield f"Reporter {view.reporter}"
    accuracy = standing["accuracy_permille"]
    yield grid(
        (
            ("platform", view.platform),
            ("standing", cell(standing["standing"])),
            ("accuracy", f"{int(str(accuracy)) / 10:.1f} %" if accuracy is not None else None),
            *((name, cell(standing[name])) for name in ("upheld", "dismissed", "withdrawn", "malicious", "perks")),
            ("first", moment(str(standing["first_at"]))),
            ("last", moment(str(standing["last_at"]))),
            ("ledger position", view.position),
        )
    )
    if view.reports:
        columns = [("report", of("report")), ("result", of("result")), ("malicious", of("malicious"))]
        title = f"Reports (the last {len(view.reports)})" if "reports" in view.more else "Reports"
        yield rows_table(title, [*columns, ("!since", at("changed_at"))], view.reports)
    if view.rewards:
        names = ("booked", "granted", "reversed", "capped", "cap", "room")
        columns = [("!month", of("month")), ("currency", of("currency")), *((f"#{name}", of(name)) for name in names)]
        yield rows_table("Rewards", columns, view.rewards)


def _operation(view: OperationView) -> Iterator[Part]:
    standing = view.standing
    yield f"Operation {view.operation}"
    yield grid(
        (
            ("platform", view.platform),
            ("title", cell(standing["title"])),
            ("state", cell(standing["state"])),
            ("campaign", bool(standing["campaign"]) or None),
            ("opened", moment(str(standing["opened_at"]))),
            ("closed", moment(str(standing["closed_at"])) if standing["closed_at"] else None),
            ("cases", f"{standing['cases']}: {_progress(view)}"),
            ("persons", f"{standing['persons']}, {standing['persons_with_outcome']} with an outcome{_outside(view)}"),
            ("minors", cell(standing["minors"])),
            ("regions", _tally(view.regions)),
            ("roles", _tally(view.parts)),
            ("ledger position", view.position),
        )
    )
    if view.deadlines:
        columns = [("clock", of("clock")), ("state", of("state")), ("!due", at("due_at"))]
        yield rows_table("Deadlines", columns, view.deadlines)
    if view.persons:
        columns = [("#entry", of("entry")), ("account", of("account")), ("role", of("part")), ("region", of("region"))]
        rest = [("minor", of("minor")), ("outcome", of("outcome")), ("measures", of("measures"))]
        yield rows_table(_first("Persons", view.persons), [*columns, *rest], view.persons)
    if view.outcomes:
        columns = [("!case", _short_case), ("what", _outcome), ("account", of("account"))]
        rest = [("authority", of("authority")), ("!at", at("decided_at"))]
        yield rows_table(_first("Outcomes", view.outcomes), [*columns, *rest], view.outcomes)


def _progress(view: OperationView) -> str:
    standing = view.standing
    return f"{view.open_cases} open, {standing['upheld']} upheld, {standing['dismissed']} dismissed"


def _outside(view: OperationView) -> str:
    """Told where it says something else: a finding of the platform is an outcome, too."""
    return f", {view.decided_outside} decided outside" if view.decided_outside else ""


def _short_case(row: Mapping[str, object]) -> str:
    return f"{str(row['case_id'])[:CASE_CHARS]}…"


def _first(name: str, rows: Sequence[object]) -> str:
    return f"{name} (the first {ROWS_SHOWN_MAX}; --json gives all)" if len(rows) == ROWS_SHOWN_MAX else name


def _measure(row: Mapping[str, object]) -> str:
    return str(row["kind"]) if row["duration"] is None else f"{row['kind']}:{row['duration']}"


def _outcome(row: Mapping[str, object]) -> str:
    return f"{row['type']} {row['what']}{'' if row['stands'] else ' (taken back)'}"


def _tally(counts: Mapping[str, int]) -> str:
    return words(f"{name or 'not known'} {count}" for name, count in counts.items())

"""Prints lists: one page of rows, and the cursor of the next one."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, cast

from caseledger.cli.failures import usage
from caseledger.cli.output import Cell, print_json, show
from caseledger.cli.rows import SANCTION_COLUMNS, Column, Row, at, due, number, of, rows_table, together, worded
from caseledger.cli.session import opened, readings
from caseledger.cli.times import instant
from caseledger.queries import lists
from caseledger.queries.ports import Condition, Range, Reading
from caseledger.queries.signals import READ_MODEL, with_signals
from projections.instants import instant_text

NOTHING: Final = "Nothing there."


@dataclass(frozen=True)
class Asked:
    """What every list is asked: of which platform, how many, after which, in which form."""

    platform: str | None
    limit: int
    after: str | None
    as_json: bool


@dataclass(frozen=True)
class Days:
    """A span of days, ends included."""

    since: str | None
    until: str | None


def queue(where: Mapping[str, str | None], *, closed: bool, page: Asked) -> None:
    """Open cases, or all."""
    conditions = lists.given(**where)
    if not closed:
        conditions["is_open"] = True
    columns: Sequence[Column] = (
        ("!case", of("case_id")),
        ("state", worded("state")),
        ("!due", due),
        ("!severity", of("severity")),
        ("#reports", of("reports")),
        ("?!together", together),
        ("account", of("respondent")),
    )
    with opened() as caseledger:
        there = readings(caseledger, page.platform, "queue", READ_MODEL)
        found = lists.page(there, lists.Listing("queue", conditions, lists.QUEUE_ORDER), page.limit, page.after)
        found = replace(found, rows=with_signals(there, found.rows))
    print_page(found, columns, page)


def violations(by: str, account: str | None, *, page: Asked) -> None:
    """Counts by class, code or window, or the violations themselves."""
    relation = lists.VIOLATION_TABLES[by]
    counts: Sequence[Column] = (
        *((f"#{name.replace('_', ' ')}", of(name)) for name in ("ever", "in_force", "lifted")),
        ("!first", at("first_at")),
        ("!last", at("last_at")),
    )
    columns: dict[str, Sequence[Column]] = {
        "class": (("account", of("account")), ("class", of("class")), *counts),
        "code": (("account", of("account")), ("class", of("class")), ("code", of("code")), *counts),
        "window": (
            ("account", of("account")),
            ("class", of("class")),
            ("!window", of("window_name")),
            ("#decisions", of("decisions")),
            ("!from", at("starts_at")),
            ("!to", at("ends_at")),
        ),
        "each": (
            ("account", of("account")),
            ("code", of("code")),
            ("severity", of("severity")),
            ("!decided", at("established_at")),
            ("!lifted", at("lifted_at")),
            ("#position", of("position")),
        ),
    }
    _list(lists.Listing(relation, lists.given(account=account)), columns[by], page, "violation_counts")


def sanctions(where: Mapping[str, str | None], *, page: Asked) -> None:
    """Sanctions by position."""
    columns = (SANCTION_COLUMNS[0], ("account", of("account")), *SANCTION_COLUMNS[1:-1])
    _list(lists.Listing("sanctions", lists.given(**where), ("position",)), columns, page, "sanctions")


def blacklist(view: str, where: Mapping[str, str | None], *, page: Asked) -> None:
    """One of the three views."""
    conditions = lists.given(**where)
    allowed = {"internal": {"party", "account", "state"}, "partner": {"party"}, "public": set[str]()}[view]
    foreign = sorted(conditions.keys() - allowed)
    if foreign:
        raise usage(f"the {view} view has no {foreign[0]}; leave --{foreign[0]} out")
    types: Column = ("violations", lambda row: _violation_types(row["violation_types"]))
    columns: dict[str, Sequence[Column]] = {
        "internal": (
            ("type", of("party_type")),
            ("id", of("party")),
            ("account", of("account")),
            ("state", of("state")),
            ("!since", at("listed_at")),
            ("violations", lambda row: _violation_types(row["types_found"])),
        ),
        "partner": (("type", of("party_type")), ("id", of("party")), ("!since", at("listed_at")), types),
        "public": (("type", of("party_type")), ("name", of("shown_as")), ("!since", at("listed_at")), types),
    }
    order = ("position",) if view == "internal" else ("listed_at",)
    _list(lists.Listing(lists.BLACKLISTS[view], conditions, order), columns[view], page, "blacklist")


def warnings(where: Mapping[str, str | None], *, page: Asked) -> None:
    """Partners warned."""
    columns: Sequence[Column] = (
        ("partner", of("partner")),
        ("account", of("account")),
        ("sites", of("sites")),
        ("channels", of("channels")),
        ("!warned", at("warned_at")),
    )
    _list(lists.Listing("partner_warnings", lists.given(**where), ("position",)), columns, page, "blacklist")


def refusals(where: Mapping[str, str | None], *, page: Asked) -> None:
    """Registrations refused."""
    columns: Sequence[Column] = (
        ("#position", of("position")),
        ("account", of("account")),
        ("shown", of("kinds")),
        ("bars met", _bars),
        ("!refused", at("refused_at")),
    )
    _list(lists.Listing("registration_refusals", lists.given(**where), ("position",)), columns, page, "blacklist")


def deadlines(where: Mapping[str, str | None], due_until: str | None, *, page: Asked) -> None:
    """Clocks by when they are due."""
    until = None if due_until is None else instant_text(instant(due_until, "--due-until"))
    conditions = lists.given(**where, due_at=Range(at_most=until))
    columns: Sequence[Column] = (
        ("!due", at("due_at")),
        ("!state", of("state")),
        ("!clock", of("clock")),
        ("of", worded("stream_kind")),
        ("!id", of("stream")),
    )
    _list(lists.Listing("deadlines", conditions, ("due_at",)), columns, page, "deadlines")


def reporters(where: Mapping[str, str | None], *, page: Asked) -> None:
    """Reporters by the ids of their streams."""
    counts = ("upheld", "dismissed", "malicious")
    columns: Sequence[Column] = (
        ("!reporter", of("reporter")),
        ("!standing", of("standing")),
        *((f"#{name}", of(name)) for name in counts),
        ("!last", at("last_at")),
    )
    _list(lists.Listing("reporters", lists.given(**where)), columns, page, "reporters")


def operations(where: Mapping[str, str | None], *, page: Asked) -> None:
    """Operations by when they were opened."""
    columns: Sequence[Column] = (
        ("operation", of("operation")),
        ("title", of("title")),
        ("!state", of("state")),
        ("#cases", of("cases")),
        ("#decided", lambda row: number(row["upheld"]) + number(row["dismissed"])),
        *((f"#{name}", of(name)) for name in ("persons", "minors")),
        ("#with outcome", of("persons_with_outcome")),
        ("!opened", at("opened_at")),
    )
    _list(lists.Listing("operations", lists.given(**where), ("opened_at",)), columns, page, "operations")


def statistics(by: Sequence[str], figure: str | None, days: Days, *, page: Asked) -> None:
    """Figures added up by some dimensions."""
    if len(set(by)) < len(by):
        raise usage("--by names the same twice")
    span = Range(at_least=day_of(days.since, "--since"), at_most=day_of(days.until, "--until"))
    where: dict[str, Condition] = lists.given(figure=figure, day=span)
    with opened() as caseledger:
        found = lists.figures(
            readings(caseledger, page.platform, "statistics"), tuple(by), where, page.limit, page.after
        )
    columns: Sequence[Column] = (
        *((name.replace("_", " "), of(name)) for name in by),
        ("#ever", of("ever")),
        ("#standing", of("standing")),
    )
    print_page(found, columns, page)


def _list(listing: lists.Listing, columns: Sequence[Column], page: Asked, *models: str) -> None:
    with opened() as caseledger:
        there: list[Reading] = readings(caseledger, page.platform, *models)
        found = lists.page(there, listing, page.limit, page.after)
    print_page(found, columns, page)


def print_page(found: lists.Listed, columns: Sequence[Column], page: Asked) -> None:
    """One page, as tables or as JSON."""
    if page.as_json:
        print_json({"rows": found.rows, "next": found.next})
        return
    platforms = {str(row[lists.PLATFORM]) for row in found.rows}
    if not found.rows:
        show([NOTHING])
    for platform in sorted(platforms):
        rows = [row for row in found.rows if row[lists.PLATFORM] == platform]
        show([rows_table(platform, columns, rows)])
        if platform != max(platforms):
            sys.stdout.write("\n")
    if found.next is not None:
        sys.stdout.write(f"\nThere is more: --after {found.next}\n")


def _bars(row: Row) -> Cell:
    bars = cast("Sequence[Mapping[str, object]]", row["bars"])
    return "\n".join(f"{bar['account']}, case {bar['case']}" for bar in bars)


def _violation_types(found: object) -> str:
    if not isinstance(found, list):
        return ""
    return "\n".join(" ".join(str(each[name]) for name in ("code", "zh", "en") if each[name]) for each in found)


def day_of(text: str | None, option: str) -> str | None:
    """The day in an option; raises `Failure` for anything else."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise usage(f"{option} {text!r} is no day; it is written YYYY-MM-DD") from None

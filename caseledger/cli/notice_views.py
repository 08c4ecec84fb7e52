"""Prints a public notice: figures by type of thing, and what is announced, names masked."""

import sys
from collections.abc import Sequence
from dataclasses import asdict

from caseledger.cli.list_views import NOTHING, Asked, Days, day_of
from caseledger.cli.output import print_json, show, table
from caseledger.cli.rows import Column, of, rows_table
from caseledger.cli.session import opened, readings
from caseledger.queries import lists
from caseledger.queries.notice import announced, figures


def notice(days: Days, *, page: Asked) -> None:
    """Figures first, then one page of names."""
    since, until = day_of(days.since, "--since"), day_of(days.until, "--until")
    with opened() as caseledger:
        there = readings(caseledger, page.platform, "notices")
        counted = list(figures(there, since, until))
        found = lists.page(there, announced(since, until), page.limit, page.after)
    if page.as_json:
        told = [asdict(figure) for figure in counted]
        print_json({"since": since, "until": until, "figures": told, "rows": found.rows, "next": found.next})
        return
    if not counted:
        show([NOTHING])
        return
    cells = [(each.platform, each.type, each.things, each.decisions, each.announced) for each in counted]
    span = " ".join(part for part in (since and f"since {since}", until and f"until {until}") if part)
    title = f"Dealt with {span}".rstrip()
    show([table(title, ("!platform", "type", "#dealt with", "#decisions", "names announced"), cells)])
    columns: Sequence[Column] = (
        ("!day", of("day")),
        ("!platform", of(lists.PLATFORM)),
        ("type", of("thing_type")),
        ("name", of("shown_as")),
        ("measures", of("measures")),
    )
    if found.rows:
        sys.stdout.write("\n")
        show([rows_table("Announced", columns, found.rows)])
    if found.next is not None:
        sys.stdout.write(f"\nThere is more: --after {found.next}\n")

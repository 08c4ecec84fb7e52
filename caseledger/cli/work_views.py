"""Prints feedback owed, times taken, rewards and bookings."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from caseledger.cli.failures import usage
from caseledger.cli.list_views import NOTHING, Asked, print_page
from caseledger.cli.output import Cell, print_json, show
from caseledger.cli.rows import Column, Row, at, cell, of, rows_table, worded
from caseledger.cli.session import opened, readings
from caseledger.queries import lists, owed
from caseledger.queries.times import READ_MODELS
from caseledger.queries.times import times as times_taken

_MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_MINUTE_S: Final = 60
_HOUR_S: Final = 60 * _MINUTE_S
_DAY_S: Final = 24 * _HOUR_S


def feedback(state: str, *, page: Asked) -> None:
    """Reports by what their reporters are owed."""
    with opened() as caseledger:
        found = owed.feedback(readings(caseledger, page.platform, owed.READ_MODEL), state, page.limit, page.after)
    columns: Sequence[Column] = (
        ("!report", lambda row: f"{row.get('system')}/{row.get('id')}"),
        ("what", worded("what")) if state != "waiting" else ("state", of("state")),
        ("!received", at("received_at")),
        ("!given", at("given_at")) if state == "given" else ("!owed since", at("owed_at")),
    )
    print_page(found, columns, page)


def times(platform: str | None, since: str | None, until: str | None, *, as_json: bool) -> None:
    """Figures of every platform, month and step."""
    with opened() as caseledger:
        there = readings(caseledger, platform, *READ_MODELS)
        rows = times_taken(there, _month(since, "--since"), _month(until, "--until"))
    if as_json:
        print_json({"rows": rows})
        return
    if not rows:
        show([NOTHING])
    columns: Sequence[Column] = (
        ("!month", of("month")),
        ("to", of("step")),
        ("#count", of("count")),
        *((f"#{name.removesuffix('_s')}", _duration(name)) for name in ("median_s", "p90_s", "mean_s", "longest_s")),
    )
    for name in sorted({str(row["platform"]) for row in rows}):
        show([rows_table(name, columns, [row for row in rows if row["platform"] == name])])


def rewards(month: str | None, reporter: str | None, *, page: Asked) -> None:
    """Months of reporters."""
    names = ("booked", "granted", "reversed", "capped", "cap", "room")
    columns: Sequence[Column] = (
        ("!month", of("month")),
        ("!reporter", of("reporter")),
        ("!unit", of("currency")),
        *((f"#{name}", of(name)) for name in names),
    )
    where = lists.given(month=_month(month, "--month"), reporter=reporter)
    _list(lists.Listing("reporter_rewards", where, ("month",)), columns, page)


def _cut_off(row: Row) -> Cell:
    """What a cap cut off; nothing where none did."""
    capped = row["capped"]
    return cell({name: amount for name, amount in capped.items() if amount}) if isinstance(capped, dict) else None


def bookings(month: str | None, reporter: str | None, *, page: Asked) -> None:
    """Bookings of a month, or of all."""
    columns: Sequence[Column] = (
        ("!booked", at("booked_at")),
        ("!reporter", of("reporter")),
        ("granted", of("granted")),
        ("capped", _cut_off),
        ("!note", lambda row: "reversed" if row["reversed_at"] else cell(row["note"] or row["perk"])),
    )
    where = lists.given(month=_month(month, "--month"), reporter=reporter)
    _list(lists.Listing("reporter_bookings", where, ("month", "position")), columns, page)


def _list(listing: lists.Listing, columns: Sequence[Column], page: Asked) -> None:
    with opened() as caseledger:
        found = lists.page(readings(caseledger, page.platform, "reporters"), listing, page.limit, page.after)
    print_page(found, columns, page)


def _month(text: str | None, option: str) -> str | None:
    if text is not None and _MONTH.fullmatch(text) is None:
        raise usage(f"{option} {text!r} is no month; it is written YYYY-MM")
    return text


def _duration(name: str) -> Callable[[Row], Cell]:
    """A column of seconds as people read them."""
    return lambda row: duration_text(int(str(row[name])))


def duration_text(seconds: int) -> str:
    """A length of time in its two largest units: `45 s`, `12 min`, `7 h 05`, `3 d 04 h`."""
    if seconds < _MINUTE_S:
        return f"{seconds} s"
    if seconds < _HOUR_S:
        return f"{seconds // _MINUTE_S} min"
    if seconds < _DAY_S:
        return f"{seconds // _HOUR_S} h {seconds % _HOUR_S // _MINUTE_S:02}"
    return f"{seconds // _DAY_S} d {seconds % _DAY_S // _HOUR_S:02} h"

"""Prints what partners ask of the list."""

import sys
from collections.abc import Sequence
from dataclasses import asdict

from caseledger.cli.failures import usage
from caseledger.cli.list_views import NOTHING
from caseledger.cli.output import moment, print_json, show, table
from caseledger.cli.rows import Column, at, of, rows_table
from caseledger.cli.session import opened, platforms_asked, reading, readings
from caseledger.queries.partners import check as checked
from caseledger.queries.partners import feed
from domain.values import ID_CHARS_MAX


def check(subject: str, platform: str | None, *, as_json: bool) -> None:
    """Look one subject up."""
    if not subject or len(subject) > ID_CHARS_MAX:
        raise usage(f"a subject is named by its id, of 1 to {ID_CHARS_MAX} characters")
    with opened() as caseledger:
        asked = [checked(each, subject) for each in readings(caseledger, platform, "blacklist")]
    found = [each for each in asked if each.listed]
    if as_json:
        on = [{"platform": each.platform, "label": each.label, "since": each.since} for each in found]
        print_json({"subject": subject, "listed": bool(found), "on": on})
        return
    if not found:
        show([f"{subject}: not listed"])
        return
    rows = [(each.platform, each.label, moment(str(each.since))) for each in found]
    show([table(f"{subject}: listed", ("!platform", "label", "!since"), rows)])


def changes(after: int, limit: int, platform: str | None, *, as_json: bool) -> None:
    """One page of the feed."""
    with opened() as caseledger:
        asked = platforms_asked(caseledger, platform)
        if len(asked) > 1:
            raise usage(f"positions are those of one platform; name one with --platform: {', '.join(asked)}")
        found = feed(reading(caseledger, asked[0], "blacklist"), after, limit)
    if as_json:
        print_json(asdict(found))
        return
    columns: Sequence[Column] = (
        ("#position", of("position")),
        ("change", of("change")),
        ("type", of("party_type")),
        ("id", of("party")),
        ("!at", at("changed_at")),
    )
    show([rows_table(None, columns, found.changes) if found.changes else NOTHING])
    sys.stdout.write(f"next: --after {found.next}{'' if found.more else ' (nothing more now)'}\n")

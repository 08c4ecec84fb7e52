"""What partners may ask: whether one subject is listed, and what came on the list and went off it since a position."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from caseledger.queries.ports import Question, Range, Reading, Row

CHANGES: Final = "blacklist_changes"
PARTNER_VIEW: Final = "blacklist_partner"


@dataclass(frozen=True, slots=True)
class Check:
    """Whether a subject is listed on a platform: under which label, since when. Nothing else is told."""

    platform: str
    listed: bool
    label: str | None
    since: str | None


@dataclass(frozen=True, slots=True)
class Feed:
    """Changes in the order of the ledger, in whole positions.

    `next` is where to read on after: the last position told or, when nothing is left, the one that was read up to.
    """

    platform: str
    changes: list[Row]
    next: int
    more: bool


def check(reading: Reading, subject: str) -> Check:
    """Look one subject up by its exact id, whatever it is: a site, an enterprise, an account, a person."""
    rows = reading.all(PARTNER_VIEW, "listed_at", party=subject)
    if not rows:
        return Check(reading.platform, listed=False, label=None, since=None)
    label = "; ".join(dict.fromkeys(_label(row) for row in rows))
    return Check(reading.platform, listed=True, label=label, since=str(rows[0]["listed_at"]))


def feed(reading: Reading, after: int, limit: int) -> Feed:
    """At least `limit` changes after a position where there are so many; a position is told whole or not at all."""
    order = ("position", "party_type", "party")
    rows = list(reading.tables.rows(Question(CHANGES, {"position": Range(above=after)}, order, limit)))
    if len(rows) < limit:
        return Feed(reading.platform, rows, max(after, reading.position), more=False)
    last = cast("int", rows[-1]["position"])
    told = [row for row in rows if row["position"] != last] + reading.all(CHANGES, *order, position=last)
    more = bool(list(reading.tables.rows(Question(CHANGES, {"position": Range(above=last)}, order, 1))))
    return Feed(reading.platform, told, last if more else max(last, reading.position), more)


def _label(row: Row) -> str:
    """The policy's label and the violation types that it shows, as one text."""
    types = cast("Sequence[dict[str, str]]", row["violation_types"])
    titles = [" ".join(each[name] for name in ("en", "zh") if each[name]) or each["code"] for each in types]
    return ": ".join(part for part in (str(row["label"]), ", ".join(titles)) if part)

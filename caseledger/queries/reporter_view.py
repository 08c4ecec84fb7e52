"""One reporter as they stand: reports and rewards, under the id of their stream; who they are stays sealed."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from caseledger.queries.errors import NotFound
from caseledger.queries.ports import Question, Reading, Row
from domain.streams import reporter_stream

SHOWN_MAX: Final = 100
"""Reports and bookings of one reporter that are shown: the last ones. `list bookings` gives all."""


@dataclass(frozen=True, slots=True)
class ReporterView:
    """One reporter. The lists of rows are those of the read models of the same names; of `reports` and `bookings` the
    last ones, and `more` says of which there are others.
    """

    platform: str
    reporter: str
    position: int
    standing: Row
    reports: list[Row]
    rewards: list[Row]
    bookings: list[Row]
    more: tuple[str, ...]


def reporter_view(reading: Reading, asked: str, shown_max: int = SHOWN_MAX) -> ReporterView:
    """The reporter of this stream id, or of this id at the platform, which is hashed here and goes no further.

    Raises `NotFound`, without the id, for one about whom nothing was established.
    """
    for stream in _readings(reading.platform, asked):
        found = reading.all("reporters", reporter=stream)
        if found:
            reports, more_reports = _last(reading, "reporter_reports", "changed_at", stream, shown_max)
            bookings, more_bookings = _last(reading, "reporter_bookings", "position", stream, shown_max)
            more = {"reports": more_reports, "bookings": more_bookings}
            return ReporterView(
                platform=reading.platform,
                reporter=stream,
                position=reading.position,
                standing=found[0],
                reports=reports,
                rewards=reading.all("reporter_rewards", "month", "currency", reporter=stream),
                bookings=bookings,
                more=tuple(name for name, there_is in more.items() if there_is),
            )
    raise NotFound(
        "reporter_not_found",
        f"nothing was established about this reporter on {reading.platform}: none of their reports was decided on",
    )


def _last(reading: Reading, relation: str, order: str, reporter: str, shown_max: int) -> tuple[list[Row], bool]:
    """The last rows in ascending order, and whether there are others before them."""
    found = reading.tables.page(Question(relation, {"reporter": reporter}, (f"-{order}",), shown_max))
    return found.rows[::-1], found.next is not None


def _readings(platform: str, asked: str) -> list[str]:
    streams = [str(reporter_stream(platform, asked).uuid)]
    with suppress(ValueError):
        streams.insert(0, str(UUID(asked)))
    return streams

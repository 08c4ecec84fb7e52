"""One reporter as they stand: reports and rewards, under the id of their stream; who they are stays sealed."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from caseledger.queries.errors import NotFound
from caseledger.queries.ports import Reading, Row
from domain.streams import reporter_stream


@dataclass(frozen=True, slots=True)
class ReporterView:
    """The whole of one reporter. The lists of rows are those of the read models of the same names."""

    platform: str
    reporter: str
    position: int
    standing: Row
    reports: list[Row]
    rewards: list[Row]
    bookings: list[Row]


def reporter_view(reading: Reading, asked: str) -> ReporterView:
    """The reporter of this stream id, or of this id at the platform, which is hashed here and goes no further.

    Raises `NotFound`, without the id, for one about whom nothing was established.
    """
    for stream in _readings(reading.platform, asked):
        found = reading.all("reporters", reporter=stream)
        if found:
            return ReporterView(
                platform=reading.platform,
                reporter=stream,
                position=reading.position,
                standing=found[0],
                reports=reading.all("reporter_reports", "changed_at", reporter=stream),
                rewards=reading.all("reporter_rewards", "month", "currency", reporter=stream),
                bookings=reading.all("reporter_bookings", "position", reporter=stream),
            )
    raise NotFound(
        "reporter_not_found",
        f"nothing was established about this reporter on {reading.platform}: none of their reports was decided on",
    )


def _readings(platform: str, asked: str) -> list[str]:
    streams = [str(reporter_stream(platform, asked).uuid)]
    with suppress(ValueError):
        streams.insert(0, str(UUID(asked)))
    return streams

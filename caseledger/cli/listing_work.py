"""`caseledger list`: feedback owed, times taken, rewards and bookings."""

# ruff: noqa: FBT002, PLC0415 - one argument an option; what a command needs is loaded when it runs
from enum import StrEnum
from typing import Annotated, Final

import typer

from caseledger.cli.options import LIMIT_DEFAULT, After, AsJson, Limit, Platform

Month = Annotated[str | None, typer.Option("--month", metavar="MONTH", help="Only of this month, YYYY-MM.")]

Reporter = Annotated[
    str | None, typer.Option("--reporter", metavar="UUID", help="Only of the reporter with this stream.")
]


class FeedbackState(StrEnum):
    """How the feedback of a report stands."""

    OWED = "owed"
    WAITING = "waiting"
    GIVEN = "given"


def feedback(
    platform: Platform = None,
    state: Annotated[
        FeedbackState, typer.Option("--state", help="Owed now, waiting for something to tell, or given.")
    ] = FeedbackState.OWED,
    limit: Limit = LIMIT_DEFAULT,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """Reports whose reporters have to be told, the longest owed first."""
    from caseledger.cli import work_views
    from caseledger.cli.list_views import Asked

    work_views.feedback(state.value, page=Asked(platform, limit, after, as_json))


def times(
    platform: Platform = None,
    since: Annotated[str | None, typer.Option("--since", metavar="MONTH", help="From this month on, YYYY-MM.")] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="MONTH", help="Up to this month, YYYY-MM, included.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """How long it took to verify, to decide and to give feedback: by platform and month in the policy's zone.

    A step counts in the month in which it was taken, from the first report of the case, or from the report itself.
    """
    from caseledger.cli import work_views

    work_views.times(platform, since, until, as_json=as_json)


def rewards(
    platform: Platform = None,
    month: Month = None,
    reporter: Reporter = None,
    limit: Limit = LIMIT_DEFAULT,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """What reporters earned in each month, by currency, beside the caps."""
    from caseledger.cli import work_views
    from caseledger.cli.list_views import Asked

    work_views.rewards(month, reporter, page=Asked(platform, limit, after, as_json))


def bookings(
    platform: Platform = None,
    month: Month = None,
    reporter: Reporter = None,
    limit: Limit = LIMIT_DEFAULT,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """Rewards booked, in the order of the ledger: what was granted, what a cap cut off, what was taken back."""
    from caseledger.cli import work_views
    from caseledger.cli.list_views import Asked

    work_views.bookings(month, reporter, page=Asked(platform, limit, after, as_json))


COMMANDS: Final = (feedback, times, rewards, bookings)
"""What `list` has from here."""

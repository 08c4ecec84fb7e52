"""`caseledger list`: the queue, violations, sanctions, the blacklist, deadlines, reporters, operations, evidence
requests, statistics, and the figures of a public notice.
"""

# ruff: noqa: FBT002, PLC0415, PLR0913, PLR0917 - one argument an option; what a command needs is loaded when it runs
from enum import StrEnum
from typing import Annotated

import typer

from caseledger.cli import evidence_requests, listing_work
from caseledger.cli.options import LIMIT_DEFAULT, Account, After, AsJson, Limit, Platform

_STATES = "new, in_verification, proposed, awaiting_confirmation, returned, appealed, counterparty_open, notice_due"

Until = Annotated[str | None, typer.Option("--until", metavar="DAY", help="Up to this day, YYYY-MM-DD, included.")]
Since = Annotated[str | None, typer.Option("--since", metavar="DAY", help="From this day on, YYYY-MM-DD, included.")]


class View(StrEnum):
    """Whom the blacklist is shown to."""

    INTERNAL = "internal"
    PARTNER = "partner"
    PUBLIC = "public"


class CountedBy(StrEnum):
    """What violations are counted by."""

    CLASS = "class"
    CODE = "code"
    WINDOW = "window"
    EACH = "each"


class SanctionState(StrEnum):
    """How a sanction stands."""

    IN_FORCE = "in_force"
    ENDED = "ended"
    LIFTED = "lifted"


class ListingState(StrEnum):
    """How a listing stands."""

    LISTED = "listed"
    DELISTED = "delisted"


class DeadlineState(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    BREACHED = "breached"
    MET = "met"
    LATE = "late"


class Standing(StrEnum):
    """How a reporter stands."""

    GOOD = "good"
    MALICIOUS = "malicious"


class OperationState(StrEnum):
    """How an operation stands."""

    OPEN = "open"
    CLOSED = "closed"


class Dimension(StrEnum):
    """What statistics are added up by."""

    DAY = "day"
    MONTH = "month"
    FIGURE = "figure"
    SOURCE = "source"
    SUBJECT_TYPE = "subject_type"
    CLASS = "class"
    OUTCOME = "outcome"
    MEASURE = "measure"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = typer.Typer(help="Many of one kind, page by page.", no_args_is_help=True)
    own = (queue, violations, sanctions, blacklist, deadlines, reporters, operations, statistics, notice)
    for command in (*own, *listing_work.COMMANDS):
        commands.command(command.__name__)(command)
    commands.command("evidence-requests")(evidence_requests.listed)
    app.add_typer(commands, name="list")


def queue(
    platform: Platform = None,
    account: Account = None,
    state: Annotated[str | None, typer.Option("--state", help=f"Only in this state: {_STATES}.")] = None,
    officer: Annotated[str | None, typer.Option("--officer", help="Only assigned to this officer.")] = None,
    department: Annotated[str | None, typer.Option("--department", help="Only of this department.")] = None,
    closed: Annotated[bool, typer.Option("--closed", help="Also the cases about which nothing is left to do.")] = False,
    limit: Limit = LIMIT_DEFAULT,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """Open cases: what is due first comes first, then the graver, the more often reported, the older.

    TOGETHER counts the accounts among the reporters of the item or of the respondent that reported together before: a
    signal, and no ground for a decision.
    """
    from caseledger.cli import list_views

    where = {"respondent": account, "state": state, "officer": officer, "department": department}
    list_views.queue(where, closed=closed, page=list_views.Asked(platform, limit, after, as_json))


def violations(
    platform: Platform = None,
    account: Account = None,
    by: Annotated[
        CountedBy, typer.Option("--by", help="Count by class, by code, by class in rolling windows, or list each one.")
    ] = CountedBy.CLASS,
    limit: Limit = LIMIT_DEFAULT,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """Violations of each account: ever, in force, lifted; windows end at the newest fact of the ledger."""
    from caseledger.cli import list_views

    list_views.violations(by.value, account, page=list_views.Asked(platform, limit, after, as_json))


def sanctions(
    platform: Platform = None,
    account: Account = None,
    state: Annotated[SanctionState | None, typer.Option("--state", help="Only in this state.")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Only of this kind, such as mute or ban.")] = None,
    limit: Limit = LIMIT_DEFAULT,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """Sanctions in the order in which they were imposed."""
    from caseledger.cli import list_views

    where = {"account": account, "state": state and state.value, "kind": kind}
    list_views.sanctions(where, page=list_views.Asked(platform, limit, after, as_json))


def blacklist(
    platform: Platform = None,
    view: Annotated[
        View, typer.Option("--view", help="What officers, partners or the public see; names are masked for the public.")
    ] = View.INTERNAL,
    party: Annotated[str | None, typer.Option("--party", help="Only this site, enterprise or account.")] = None,
    account: Account = None,
    state: Annotated[ListingState | None, typer.Option("--state", help="Only in this state.")] = None,
    limit: Limit = LIMIT_DEFAULT,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """The high-risk list. Partners and the public see what is listed now; filters are for the internal view."""
    from caseledger.cli import list_views

    where = {"party": party, "account": account, "state": state and state.value}
    list_views.blacklist(view.value, where, page=list_views.Asked(platform, limit, after, as_json))


def deadlines(
    platform: Platform = None,
    state: Annotated[DeadlineState | None, typer.Option("--state", help="Only in this state.")] = None,
    clock: Annotated[str | None, typer.Option("--clock", help="Only of this clock of the policy.")] = None,
    due_until: Annotated[
        str | None, typer.Option("--due-until", metavar="TIME", help="Only due by this time; an offset is needed.")
    ] = None,
    limit: Limit = LIMIT_DEFAULT,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """Clocks of the policies that started, by when they are due. States come from recorded facts only."""
    from caseledger.cli import list_views

    where = {"state": state and state.value, "clock": clock}
    list_views.deadlines(where, due_until, page=list_views.Asked(platform, limit, after, as_json))


def reporters(
    platform: Platform = None,
    state: Annotated[Standing | None, typer.Option("--state", help="Only of this standing.")] = None,
    limit: Limit = LIMIT_DEFAULT,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """Reporters about whom something was established, under the UUIDs of their streams."""
    from caseledger.cli import list_views

    list_views.reporters({"standing": state and state.value}, page=list_views.Asked(platform, limit, after, as_json))


def operations(
    platform: Platform = None,
    state: Annotated[OperationState | None, typer.Option("--state", help="Only in this state.")] = None,
    limit: Limit = LIMIT_DEFAULT,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """Operations in the order in which they were opened."""
    from caseledger.cli import list_views

    list_views.operations({"state": state and state.value}, page=list_views.Asked(platform, limit, after, as_json))


def statistics(
    platform: Platform = None,
    by: Annotated[
        list[Dimension] | None,
        typer.Option("--by", help="Add up over everything but these; give it several times. Else by figure."),
    ] = None,
    figure: Annotated[str | None, typer.Option("--figure", help="Only this figure, such as decisions.")] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = LIMIT_DEFAULT,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """Counts of facts: all that were recorded, and those that still stand. Days are those of the policy's zone."""
    from caseledger.cli import list_views

    names = [dimension.value for dimension in by or (Dimension.FIGURE,)]
    days = list_views.Days(since, until)
    list_views.statistics(names, figure, days, page=list_views.Asked(platform, limit, after, as_json))


def notice(
    platform: Platform = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = LIMIT_DEFAULT,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """A public notice: how many accounts, groups, links and other things were dealt with, and the names announced.

    A thing is counted once however often it was decided on; what was taken back is not counted. Names are masked, and
    listed only for the types that the policy announces. Days are those of the policy's zone.
    """
    from caseledger.cli import list_views, notice_views

    notice_views.notice(list_views.Days(since, until), page=list_views.Asked(platform, limit, after, as_json))

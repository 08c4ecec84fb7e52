"""`caseledger journal`: the ledger's own log, made, looked into, verified, and asked what became of an append."""

# ruff: noqa: FBT002, PLC0415 - options are keywords to the library; what a command needs is loaded when it runs
from pathlib import Path
from typing import Annotated

import typer

from caseledger.cli.options import LIMIT_DEFAULT, AsJson, Limit, Platform

OnePlatform = Annotated[
    str | None,
    typer.Option("--platform", metavar="NAME", help="Of this platform. Else the one in CASELEDGER_PLATFORM."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = typer.Typer(
        help="The log under a ledger: make its topic right, look into it, fold it again, settle what is in doubt.",
        no_args_is_help=True,
    )
    commands.command("create")(create)
    commands.command("inspect")(inspect)
    commands.command("verify")(verify)
    commands.command("outcome")(outcome)
    commands.command("backup")(backup)
    commands.command("restore")(restore)
    app.add_typer(commands, name="journal")


def create(
    platform: OnePlatform = None,
    only_ledger: Annotated[
        bool, typer.Option("--only-ledger", help="Not the topics of reports, refused reports and published events.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the topics of a platform, or mend their settings; what is right is left alone. Repeating it does no harm.

    The ledger's topic must keep every record for ever, in one order: what a setting can mend is mended, and a topic
    with several partitions, too few copies or deleted records is refused and left as it is. Without CASELEDGER_KAFKA
    the ledger is a file, which is made. With --json: {"platform", "ledger", "topics": [{"topic", "outcome", "changed",
    "partitions", "replication"}]}, where `changed` gives the values before.
    """
    from caseledger.cli import journal_create

    journal_create.create(platform, only_ledger=only_ledger, as_json=as_json)


def inspect(
    platform: Platform = None,
    start: Annotated[
        int | None, typer.Option("--from", min=0, metavar="OFFSET", help="List records from this offset on instead.")
    ] = None,
    limit: Limit = LIMIT_DEFAULT,
    as_json: AsJson = False,
) -> None:
    """What a journal holds: appends and what became of them, writers, positions, schemas, how far sources were read.

    With --from, its records one by one: when, by whom, which positions their events have. What events say is not shown.
    """
    from caseledger.cli import journal_inspect

    journal_inspect.inspect(platform, start, limit, as_json=as_json)


def verify(platform: Platform = None, as_json: AsJson = False) -> None:
    """Fold the whole log again, from its first record, and compare the indexes on this machine with what it gives.

    The service may go on meanwhile; nothing is changed or repaired. Status 5 when something is not as it was written,
    each difference named, 1 when only a topic's settings are wrong.
    """
    from caseledger.cli import journal_verify

    journal_verify.verify(platform, as_json=as_json)


def outcome(
    append: Annotated[str, typer.Argument(metavar="ID", help="The append, as an `outcome unknown` error named it.")],
    platform: Platform = None,
    look: Annotated[
        bool, typer.Option("--look", help="Only look: an append that is not there stays undecided.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Settle what became of an append whose outcome was unknown: written, or not written, for ever.

    The log is read up to its end. An append that is not in it is cancelled there, so that it can never take effect
    later, however long it was on its way; name the platform where there are several. Status 0 when it was written,
    1 when it was not, 6 when it is still unknown (only with --look).
    """
    from caseledger.cli import journal_outcome

    journal_outcome.outcome(append, platform, look=look, as_json=as_json)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; there must be nothing yet.")],
    platform: OnePlatform = None,
    as_json: AsJson = False,
) -> None:
    """Copy a whole journal, as it is now, to one file. The service may go on meanwhile.

    The file holds every record of the log, also where that is a topic, and can be verified and read by itself. It is
    as secret as the ledger, and needs the platform's secret beside it to be of use.
    """
    from caseledger.cli import journal_backup

    journal_backup.backup(file, platform, as_json=as_json)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup, or any journal or index file.")],
    platform: OnePlatform = None,
    as_json: AsJson = False,
) -> None:
    """Put the records of a backup into a new journal of this platform: every position is as it was.

    On Kafka the topic must be empty, as `journal create` makes it, or hold the first records of the backup: after an
    interruption, give the same command again. A journal in a file moves onto Kafka in the same way, and back.
    """
    from caseledger.cli import journal_backup

    journal_backup.restore(file, platform, as_json=as_json)

"""Where the journal of a platform can be read: its own file, or this process's index of its topic."""

from pathlib import Path

from caseledger.application.gateway import PLATFORM_NAME
from caseledger.bootstrap import Caseledger
from caseledger.cli.failures import usage
from infra.journal.files import INDEX, JOURNAL, FileKind
from infra.ledgers import FileLedgers
from schemas.topics import TopicKind, topic_name


def readable(caseledger: Caseledger, platform: str) -> tuple[Path, FileKind]:
    """The file, up to the log's end where the log is a topic."""
    if isinstance(caseledger.ledgers, FileLedgers):
        return caseledger.ledgers.file(platform), JOURNAL
    journal = caseledger.journal(platform)
    journal.refresh()
    return Path(journal.database.name), INDEX


def address(caseledger: Caseledger, platform: str) -> str:
    """Where the log is: the topic as a journal's address, or the file."""
    if isinstance(caseledger.ledgers, FileLedgers):
        return str(caseledger.ledgers.file(platform))
    return f"kafka://{caseledger.brokers}/{topic_name(platform, TopicKind.LEDGER)}"


def one_platform(caseledger: Caseledger, platform: str | None) -> str:
    """The platform asked for, or the environment's, whether it has a journal or not."""
    asked = platform or caseledger.settings.platform
    if asked is None:
        raise usage("which platform? Name it with --platform, or in CASELEDGER_PLATFORM")
    if PLATFORM_NAME.fullmatch(asked) is None:
        raise usage(f"{asked!r} is no platform name: lower-case letters, digits and hyphens, at most 63")
    return asked

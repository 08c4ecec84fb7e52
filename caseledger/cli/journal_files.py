"""Where the journal of a platform can be read: its own file, or this process's index of its topic."""

from pathlib import Path

from caseledger.bootstrap import Caseledger
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

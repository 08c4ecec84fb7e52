"""Ledgers on real journals, for tests that need several writers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.journal import JournalProcessRecorder, open_journal
from infra.ledger import JournalLedger
from schemas.registry import published


@contextmanager
def journal_ledgers(folder: Path, count: int) -> Iterator[list[JournalLedger]]:
    """So many ledgers on one SQLite journal, each opened by itself as another process would."""
    journals = [open_journal(f"sqlite:///{folder}/journal.sqlite") for _ in range(count)]
    try:
        yield [
            JournalLedger(JournalProcessRecorder(journal), lambda name: published().schema(name).text)
            for journal in journals
        ]
    finally:
        for journal in journals:
            journal.close()

"""Ledgers with many past findings, written as events: the decisions of one real case, over and over."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Final
from uuid import UUID, uuid5

from caseledger.application.ports import Ledger
from caseledger.bootstrap import start
from caseledger.event_codec import from_stored, to_stored
from caseledger.settings import LogLevel, Settings
from domain.accounts.events import AccountContentRemoved, AccountSanctionImposed
from domain.cases.events import CaseDecided
from domain.events import Event
from domain.recorded import Recorded
from domain.streams import StreamId, StreamKind, account_stream
from tests.support.cli_folder import KR, filled

APPENDS_AT_ONCE: Final = 500
_NAMESPACE: Final = UUID("a3a0a5a4-6a3d-5d52-9a3b-3f0c1f1d6c01")


def write_findings(ledger: Ledger, findings: int, accounts: int) -> None:
    """That many upheld findings, an hour apart, on so many accounts in turn: a decision, a removal and a mute each."""
    versions: dict[UUID, int] = {}
    batch = []
    for number in range(findings):
        facts = [_placed(versions, *placed) for placed in _decision(number, f"many-{number % accounts}")]
        batch.append([to_stored(fact) for fact in facts])
        if len(batch) == APPENDS_AT_ONCE or number == findings - 1:
            ledger.append_many(batch)
            batch = []


def _decision(number: int, account: str) -> Iterator[tuple[StreamId, Event]]:
    decided, removed, imposed = _examples()
    case = uuid5(_NAMESPACE, str(number))
    later = timedelta(hours=number)
    at, content = decided.occurred_at + later, f"content-{number}"
    finding = decided.finding.model_copy(
        update={"at": at, "respondent": account, "content": content, "posted_at": at - timedelta(hours=2)}
    )
    yield StreamId(StreamKind.CASE, case), decided.model_copy(update={"occurred_at": at, "finding": finding})
    stream = account_stream(KR, account)
    yield stream, removed.model_copy(update={"occurred_at": at, "content": content, "case": case})
    yield stream, imposed.model_copy(update={"occurred_at": at, "starts_at": at, "ends_at": None, "case": case})


def _placed(versions: dict[UUID, int], stream: StreamId, event: Event) -> Recorded[Event]:
    versions[stream.uuid] = versions.get(stream.uuid, 0) + 1
    return Recorded(stream, versions[stream.uuid], event)


@cache
def _examples() -> tuple[CaseDecided, AccountContentRemoved, AccountSanctionImposed]:
    """The first of each kind in the folder that commands filled."""
    with start(Settings(data=filled(), log_level=LogLevel.ERROR)) as caseledger:
        events = [from_stored(stored).event for stored in caseledger.ledger(KR).since(0, 1_000)]
    return (
        next(event for event in events if isinstance(event, CaseDecided)),
        next(event for event in events if isinstance(event, AccountContentRemoved)),
        next(event for event in events if isinstance(event, AccountSanctionImposed)),
    )

"""The statements of a platform's ledger, one after the other: whatever their number, few are in memory at a time."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, cast
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent

from caseledger.application.ports import Ledger
from caseledger.event_codec import from_stored
from caseledger.queries.packs import pack_of_digest
from caseledger.statements.building import Given, Statement, Unstated, day_of, puid_of, statement_of
from caseledger.statements.mapping import Mapping as Table
from domain.cases.events import CaseDecided, CaseOpened
from domain.cases.later_events import CaseAppealReduced, CaseAppealUpheld, CaseDecisionCorrected
from domain.policy.pack import Pack
from domain.recorded import Recorded
from schemas.dsa.validator import faults

BATCH_EVENTS_MAX: Final = 2_000
"""Events read at a time."""

STREAMS_MAX: Final = 100
"""Cases read at a time."""

_DECIDED: Final = "case.decided."
_OPENED: Final = "case.opened."
_UNDOING: Final = ("case.appeal_upheld.", "case.appeal_reduced.", "case.decision_corrected.")


class StatementInvalid(Exception):  # noqa: N818 - named as the sentence it says
    """A statement that the database would refuse was about to be written; the reason names it and its faults."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A decision and what the mapping makes of it."""

    given: Given
    made: Statement | Unstated


@dataclass(frozen=True, slots=True)
class Overturned:
    """What became of a decision that was stated: `taken_back` or `reduced`, on appeal or by the platform itself."""

    puid: str
    outcome: str
    by: str
    on: str


class Statements:
    """One pass over a ledger. `stated`, `unstated` and `position` hold for what was read so far."""

    def __init__(self, platform: str, ledger: Ledger, table: Table, since: date | None = None) -> None:
        """Bind what is read, under which mapping, and the first day of decisions that count."""
        self.stated = 0
        self.unstated: Counter[str] = Counter()
        self.position = 0
        self._platform = platform
        self._ledger = ledger
        self._table = table
        self._since = since
        self._packs = lru_cache(maxsize=64)(self._pack)

    def __iter__(self) -> Iterator[Stated]:
        """Every decision from the first day on, in the order of the ledger; raises `StatementInvalid`."""
        for given in self.decisions():
            made = statement_of(self._table, given)
            if isinstance(made, Unstated):
                self.unstated[made.value] += 1
            else:
                _check(made)
                self.stated += 1
            yield Stated(given, made)

    def decisions(self) -> Iterator[Given]:
        """Every decision from the first day on, with what its statement is made of."""
        for decided, streams in self._decided():
            for fact in decided:
                given = self._given(fact, streams[_uuid(fact)])
                if self._since is None or day_of(fact.event.occurred_at, given.zone) >= self._since:
                    yield given

    def overturned(self) -> Iterator[Overturned]:
        """What became of the decisions that have a statement, in the order in which they were made."""
        for decided, streams in self._decided():
            for fact in decided:
                stream = streams[_uuid(fact)]
                given = self._given(fact, stream)
                if self._since is not None and day_of(fact.event.occurred_at, given.zone) < self._since:
                    continue
                if not isinstance(statement_of(self._table, given), Unstated):
                    yield from _undone(given, stream)

    def _decided(self) -> Iterator[tuple[list[Recorded[CaseDecided]], Mapping[UUID, Sequence[StoredEvent]]]]:
        """Decisions, some cases at a time, with the events of those cases."""
        for some in _chunks(self._decided_events(), STREAMS_MAX):
            decided = [cast("Recorded[CaseDecided]", from_stored(stored)) for stored in some]
            yield decided, self._ledger.read_many(list(dict.fromkeys(_uuid(fact) for fact in decided)))

    def _decided_events(self) -> Iterator[Notification]:
        self.position = 0
        while batch := self._ledger.since(self.position, BATCH_EVENTS_MAX):
            yield from (stored for stored in batch if stored.topic.startswith(_DECIDED))
            self.position = batch[-1].id

    def _given(self, fact: Recorded[CaseDecided], stream: Sequence[StoredEvent]) -> Given:
        opened = next((from_stored(stored).event for stored in stream if stored.topic.startswith(_OPENED)), None)
        return Given(
            platform=self._platform,
            event_id=fact.event_id,
            decided=fact.event,
            opened=cast("CaseOpened | None", opened),
            pack=self._packs(fact.event.policy.digest),
        )

    def _pack(self, digest: str) -> Pack | None:
        return pack_of_digest(self._ledger, self._platform, digest)


def _undone(given: Given, stream: Sequence[StoredEvent]) -> Iterator[Overturned]:
    for stored in stream:
        if not stored.topic.startswith(_UNDOING):
            continue
        fact = from_stored(stored)
        event = cast("CaseAppealUpheld | CaseAppealReduced | CaseDecisionCorrected", fact.event)
        if event.decision == given.decided.decision:
            reduced = isinstance(event, CaseAppealReduced) or (
                isinstance(event, CaseDecisionCorrected) and event.measure is not None
            )
            yield Overturned(
                puid=puid_of(given.event_id),
                outcome="reduced" if reduced else "taken_back",
                by="correction" if isinstance(event, CaseDecisionCorrected) else "appeal",
                on=day_of(event.occurred_at, given.zone).isoformat(),
            )


def _check(made: Statement) -> None:
    found = faults(made)
    if found:
        told = "; ".join(f"{fault.field}: {fault.code}: {fault.reason}" for fault in found)
        raise StatementInvalid(f"statement {made.get('puid')}: {told}")


def _uuid(fact: Recorded[CaseDecided]) -> UUID:
    return fact.stream.uuid


def _chunks(events: Iterable[Notification], size: int) -> Iterator[list[Notification]]:
    some: list[Notification] = []
    for event in events:
        some.append(event)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some

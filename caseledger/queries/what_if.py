"""Replays past findings under another policy and tells every ruling that would come out otherwise; writes nothing."""

from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from eventsourcing.persistence import Notification

from caseledger.application.ports import Ledger
from caseledger.event_codec import from_stored
from caseledger.queries.decision_view import short
from caseledger.queries.streams import account_state
from domain.accounts.state import Account
from domain.cases.events import CaseDecided
from domain.cases.ruling import finding_again, judged
from domain.cases.values import FindingMade, MeasureTaken, RulingMade
from domain.errors import Refused
from domain.policy.instants import utc_text
from domain.policy.pack import Pack
from domain.recorded import Recorded
from domain.streams import account_stream
from domain.values import Outcome

BATCH_EVENTS_MAX: Final = 2_000
"""Events read at a time."""

RECORDS_MAX: Final = 5_000
"""Records of accounts that are kept; the one used longest ago is read again when it is needed."""

_ACCOUNT: Final = "account."


@dataclass(frozen=True, slots=True)
class RulingTold:
    """A ruling in short words; with `error` there is none, and that is why."""

    rule: str | None
    explanation: str | None
    severity: str | None
    content_measures: tuple[str, ...]
    options: tuple[str, ...]
    default: str | None
    also: tuple[str, ...]
    appeal: str | None
    no_penalty: bool | None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A past decision whose ruling would be another one. `chosen_allowed`: what was chosen would still be an option."""

    case: str
    decision: int
    position: int
    at: str
    account: str
    codes: tuple[str, ...]
    changed: tuple[str, ...]
    before: RulingTold
    after: RulingTold
    chosen: str | None
    chosen_allowed: bool


@dataclass(slots=True)
class Totals:
    """How many findings were judged again, and how they came out; `rules` counts from which rule to which."""

    position: int = 0
    judged: int = 0
    same: int = 0
    different: int = 0
    not_judged: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)


class WhatIf:
    """One replay. Each finding is judged on the record as it really stood then, not as the other policy would have it.

    `totals` may be read at any time: they hold for what was replayed so far.
    """

    def __init__(self, ledger: Ledger, platform: str, pack: Pack, since: datetime | None) -> None:
        """Bind what is replayed, under which pack, from when on."""
        self.totals = Totals()
        self._ledger = ledger
        self._platform = platform
        self._pack = pack
        self._since = since
        self._records = _Records(ledger)

    def differences(self) -> Iterator[Difference]:
        """The rulings that would differ, in the order of the ledger; rules that merely counted other events do not."""
        while batch := self._ledger.since(self.totals.position, BATCH_EVENTS_MAX):
            for stored in batch:
                if stored.topic.startswith(_ACCOUNT):
                    self._records.saw(stored)
                elif stored.topic == CaseDecided.TYPE:
                    yield from self._again(cast("Recorded[CaseDecided]", from_stored(stored)))
                self.totals.position = stored.id

    def _again(self, fact: Recorded[CaseDecided]) -> Iterator[Difference]:
        made = fact.event
        if made.outcome is not Outcome.UPHELD or made.finding is None or made.ruling is None:
            return
        if self._since is not None and made.occurred_at < self._since:
            return
        finding = made.finding
        holder = finding.respondent or f"{finding.subject_type}:{finding.subject}"
        record = self._records.now(account_stream(self._platform, holder).uuid)
        before, after = _told(made.ruling), _judged(self._pack, record, finding)
        changed = _changed(before, after)
        self._count(before, after, changed)
        if not changed:
            return
        chosen = short(made.choice.party_measure) if made.choice else None
        yield Difference(
            case=str(fact.stream.uuid),
            decision=made.decision,
            position=fact.position,
            at=utc_text(made.occurred_at),
            account=holder,
            codes=finding.codes,
            changed=changed,
            before=before,
            after=after,
            chosen=chosen,
            chosen_allowed=after.error is None and (chosen in after.options if chosen else after.default is None),
        )

    def _count(self, before: RulingTold, after: RulingTold, changed: tuple[str, ...]) -> None:
        totals = self.totals
        totals.judged += 1
        if not changed:
            totals.same += 1
            return
        totals.different += 1
        totals.not_judged += after.error is not None
        totals.changed.update(changed)
        totals.rules[str(before.rule), after.rule or str(after.error)] += 1


class _Records:
    """The records of accounts as they stood when a place in the ledger was reached, folded only when asked for."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._seen: dict[UUID, int] = {}
        self._held: OrderedDict[UUID, tuple[int, Account | None]] = OrderedDict()

    def saw(self, stored: Notification) -> None:
        """Remember how far an account's stream has come."""
        self._seen[cast("UUID", stored.originator_id)] = stored.originator_version

    def now(self, stream: UUID) -> Account | None:
        """The record up to what was seen of it."""
        seen = self._seen.get(stream, 0)
        version, state = self._held.get(stream, (0, None))
        if version != seen:
            events = [from_stored(event) for event in self._ledger.read(stream) if event.originator_version <= seen]
            state = account_state(events)
            self._held[stream] = (seen, state)
        if stream in self._held:
            self._held.move_to_end(stream)
        while len(self._held) > RECORDS_MAX:
            self._held.popitem(last=False)
        return state


def _judged(pack: Pack, record: Account | None, finding: FindingMade) -> RulingTold:
    try:
        return _told(judged(pack, record, finding_again(finding, finding.at)).stored)
    except Refused as refusal:
        return RulingTold(None, None, None, (), (), None, (), None, None, error=f"{refusal.code}: {refusal.reason}")


def _told(ruling: RulingMade) -> RulingTold:
    return RulingTold(
        rule=ruling.rule,
        explanation=ruling.explanation,
        severity=ruling.severity,
        content_measures=_all(ruling.content_measures),
        options=_all(ruling.options),
        default=short(ruling.default),
        also=_all(ruling.also),
        appeal=ruling.appeal,
        no_penalty=ruling.no_penalty,
    )


def _changed(before: RulingTold, after: RulingTold) -> tuple[str, ...]:
    if after.error is not None:
        return ("error",)
    names = RulingTold.__dataclass_fields__
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def _all(measures: tuple[MeasureTaken, ...]) -> tuple[str, ...]:
    return tuple(str(short(measure)) for measure in measures)

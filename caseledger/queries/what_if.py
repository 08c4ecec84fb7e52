"""Replays past findings under another policy and tells every ruling that would come out otherwise; writes nothing."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from caseledger.application.ports import Ledger
from caseledger.event_codec import from_stored
from caseledger.queries.decision_view import short
from domain.accounts import state as accounts
from domain.accounts.events import AccountEvent
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

RECORD_EVENTS_MAX: Final = 200_000
"""Events in all records that are kept; the record in use is kept however long it is."""

GoingOn = Callable[[int], bool]
"""Told how far in the ledger the replay has come; false ends it there."""


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

    def __init__(
        self, ledger: Ledger, platform: str, pack: Pack, since: datetime | None, records_max: int = RECORDS_MAX
    ) -> None:
        """Bind what is replayed, under which pack, from when on, and how many records are kept at a time."""
        self.totals = Totals()
        self._ledger = ledger
        self._platform = platform
        self._pack = pack
        self._since = since
        self._records = _Records(ledger, records_max)

    def differences(self, going_on: GoingOn = lambda _: True) -> Iterator[Difference]:
        """The rulings that would differ, in the order of the ledger; rules that merely counted other events do not.

        `going_on` is asked before every batch of events, also where none of them differs.
        """
        while going_on(self.totals.position) and (batch := self._ledger.since(self.totals.position, BATCH_EVENTS_MAX)):
            for stored in batch:
                if stored.topic == CaseDecided.TYPE:
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
        record = self._records.at(account_stream(self._platform, holder).uuid, fact.position)
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
    """The records of accounts as they stood at a place in the ledger, which only moves forward.

    Those used last are kept and folded on; what is kept is bounded, however many accounts and findings there are.
    """

    def __init__(self, ledger: Ledger, records_max: int) -> None:
        self._ledger = ledger
        self._records_max = records_max
        self._kept: OrderedDict[UUID, tuple[int, Account]] = OrderedDict()
        self._events = 0

    def at(self, stream: UUID, position: int) -> Account | None:
        """The record up to a position."""
        before, state = self._kept.pop(stream, (0, None))
        version = before
        for stored in self._ledger.read_until(stream, position, before):
            state = accounts.evolve(state, cast("Recorded[AccountEvent]", from_stored(stored)))
            version = stored.originator_version
        if state is not None:
            state = Account(entries=state.entries, latest_at=state.latest_at)  # all that a judgement looks at
            self._kept[stream] = (version, state)
            self._events += version - before
        while len(self._kept) > self._records_max or (self._events > RECORD_EVENTS_MAX and len(self._kept) > 1):
            _, (dropped, _) = self._kept.popitem(last=False)
            self._events -= dropped
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

"""An identity as its events left it: the accounts it holds, and the bars it meets."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from domain.growing import GrowingMap
from domain.identities import events as e
from domain.recorded import Recorded

Bar = tuple[str, UUID, int]
"""Which bar: account, case and decision."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The accounts an identity holds, and every bar with those that were lifted."""

    accounts: GrowingMap[str, None] = field(default_factory=GrowingMap)
    bars: GrowingMap[Bar, e.IdentityBarred] = field(default_factory=GrowingMap)
    lifted: frozenset[Bar] = frozenset()

    def barred_at(self, at: datetime) -> Iterator[Bar]:
        """The bars that stand at this moment, as far as is known now: one that was lifted since matches no more."""
        for bar, barred in self.bars.items():
            over = barred.ends_at is not None and barred.ends_at <= at
            if bar not in self.lifted and not over and barred.occurred_at <= at:
                yield bar


def evolve(identity: Identity | None, fact: Recorded[e.IdentityEvent]) -> Identity:
    """The identity after this event."""
    before, event = identity or Identity(), fact.event
    match event:
        case e.IdentityAccountTied():
            return replace(before, accounts=before.accounts.plus(event.account, None))
        case e.IdentityBarred():
            return replace(before, bars=before.bars.plus((event.account, event.case, event.decision), event))
        case e.IdentityBarLifted():
            return replace(before, lifted=before.lifted | {(event.account, event.case, event.decision)})
        case unknown:
            assert_never(unknown)

"""A reporter's standing as its events left it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from domain.growing import Growing, GrowingMap
from domain.recorded import Recorded
from domain.reporters import events as e


@dataclass(frozen=True, slots=True)
class Reporter:
    """One reporter. `credited` and `dismissed` hold (report, case, decision); `withdrawn` those taken back again."""

    credited: Growing[tuple[UUID, UUID, int]] = field(default_factory=Growing)
    dismissed: Growing[tuple[UUID, UUID, int]] = field(default_factory=Growing)
    withdrawn: frozenset[tuple[UUID, UUID, int]] = frozenset()
    rewards: Growing[e.ReporterRewarded] = field(default_factory=Growing)
    reversed_at: GrowingMap[tuple[UUID, UUID, int], datetime] = field(default_factory=GrowingMap)
    malicious: GrowingMap[UUID, None] = field(default_factory=GrowingMap)


def evolve(reporter: Reporter | None, fact: Recorded[e.ReporterEvent]) -> Reporter:
    """The reporter after this event."""
    now, event = reporter or Reporter(), fact.event
    match event:
        case e.ReporterReportUpheld():
            return replace(now, credited=now.credited.plus((event.report, event.case, event.decision)))
        case e.ReporterReportDismissed():
            return replace(now, dismissed=now.dismissed.plus((event.report, event.case, event.decision)))
        case e.ReporterCreditWithdrawn():
            return replace(now, withdrawn=now.withdrawn | {(event.report, event.case, event.decision)})
        case e.ReporterRewarded():
            return replace(now, rewards=now.rewards.plus(event))
        case e.ReporterRewardReversed():
            key = (event.report, event.case, event.decision)
            return replace(now, reversed_at=now.reversed_at.plus(key, event.occurred_at))
        case e.ReporterMaliciousReportFound():
            return replace(now, malicious=now.malicious.plus(event.report, None))
        case unknown:
            assert_never(unknown)

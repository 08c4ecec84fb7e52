"""What can happen to a reporter's standing. No event names the reporter: the stream's id stands for them."""

from typing import ClassVar
from uuid import UUID

from domain.events import Event
from domain.values import PackRef, Value

Key = tuple[UUID, UUID, int]
"""What a credit or a reward is for: report, case, decision."""


class Amount(Value):
    """How much of one currency."""

    currency: str
    amount: int


class ReporterReportUpheld(Event):
    """A report of this reporter was upheld."""

    TYPE: ClassVar[str] = "reporter.report_upheld.v1"

    report: UUID
    case: UUID
    decision: int
    content: str | None


class ReporterReportDismissed(Event):
    """A report of this reporter was dismissed."""

    TYPE: ClassVar[str] = "reporter.report_dismissed.v1"

    report: UUID
    case: UUID
    decision: int


class ReporterCreditWithdrawn(Event):
    """The decision about a report was taken back; the report counts neither way any more."""

    TYPE: ClassVar[str] = "reporter.credit_withdrawn.v1"

    report: UUID
    case: UUID
    decision: int


class ReporterRewarded(Event):
    """A reward was booked. `capped` is what a cap cut off and lapses; `perk` is a reward without a number.

    `month` is `YYYY-MM` in the policy's zone; `note` says why nothing was granted.
    """

    TYPE: ClassVar[str] = "reporter.rewarded.v1"

    report: UUID
    case: UUID
    decision: int
    content: str | None
    month: str
    granted: tuple[Amount, ...]
    capped: tuple[Amount, ...]
    perk: str | None
    note: str | None
    policy: PackRef


class ReporterRewardReversed(Event):
    """A booking was taken back with its decision; it frees room under the cap and re-grants nothing."""

    TYPE: ClassVar[str] = "reporter.reward_reversed.v1"

    report: UUID
    case: UUID
    decision: int
    month: str
    reversed: tuple[Amount, ...]


class ReporterMaliciousReportFound(Event):
    """A report of this reporter was established to be malicious."""

    TYPE: ClassVar[str] = "reporter.malicious_report_found.v1"

    report: UUID
    case: UUID | None


ReporterEvent = (
    ReporterReportUpheld
    | ReporterReportDismissed
    | ReporterCreditWithdrawn
    | ReporterRewarded
    | ReporterRewardReversed
    | ReporterMaliciousReportFound
)

"""A policy pack that has passed every check, in the form the engine reads: parsed, indexed and frozen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from domain.policy.durations import EARLIEST, Duration
from domain.policy.kinds import Kind
from domain.policy.measures import Measure
from domain.policy.shape import (
    BlacklistTable,
    CampaignTable,
    ChannelTable,
    ConfidentialityTable,
    FeedbackTable,
    FlowTable,
    FreezeTable,
    MaliciousReportsTable,
    PublicNoticeTable,
    RecordsTable,
    RewardsTable,
)
from domain.policy.vocabulary import (
    AppealRegime,
    Check,
    ClockEvent,
    DealRole,
    EntryCause,
    Explanation,
    Flag,
    HandledBy,
    RefusalReason,
    Severity,
    SubjectType,
)


@dataclass(frozen=True, slots=True)
class Violation:
    """One line of the violation table; `severity` is the proposed default, `procedure` the one that is competent."""

    code: str
    class_: str
    zh: str | None
    en: str | None
    severity: Severity
    common: str | None
    dsa: str | None
    applies_to: frozenset[SubjectType]
    procedure: str | None


class Bound(StrEnum):
    """How a count is compared with its number."""

    AT_LEAST = "at_least"
    EXACTLY = "exactly"
    AT_MOST = "at_most"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries of a record a count looks at. Equal selections are looked up once per judgement."""

    kinds: frozenset[str]
    causes: frozenset[EntryCause] | None
    within: Duration | None
    before_posting: bool


@dataclass(frozen=True, slots=True)
class Count:
    """One count of `past`; `with_current` adds the finding itself to the number."""

    selection: Selection
    with_current: bool
    bound: Bound
    number: int


@dataclass(frozen=True, slots=True)
class When:
    """The conditions of a rule, all of which must hold; None where a condition is not set."""

    subjects: frozenset[SubjectType] | None = None
    classes: frozenset[str] | None = None
    codes: frozenset[str] | None = None
    severities: frozenset[Severity] | None = None
    any_flags: frozenset[Flag] | None = None
    roles: frozenset[DealRole] | None = None
    content_older_than: Duration | None = None
    past: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A ladder rule; `place` is its index in the file. A default that is missing or None stands for no measure."""

    id: str
    place: int
    order: int
    source: str | None
    explain: Explanation
    when: When
    options: tuple[Measure, ...]
    default: Mapping[Severity, Measure | None]
    no_penalty: bool


@dataclass(frozen=True, slots=True)
class Extra:
    """Measures that come with every ruling for which `when` holds."""

    id: str
    source: str | None
    when: When
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class ContentRule:
    """What is done to the content itself, for these subjects and classes (None: all of them)."""

    subjects: frozenset[SubjectType] | None
    classes: frozenset[str] | None
    measures: tuple[Measure, ...]
    substitutes: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class AdmissionRule:
    """One check on incoming reports, with the reason and the redirection of its failure."""

    check: Check
    reason: RefusalReason
    redirect: str | None
    by: HandledBy
    source: str | None


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A deadline; `goes_first` puts it before the other clocks of a queue."""

    id: str
    start: frozenset[ClockEvent]
    stop: frozenset[ClockEvent]
    due: Duration
    urgent: bool
    goes_first: bool


@dataclass(frozen=True)
class Pack:
    """The rules of one platform in one version. `digest` is the SHA-256 of the file's bytes, `text` the whole file."""

    platform: str
    version: str
    digest: str
    text: str
    valid_from: date | None
    zone: ZoneInfo
    seed: str
    subjects: frozenset[SubjectType]
    officer_may_add: tuple[Measure, ...]
    second_officer: frozenset[Kind]
    appeal: AppealRegime
    appeal_source: str | None
    violations: Mapping[str, Violation]
    ladder: tuple[Rule, ...]
    contents: tuple[ContentRule, ...]
    extras: tuple[Extra, ...]
    places: frozenset[str]
    admissions: tuple[AdmissionRule, ...]
    clocks: tuple[ClockRule, ...]
    channels: tuple[ChannelTable, ...]
    flows: tuple[FlowTable, ...]
    external_outcomes: frozenset[Kind]
    rewards: RewardsTable | None
    feedback: FeedbackTable | None
    blacklist: BlacklistTable | None
    public_notice: PublicNoticeTable | None
    freeze: FreezeTable | None
    records: RecordsTable | None
    confidentiality: ConfidentialityTable | None
    malicious_reports: MaliciousReportsTable | None
    campaign: CampaignTable | None

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """The ladder rules by id."""
        return {rule.id: rule for rule in self.ladder}

    @cached_property
    def valid_from_instant(self) -> datetime:
        """00:00 of `valid_from` in the pack's zone; the beginning of time where it names no day."""
        if self.valid_from is None:
            return EARLIEST
        return datetime.combine(self.valid_from, datetime.min.time(), self.zone).astimezone(UTC)


def applicable(packs: Iterable[Pack], at: datetime) -> Pack | None:
    """The newest of a platform's packs that is valid at `at`, None when none is; the last given wins a tie."""
    valid = [pack for pack in packs if pack.valid_from_instant <= at]
    return max(reversed(valid), key=lambda pack: pack.valid_from_instant, default=None)

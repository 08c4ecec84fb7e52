"""The shape of a pack file: which tables and keys there are, of which type, and which of them must be there."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from domain.policy.toml_values import Counted, DurationText, Name, PlainDate, Switch, Text, Texts, Whole

TABLES_MAX: Final = 100
VIOLATIONS_MAX: Final = 1_000


class Table(BaseModel):
    """A table of a pack: closed to keys it does not know. Values are checked for type only."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ViolationTable(Table):
    """`[[violation]]`."""

    code: Name
    class_: Name = Field(alias="class")
    zh: Text | None = None
    en: Text | None = None
    severity: Text
    common: Text | None = None
    dsa: Text | None = None
    applies_to: Texts
    procedure: Text | None = None


class AppealTable(Table):
    """`[appeal]`; silence takes no right away."""

    regime: Text = "allowed"
    source: Text | None = None


class ScopeTable(Table):
    """`[scope]`."""

    places: Texts = ()


class AdmissionTable(Table):
    """`[[admission]]`."""

    check: Text
    reason: Text | None = None
    redirect: Text | None = None
    by: Text = "anyone"
    source: Text | None = None


class ChannelTable(Table):
    """`[[channel]]`."""

    id: Name | None = None
    kind: Text | None = None
    address: Text | None = None


class FlowTable(Table):
    """`[[flow]]`."""

    id: Name | None = None
    subjects: Texts = ()
    department: Text | None = None
    decider: Text | None = None


class ClockTable(Table):
    """`[[clock]]`."""

    id: Name
    start: Texts
    stop: Texts
    due: DurationText
    urgent: Switch = False


class ContentTable(Table):
    """`[[content]]`; `substitutes` may each stand in for any of `measures`."""

    subjects: Texts | None = None
    classes: Texts | None = None
    measures: Texts = ()
    substitutes: Texts = ()


class CountTable(Table):
    """One count of `past`."""

    kinds: Texts
    causes: Texts | None = None
    within: DurationText | None = None
    before_posting: Switch = False
    with_current: Switch = False
    at_least: Counted | None = None
    exactly: Counted | None = None
    at_most: Counted | None = None


class WhenTable(Table):
    """`when` of a rule or an extra."""

    subjects: Texts | None = None
    classes: Texts | None = None
    codes: Texts | None = None
    severities: Texts | None = None
    any_flags: Texts | None = None
    roles: Texts | None = None
    content_older_than: DurationText | None = None
    past: Annotated[tuple[CountTable, ...], Field(max_length=TABLES_MAX)] | None = None


class DefaultTable(Table):
    """`default` of a rule, by severity."""

    minor: Text | None = None
    ordinary: Text | None = None
    serious: Text | None = None
    grave: Text | None = None

    def given(self) -> dict[str, str]:
        """The defaults that are there, mildest severity first."""
        return {severity: str(default) for severity, default in self if default is not None}


class ThenTable(Table):
    """`then` of a rule."""

    options: Texts | None = None
    default: DefaultTable | None = None
    no_penalty: Switch = False


class LadderTable(Table):
    """`[[ladder]]`."""

    id: Name
    order: Whole
    source: Text | None = None
    explain: Text
    when: WhenTable
    then: ThenTable


class ExtraTable(Table):
    """`[[extra]]`; without `when` it always holds."""

    id: Name
    source: Text | None = None
    when: WhenTable = WhenTable()
    measures: Texts


class RewardsTable(Table):
    """`[rewards]`, of either kind."""

    kind: Text
    per: Text | None = None
    amounts: dict[Text, Counted] | None = None
    caps: dict[Text, Counted] | None = None
    period: Text | None = None
    labels: dict[Text, Text] | None = None
    perks: Texts | None = None
    amount: Text | None = None


class FeedbackTable(Table):
    """`[feedback]`."""

    to: Text = "contactable"
    what: Texts = ()


class BlacklistTable(Table):
    """`[blacklist]`; without `term` an entry stands until it is taken off."""

    name: Text | None = None
    label: Text | None = None
    show_violation_types: Switch = False
    lists: Texts = ()
    individual_name: Text | None = None
    term: DurationText | None = None
    warn_partners: Texts = ()


class PublicNoticeTable(Table):
    """`[public_notice]`."""

    subjects: Texts = ()
    names: Text = "masked"


class FreezeTable(Table):
    """`[freeze]`."""

    permissions: Texts = ()


class RecordsTable(Table):
    """`[records]`."""

    permanent: Switch = False
    evidence_required: Switch = False


class ConfidentialityTable(Table):
    """`[confidentiality]`."""

    reporter: Text | None = None
    minor: Text | None = None


class MaliciousReportsTable(Table):
    """`[malicious_reports]`."""

    refuse: Switch = False
    code: Text | None = None


class CampaignTable(Table):
    """`[campaign]`."""

    areas_total: Counted | None = None
    areas: Texts = ()


class ExternalOutcomeTable(Table):
    """`[[external_outcome]]`."""

    kind: Text


class PackFile(Table):
    """A whole pack file."""

    format: Whole
    platform: Name
    version: Name
    valid_from: PlainDate | None = None
    zone: Text
    seed: Text
    subjects: Texts
    officer_may_add: Texts
    second_officer: Texts
    appeal: AppealTable
    violation: Annotated[tuple[ViolationTable, ...], Field(max_length=VIOLATIONS_MAX)]
    ladder: Annotated[tuple[LadderTable, ...], Field(max_length=TABLES_MAX)]
    scope: ScopeTable | None = None
    admission: Annotated[tuple[AdmissionTable, ...], Field(max_length=TABLES_MAX)] = ()
    channel: Annotated[tuple[ChannelTable, ...], Field(max_length=TABLES_MAX)] = ()
    flow: Annotated[tuple[FlowTable, ...], Field(max_length=TABLES_MAX)] = ()
    clock: Annotated[tuple[ClockTable, ...], Field(max_length=TABLES_MAX)] = ()
    content: Annotated[tuple[ContentTable, ...], Field(max_length=TABLES_MAX)] = ()
    extra: Annotated[tuple[ExtraTable, ...], Field(max_length=TABLES_MAX)] = ()
    rewards: RewardsTable | None = None
    feedback: FeedbackTable | None = None
    blacklist: BlacklistTable | None = None
    public_notice: PublicNoticeTable | None = None
    freeze: FreezeTable | None = None
    records: RecordsTable | None = None
    confidentiality: ConfidentialityTable | None = None
    malicious_reports: MaliciousReportsTable | None = None
    campaign: CampaignTable | None = None
    external_outcome: Annotated[tuple[ExternalOutcomeTable, ...], Field(max_length=TABLES_MAX)] = ()

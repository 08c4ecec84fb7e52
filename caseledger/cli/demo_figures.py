"""What the demo shows, as values: one account's counts, a sanction explained, a case's trail, blacklist and queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from caseledger.cli.demo_campaign import PLATFORM as CAMPAIGN_PLATFORM
from caseledger.cli.demo_campaign import Campaign, campaign_of
from caseledger.cli.demo_contraband import PLATFORM as CONTRABAND_PLATFORM
from caseledger.cli.demo_contraband import Contraband, contraband_of
from caseledger.cli.demo_partners import Partners, partners_of
from caseledger.cli.demo_requests import Requests, requests_of
from caseledger.cli.demo_rewards import PLATFORM as REWARDS_PLATFORM
from caseledger.cli.demo_rewards import Rewards, rewards_of
from caseledger.cli.demo_words import listed, measure_of, number_of, text_of
from caseledger.queries.explanation import explain
from caseledger.queries.packs import Title, published, titles
from caseledger.queries.packs import loaded as loaded_pack
from caseledger.queries.ports import Question, Reading, Row
from caseledger.queries.references import find_case
from caseledger.queries.words import Sentence
from domain.policy.pack import Pack
from domain.policy.vocabulary import SubjectType

COUNTED_ACCOUNT: Final = ("36kr-jiangsu", "u-xuanwu-88")
"""Judged three times, one of them taken back on appeal."""

EXPLAINED_ACCOUNT: Final = ("36kr-jiangsu", "u-binjiang-17")
"""Muted twice in three months, then banned."""

TRAIL_CASE: Final = ("36kr-jiangsu", "report:comment-button/kr-0019")
"""The case of that ban, with its appeal."""

NEWS: Final = SubjectType.NEWS_ITEM.value

LISTING: Final = "platform-zero-tolerance"
"""The platform with a blacklist."""

QUEUE_ORDER: Final = ("urgency", "due_at", "-severity_rank", "-reports", "opened_at")

NO_CLOCK_FROM: Final = "9999"
"""A due time of that year stands for none."""


@dataclass(frozen=True, slots=True)
class Played:
    """A scenario that was run: its commands by what became of them, and the facts its ledger holds."""

    platform: str
    commands: int
    took_effect: int
    repeated: int
    refused: int
    facts: int
    mismatches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How often an account was found in one violation."""

    code: str
    zh: str
    en: str
    ever: int
    in_force: int
    lifted: int
    last_at: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """One account's violations."""

    platform: str
    account: str
    violations: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """A past sanction that a rule counted."""

    sanction: str
    measure: str
    at: str
    rule: str
    violations: tuple[Title, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a sanction was imposed: the finding, the rule with its clause in the source text, what it counted, and
    whether the ruling comes out the same when it is made again from the ledger.
    """

    platform: str
    account: str
    sanction: str
    measure: str
    at: str
    case: str
    violations: tuple[Title, ...]
    rule: str
    clause: str | None
    explanation: str
    sentence: Sentence | None
    counted: tuple[Counted, ...]
    judged_again_the_same: bool
    policy_version: str
    policy_digest: str


@dataclass(frozen=True, slots=True)
class Blacklist:
    """Who is listed: for officers, delisted entries included, and as the public sees it."""

    platform: str
    internal: tuple[Row, ...]
    public: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open case; `left_minutes` to breach is negative once it is breached, None where no clock runs."""

    case: str
    left_minutes: int | None
    clock: str | None
    state: str
    severity: str | None
    reports: int
    subject: str
    titles: tuple[Title, ...]
    officer: str | None
    department: str | None
    major: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """A platform's open cases at the moment of its newest fact, the most urgent first."""

    platform: str
    at: str
    cases: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class Trail:
    """Everything that was recorded about one case."""

    platform: str
    case: str
    facts: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """All that the demo shows before it rebuilds."""

    account: Counts
    explained: Explained
    audit: Trail
    news: tuple[Row, ...]
    blacklist: Blacklist
    campaign: Campaign
    rewards: Rewards
    partners: Partners
    requests: Requests
    contraband: Contraband
    queues: tuple[Queue, ...]


def figures_of(readings: Sequence[Reading]) -> Figures:
    """The figures of the platforms that were played."""
    on = {reading.platform: reading for reading in readings}
    return Figures(
        account=_counts(on[COUNTED_ACCOUNT[0]], COUNTED_ACCOUNT[1]),
        explained=_explained(on[EXPLAINED_ACCOUNT[0]], EXPLAINED_ACCOUNT[1]),
        audit=_trail(on[TRAIL_CASE[0]], TRAIL_CASE[1]),
        news=tuple(on[TRAIL_CASE[0]].all("notices", "position", thing_type=NEWS)),
        blacklist=Blacklist(
            platform=LISTING,
            internal=tuple(on[LISTING].all("blacklist", "position")),
            public=tuple(on[LISTING].all("blacklist_public", "listed_at", "party_type")),
        ),
        campaign=campaign_of(on[CAMPAIGN_PLATFORM]),
        rewards=rewards_of(on[REWARDS_PLATFORM]),
        partners=partners_of(on[LISTING]),
        requests=requests_of(on[LISTING]),
        contraband=contraband_of(on[CONTRABAND_PLATFORM]),
        queues=tuple(_queue(reading) for reading in readings),
    )


def _counts(reading: Reading, account: str) -> Counts:
    pack = _pack(reading)
    rows = reading.all("violation_counts_by_code", "-ever", "code", account=account)
    return Counts(reading.platform, account, tuple(_count(pack, row) for row in rows))


def _count(pack: Pack | None, row: Row) -> Count:
    title = titles(pack, [str(row["code"])])[0]
    ever, in_force, lifted = (number_of(row[name]) for name in ("ever", "in_force", "lifted"))
    return Count(title.code, title.zh, title.en, ever, in_force, lifted, text_of(row["last_at"]))


def _explained(reading: Reading, account: str) -> Explained:
    """The hardest thing that stands against the account: the sanction it got last."""
    pack = _pack(reading)
    row = reading.all("sanctions", "-position", account=account)[0]
    rule = str(row["rule"])
    applied = pack.rules.get(rule) if pack else None
    explained = explain(reading, str(row["sanction"]))
    return Explained(
        platform=reading.platform,
        account=account,
        sanction=str(row["sanction"]),
        measure=measure_of(row),
        at=str(row["imposed_at"]),
        case=str(row["case_id"]),
        violations=titles(pack, listed(row["codes"])),
        rule=rule,
        clause=applied.source if applied else None,
        explanation=str(row["explanation"]),
        sentence=explained.sentence,
        judged_again_the_same=explained.judged_again.same,
        counted=tuple(_counted(reading, pack, sanction) for sanction in listed(row["because"])),
        policy_version=str(row["policy_version"]),
        policy_digest=str(row["policy_digest"]),
    )


def _counted(reading: Reading, pack: Pack | None, sanction: str) -> Counted:
    row = reading.all("sanctions", sanction=sanction)[0]
    found = titles(pack, listed(row["codes"]))
    return Counted(sanction, measure_of(row), str(row["imposed_at"]), str(row["rule"]), found)


def _trail(reading: Reading, case: str) -> Trail:
    case_id = str(find_case(reading.ledger, reading.platform, case))
    return Trail(reading.platform, case_id, tuple(reading.all("audit_trail", "position", case_id=case_id)))


def _queue(reading: Reading) -> Queue:
    """As it was at the newest fact: a simulated month has no other present."""
    at = str(reading.all("violation_windows")[0]["ends_at"])
    pack = _pack(reading)
    rows = reading.tables.rows(Question("queue", {"is_open": True}, QUEUE_ORDER))
    return Queue(reading.platform, at, tuple(_waiting(pack, row, at) for row in rows))


def _waiting(pack: Pack | None, row: Row, at: str) -> Waiting:
    due = str(row["due_at"])
    left = None if due.startswith(NO_CLOCK_FROM) else datetime.fromisoformat(due) - datetime.fromisoformat(at)
    return Waiting(
        case=str(row["case_id"]),
        left_minutes=None if left is None else int(left.total_seconds() // 60),
        clock=text_of(row["clock"]),
        state=str(row["state"]),
        severity=text_of(row["severity"]),
        reports=number_of(row["reports"]),
        subject=f"{row['subject_type']} {row['subject']}",
        titles=titles(pack, listed(row["codes"])),
        officer=text_of(row["officer"]),
        department=text_of(row["department"]),
        major=bool(row["major"]),
    )


def _pack(reading: Reading) -> Pack | None:
    """The policy that was published last."""
    newest = published(reading.ledger, reading.platform)[-1].event
    return loaded_pack(newest.text, newest.version)

"""The sanctions of every account: in force, ended, lifted; what was removed and barred; and a feed of all changes."""

from typing import Final

from domain.accounts.events import (
    AccountContentRemovalLifted,
    AccountContentRemoved,
    AccountRegistrationBarLifted,
    AccountRegistrationBarred,
    AccountSanctionEnded,
    AccountSanctionImposed,
    AccountSanctionLifted,
)
from domain.events import Event
from projections.fact import Fact
from projections.instants import NEVER, id_text, instant_or_none, instant_text
from projections.packs import canonical
from projections.read_model import Handlers, ReadModel
from projections.rows import Rows
from projections.tables import Table, boolean, instant, integer, json_text, text, text_id

NAME: Final = "sanctions"
"""Permanent: checkpoints are kept under it."""

VERSION: Final = 2

IN_FORCE: Final = "in_force"
ENDED: Final = "ended"
LIFTED: Final = "lifted"

SANCTIONS: Final = Table(
    "sanctions",
    "One row per sanction that was ever imposed. A state comes from recorded facts, never from a clock: a sanction "
    "whose `ends_at` has passed is `ended` once its end was recorded.",
    ("sanction",),
    (
        text_id("sanction", "Id of the sanction: the id of the event that imposed it."),
        integer("position", "Place of that event in the ledger.", "position"),
        text_id("account", "Account it was imposed on."),
        text_id("case_id", "Case whose decision imposed it."),
        integer("decision", "Number of that decision in the case, from 1.", "ordinal"),
        text(
            "subject_type",
            "What the case was about, such as an account, a group, a link, a site or a piece of content.",
        ),
        text("kind", "Kind of the measure, such as `mute` or `ban`."),
        text("duration", "ISO 8601 duration; null without end or for what is done once.", nullable=True),
        text("measure_role", "`party`, `extra` or `external`."),
        json_text("targets", "List of what else it acts on, such as sites."),
        text("cause_of_entry", "Why it is on record: `content_removal`, `conduct`, `malicious_report`, `external`."),
        json_text("codes", "List of the violation codes found."),
        text("severity", "Severity that was applied."),
        instant("imposed_at", "When it was imposed."),
        instant("starts_at", "From when it counts."),
        instant("ends_at", "When it is to end; null until lifted.", nullable=True),
        text("state", "`in_force`, `ended` or `lifted`."),
        instant("ended_at", "When its end was recorded.", nullable=True),
        instant("lifted_at", "When it was taken back.", nullable=True),
        text("rule", "Rule of the policy that led to it."),
        text("explanation", "Explanation code of that rule."),
        json_text("because", "List of the ids of the past events that the rule counted."),
        text("policy_version", "Version of the policy that was applied."),
        text("policy_digest", "SHA-256 of that policy's text."),
        text_id("replaces", "Sanction it stands in for after a reduction.", nullable=True),
        instant(
            "to_end_at",
            "When its end has to be recorded: `ends_at`, or when it was imposed where it was over by then; the year "
            "9999 once it was ended or lifted, and where it has no end.",
        ),
    ),
    indexes=(("account", "state"), ("to_end_at",), ("case_id",)),
)

REMOVALS: Final = Table(
    "content_removals",
    "One row per removal of content by a decision.",
    ("removal",),
    (
        text_id("removal", "Id of the removal: the id of the event that records it."),
        integer("position", "Place of that event in the ledger.", "position"),
        text_id("account", "Account whose content it was."),
        text_id("content", "Content that was removed."),
        text_id("case_id", "Case whose decision removed it."),
        integer("decision", "Number of that decision in the case, from 1.", "ordinal"),
        json_text("codes", "List of the violation codes found."),
        text("severity", "Severity that was applied."),
        boolean("time_barred", "Whether it never counts towards a threshold."),
        instant("removed_at", "When it was removed."),
        text("state", "`in_force` or `lifted`."),
        instant("lifted_at", "When it was taken back.", nullable=True),
        text("rule", "Rule of the policy that led to it."),
        text("policy_version", "Version of the policy that was applied."),
    ),
    indexes=(("account", "removed_at"), ("content",)),
)

BARS: Final = Table(
    "registration_bars",
    "One row per decision that bars an account's holder from registering again.",
    ("account", "case_id", "decision"),
    (
        text_id("account", "Account whose holder is barred."),
        text_id("case_id", "Case whose decision bars."),
        integer("decision", "Number of that decision in the case, from 1.", "ordinal"),
        instant("barred_at", "Since when."),
        text("state", "`in_force` or `lifted`."),
        instant("lifted_at", "When the bar was taken back.", nullable=True),
    ),
    indexes=(("state", "account"),),
)

CHANGES: Final = Table(
    "sanction_changes",
    "The feed: one row per change, in the order of the ledger. Read on after the last `position` you have seen.",
    ("position",),
    (
        integer("position", "Place of the change in the ledger.", "position"),
        text(
            "change",
            "`imposed`, `ended`, `lifted`, `content_removed`, `content_removal_lifted`, `registration_barred` or "
            "`registration_bar_lifted`.",
        ),
        text_id("account", "Account it is about."),
        text_id("entry", "Id of the sanction or removal; for a bar the case."),
        text("kind", "Kind of the measure; `content_removal` and `registration_bar` for those."),
        instant("changed_at", "When it happened."),
    ),
    indexes=(("account", "position"),),
)


def _impose(rows: Rows, fact: Fact[AccountSanctionImposed]) -> None:
    event = fact.event
    ends_at = instant_or_none(event.ends_at)
    rows.append(
        SANCTIONS,
        {
            "sanction": fact.event_id,
            "position": fact.position,
            "account": event.account,
            "case_id": id_text(event.case),
            "decision": event.decision,
            "subject_type": event.subject_type,
            "kind": event.kind,
            "duration": event.duration,
            "measure_role": event.measure_role,
            "targets": canonical(event.targets),
            "cause_of_entry": event.cause_of_entry,
            "codes": canonical(event.codes),
            "severity": event.severity,
            "imposed_at": fact.at,
            "starts_at": instant_text(event.starts_at),
            "ends_at": ends_at,
            "state": IN_FORCE,
            "ended_at": None,
            "lifted_at": None,
            "rule": event.rule,
            "explanation": event.explanation,
            "because": canonical(event.because),
            "policy_version": event.policy.version,
            "policy_digest": event.policy.digest,
            "replaces": event.replaces,
            "to_end_at": max(ends_at, fact.at) if ends_at else NEVER,
        },
    )
    _tell(rows, fact, "imposed", event.account, fact.event_id, event.kind)


def _end(rows: Rows, fact: Fact[AccountSanctionEnded]) -> None:
    event = fact.event
    row = rows.get(SANCTIONS, (event.sanction,))
    if row is not None and row["state"] == IN_FORCE:
        rows.change(SANCTIONS, (event.sanction,), state=ENDED, ended_at=fact.at, to_end_at=NEVER)
    _tell(rows, fact, "ended", event.account, event.sanction, event.kind)


def _lift(rows: Rows, fact: Fact[AccountSanctionLifted]) -> None:
    event = fact.event
    row = rows.get(SANCTIONS, (event.sanction,))
    if row is not None and row["state"] != LIFTED:
        rows.change(SANCTIONS, (event.sanction,), state=LIFTED, lifted_at=fact.at, to_end_at=NEVER)
    _tell(rows, fact, "lifted", event.account, event.sanction, event.kind)


def _remove(rows: Rows, fact: Fact[AccountContentRemoved]) -> None:
    event = fact.event
    rows.append(
        REMOVALS,
        {
            "removal": fact.event_id,
            "position": fact.position,
            "account": event.account,
            "content": event.content,
            "case_id": id_text(event.case),
            "decision": event.decision,
            "codes": canonical(event.codes),
            "severity": event.severity,
            "time_barred": event.time_barred,
            "removed_at": fact.at,
            "state": IN_FORCE,
            "lifted_at": None,
            "rule": event.rule,
            "policy_version": event.policy.version,
        },
    )
    _tell(rows, fact, "content_removed", event.account, fact.event_id, "content_removal")


def _lift_removal(rows: Rows, fact: Fact[AccountContentRemovalLifted]) -> None:
    event = fact.event
    row = rows.get(REMOVALS, (event.removal,))
    if row is not None and row["state"] != LIFTED:
        rows.change(REMOVALS, (event.removal,), state=LIFTED, lifted_at=fact.at)
    _tell(rows, fact, "content_removal_lifted", event.account, event.removal, "content_removal")


def _bar(rows: Rows, fact: Fact[AccountRegistrationBarred]) -> None:
    event = fact.event
    case = id_text(event.case)
    rows.put(
        BARS,
        {
            "account": event.account,
            "case_id": case,
            "decision": event.decision,
            "barred_at": fact.at,
            "state": IN_FORCE,
            "lifted_at": None,
        },
    )
    _tell(rows, fact, "registration_barred", event.account, case, "registration_bar")


def _lift_bar(rows: Rows, fact: Fact[AccountRegistrationBarLifted]) -> None:
    event = fact.event
    case = id_text(event.case)
    rows.change(BARS, (event.account, case, event.decision), state=LIFTED, lifted_at=fact.at)
    _tell(rows, fact, "registration_bar_lifted", event.account, case, "registration_bar")


def _tell(rows: Rows, fact: Fact[Event], change: str, account: str, entry: str, kind: str) -> None:
    rows.append(
        CHANGES,
        {
            "position": fact.position,
            "change": change,
            "account": account,
            "entry": entry,
            "kind": kind,
            "changed_at": fact.at,
        },
    )


def read_model() -> ReadModel:
    """The read model `sanctions`."""
    on = (
        Handlers()
        .on(AccountSanctionImposed, _impose)
        .on(AccountSanctionEnded, _end)
        .on(AccountSanctionLifted, _lift)
        .on(AccountContentRemoved, _remove)
        .on(AccountContentRemovalLifted, _lift_removal)
        .on(AccountRegistrationBarred, _bar)
        .on(AccountRegistrationBarLifted, _lift_bar)
        .reads(AccountSanctionEnded, SANCTIONS, lambda fact: [(fact.event.sanction,)])
        .reads(AccountSanctionLifted, SANCTIONS, lambda fact: [(fact.event.sanction,)])
        .reads(AccountContentRemovalLifted, REMOVALS, lambda fact: [(fact.event.removal,)])
    )
    meaning = "Sanctions in force, ended and lifted, by account, with removals, bars and a change feed."
    return ReadModel(NAME, VERSION, meaning, (SANCTIONS, REMOVALS, BARS, CHANGES), on.handlers, on.ahead)

"""The tables of the read model `operations`."""

from typing import Final

from projections.tables import Table, boolean, instant, integer, json_text, text, text_id

DECISION: Final = "decision"
SANCTION: Final = "sanction"
EXTERNAL: Final = "external"

NOTHING: Final = "[]"
"""The measures of a person against whom nothing stands."""

TOTALS: Final = ("cases", "persons", "minors", "upheld", "dismissed", "persons_with_outcome")

_OPERATION_ID: Final = text_id("operation_id", "Id of the operation's stream.")
_CASE_ID: Final = text_id("case_id", "Case that belongs to the operation.")
_OUTCOME: Final = text(
    "outcome", "`upheld` or `dismissed` by a decision of the case that stands; null without one.", nullable=True
)

OPERATIONS: Final = Table(
    "operations",
    "One row per operation, with its totals.",
    ("operation_id",),
    (
        _OPERATION_ID,
        text_id("operation", "Id that the operation was opened under."),
        text("title", "Its title."),
        boolean("campaign", "Whether it is a campaign, whose clocks run from its start."),
        text("state", "`open` or `closed`."),
        instant("opened_at", "When it began."),
        instant("closed_at", "When it ended.", nullable=True),
        integer("cases", "Cases in it.", "cases"),
        integer("persons", "Persons in it; one account in several cases is one person.", "persons"),
        integer("minors", "Those of them under age.", "persons"),
        integer("upheld", "Cases with an upheld decision that stands.", "cases"),
        integer("dismissed", "Cases with dismissed decisions only.", "cases"),
        integer(
            "persons_with_outcome", "Persons with a decision or a measure that stands, in any case of it.", "persons"
        ),
    ),
    indexes=(("operation",), ("state", "opened_at")),
)

CASES: Final = Table(
    "operation_cases",
    "One row per case of an operation.",
    ("operation_id", "case_id"),
    (_OPERATION_ID, _CASE_ID, instant("added_at", "When it was added."), _OUTCOME),
    indexes=(("case_id",),),
)

PERSONS: Final = Table(
    "operation_persons",
    "One row per person and case of an operation. No name is kept.",
    ("case_id", "operation_id", "entry"),
    (
        _CASE_ID,
        _OPERATION_ID,
        integer("entry", "Number of the entry in the operation.", "ordinal"),
        text_id("account", "Account of the person, where there is one.", nullable=True),
        text("part", "Role of the person in the operation, such as organiser.", nullable=True),
        text("region", "Region of the person.", nullable=True),
        boolean("minor", "Whether the person is under age."),
        boolean("counted", "False where the operation counts this account already by an earlier entry."),
        instant("added_at", "When the entry was made."),
        text(
            "outcome",
            "`upheld` or `dismissed` by a standing decision about this person, or about the whole case; null without.",
            nullable=True,
        ),
        json_text(
            "measures", "Sorted list of what stands against the account in this case, such as `ban`, `mute:P7D`."
        ),
    ),
    indexes=(("operation_id", "region"), ("account",)),
    prefix=1,
)

OUTCOMES: Final = Table(
    "operation_outcomes",
    "What was decided in any case: decisions, sanctions, and outcomes decided by an authority. Join it by `case_id`.",
    ("case_id", "entry_id"),
    (
        text_id("case_id", "The case, whether it belongs to an operation or not."),
        text_id("entry_id", "Id of the event, for a decision `decision.<number>`."),
        text("type", "`decision`, `sanction` or `external`."),
        text("what", "`upheld` or `dismissed`; the kind of the measure, with its duration."),
        text_id("account", "Account it concerns.", nullable=True),
        text("authority", "Authority that decided, for `external`.", nullable=True),
        text("reference", "Its reference.", nullable=True),
        instant("decided_at", "When it was decided."),
        boolean("stands", "False once it was taken back."),
    ),
    indexes=(("type", "what"), ("account",)),
    prefix=1,
)

MEMBERSHIP: Final = Table(
    "operation_membership",
    "The operations that a case belongs to.",
    ("case_id", "operation_id"),
    (_CASE_ID, _OPERATION_ID),
    prefix=1,
    internal=True,
)

ACCOUNTS: Final = Table(
    "operation_accounts",
    "The accounts that an operation counts, with how many of their entries have an outcome.",
    ("operation_id", "account"),
    (_OPERATION_ID, text_id("account", "The account."), integer("settled", "Entries with an outcome.", "entries")),
    internal=True,
)

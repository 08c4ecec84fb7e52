"""The tables of the queue and the words in them."""

from typing import Final

from projections.instants import NEVER
from projections.packs import policies_table
from projections.tables import Row, Table, boolean, instant, integer, json_text, text, text_id

NEW: Final = "new"
IN_VERIFICATION: Final = "in_verification"
PROPOSED: Final = "proposed"
AWAITING_CONFIRMATION: Final = "awaiting_confirmation"
RETURNED: Final = "returned"
DECIDED: Final = "decided"
REFERRED: Final = "referred"
APPEALED: Final = "appealed"
COUNTERPARTY_OPEN: Final = "counterparty_open"
NOTICE_DUE: Final = "notice_due"

SEVERITIES: Final = {"minor": 1, "ordinary": 2, "serious": 3, "grave": 4}
"""Severities by rank; 0 stands for one that is not known."""

NO_CLOCK: Final[Row] = {"urgency": 1, "due_at": NEVER, "clock": None}
"""What governs a case without a running clock."""

QUEUE: Final = Table(
    "queue",
    "One row per case. The queue is `is_open` ordered by `urgency`, `due_at`, `severity_rank` descending, `reports` "
    "descending, `opened_at`.",
    ("case_id",),
    (
        text_id("case_id", "The case."),
        boolean("is_open", "Whether something has to be done about it."),
        text(
            "state",
            "`new`, `in_verification`, `proposed`, `awaiting_confirmation` (by a second officer), `returned`; or, once "
            "decided, what is left to do: `appealed`, `counterparty_open`, `notice_due`; else `decided` or `referred`.",
        ),
        integer("urgency", "0 where an urgent clock runs or one that is due at once, else 1.", "rank"),
        instant("due_at", "When the clock that governs the case is due; the year 9999 where none runs."),
        text("clock", "That clock in the policy.", nullable=True),
        text(
            "severity",
            "Severity of the ruling; before that, the hardest proposed for what was reported.",
            nullable=True,
        ),
        integer("severity_rank", "0 unknown, 1 minor, 2 ordinary, 3 serious, 4 grave.", "rank"),
        integer("reports", "Reports that joined the case.", "reports"),
        json_text("sources", "Sorted list of the sources of its reports."),
        json_text("codes", "Sorted list of the violation codes reported."),
        text("department", "Department that handles it.", nullable=True),
        text("decider", "Who decides it there.", nullable=True),
        text("officer", "Officer it is assigned to; null while in the common queue.", nullable=True),
        instant("assigned_at", "Since when.", nullable=True),
        text("subject_type", "What the case is about."),
        text_id("subject", "Its id."),
        text_id("content", "Content it is about.", nullable=True),
        text_id("respondent", "Account that answers for it.", nullable=True),
        boolean("major", "Whether it was marked as a suspected major violation."),
        integer("missed", "Deadlines of the case that were missed.", "deadlines"),
        instant("opened_at", "When its first report came in."),
        instant("moved_at", "When something last happened to it."),
        integer("position", "Place of its opening in the ledger.", "position"),
        integer("version", "Version of the case's stream that the row shows.", "version"),
        text("stage", "How far the decision is: `state` without what is left to do after it."),
        json_text("decisions_standing", "Sorted list of the decisions that nothing has taken back."),
        json_text("appeals_pending", "Sorted list of the decisions against which an appeal waits for its answer."),
        json_text("counterparties_open", "Sorted list of the decisions whose other side has to be examined."),
        json_text("notices_open", "Sorted list of the decisions of which an authority has to be told."),
        json_text("moments", "When each thing that clocks wait for first happened to the case, in the policy's words."),
        text_id("first_report", "The report that opened the case."),
        text("clocks_policy", "Version of the policy whose clocks began with it; empty without one."),
        boolean(
            "clocks_kept", "Whether the clocks of that report are in `queue_clocks`: once they had to be looked at."
        ),
    ),
    indexes=(("is_open", "urgency", "due_at"), ("respondent",)),
)

RUNNING: Final = Table(
    "queue_clocks",
    "The clocks of each case, as far as the queue needs them; `deadlines` tells more.",
    ("case_id", "report", "clock"),
    (
        text_id("case_id", "The case."),
        text_id("report", "Report that the clock runs for; empty where it runs for the whole case."),
        text("clock", "The clock in the policy."),
        integer("urgency", "0 where it goes before others, else 1.", "rank"),
        instant("started_at", "When it started."),
        instant("due_at", "When it is due."),
        text("stops_on", "What stops it, in the words of the policy, with commas between."),
        boolean("runs", "False once it was stopped."),
    ),
    prefix=1,
    internal=True,
)

POLICIES: Final = policies_table("queue")

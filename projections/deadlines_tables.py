"""The tables of the deadlines and the words in them."""

from typing import Final

from projections.packs import policies_table
from projections.tables import Table, boolean, instant, integer, json_text, text, text_id

RUNNING: Final = "running"
BREACHED: Final = "breached"
MET: Final = "met"
LATE: Final = "late"

MONTH_CHARS: Final = len("2021-03")
"""Of a day, those that name its month."""

DEADLINES: Final = Table(
    "deadlines",
    "One row per clock that started. A state comes from recorded facts, never from a clock: what is `running` with "
    "`due_at` in the past becomes `breached` once the missed deadline was recorded.",
    ("stream", "report", "clock"),
    (
        text_id(
            "stream",
            "The case, operation or evidence request whose events stop the clock; for a refused report the report.",
        ),
        text_id("report", "Report that the clock runs for; empty where it runs for all that `stream` is."),
        text("clock", "Id of the clock in the policy."),
        text("stream_kind", "`case`, `operation`, `evidence_request` or `report`."),
        text("policy_version", "Version of the policy whose clock it is."),
        boolean("goes_first", "Whether it is urgent or due at once."),
        instant("started_at", "When it started."),
        instant("due_at", "When it is due; done exactly then is in time."),
        instant("stopped_at", "When what it waits for happened.", nullable=True),
        text("stopped_by", "Name of what stopped it in the policy, such as `decided`.", nullable=True),
        integer("taken_s", "From start to stop, rounded down.", "seconds", nullable=True),
        instant("missed_at", "When the missed deadline was recorded.", nullable=True),
        text("state", "`running`, `breached` (missed and not stopped), `met` or `late` (stopped after it was due)."),
        instant(
            "to_miss_at",
            "When the missed deadline has to be recorded, unless it is met: `due_at` while it is neither met nor "
            "recorded as missed; else, and for a refused report, whose clocks nobody can miss, the year 9999.",
        ),
    ),
    indexes=(("state", "due_at"), ("to_miss_at",)),
    prefix=1,
)

TIMES: Final = Table(
    "case_times",
    "One row per case that was worked on: how long the steps took, counted from its first report.",
    ("case_id",),
    (
        text_id("case_id", "The case."),
        instant("opened_at", "When its first report came in."),
        instant("verification_started_at", "When verification first began.", nullable=True),
        integer("to_verification_s", "From the first report to that, rounded down.", "seconds", nullable=True),
        text("verification_month", "Month of that in the policy's zone, `YYYY-MM`.", nullable=True),
        instant("preliminary_at", "When the first preliminary result was given.", nullable=True),
        integer("to_preliminary_s", "From the first report to that, rounded down.", "seconds", nullable=True),
        instant("decided_at", "When it was first decided.", nullable=True),
        integer("to_decision_s", "From the first report to that, rounded down.", "seconds", nullable=True),
        text("decision_month", "Month of that in the policy's zone, `YYYY-MM`.", nullable=True),
        json_text("moments", "When each thing that clocks wait for first happened to the case, in the policy's words."),
    ),
)

POLICIES: Final = policies_table("deadlines")

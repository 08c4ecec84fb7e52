"""The tables of the feedback that reporters are owed, and the words in them."""

from typing import Final

from projections.packs import policies_table
from projections.tables import Table, instant, integer, json_text, text, text_id

WAITING: Final = "waiting"
OWED: Final = "owed"
GIVEN: Final = "given"

REFUSAL: Final = "refusal"
PRELIMINARY: Final = "preliminary_result"
OUTCOME: Final = "outcome"

FEEDBACK: Final = Table(
    "feedback",
    "One row per report whose reporter can be reached and, by the policy, has to be told; feedback is given once.",
    ("report",),
    (
        text_id("report", "Id of the report's stream."),
        text_id("case_id", "Case it was taken up in; null where it was refused.", nullable=True),
        instant("received_at", "When the report came in."),
        text("state", "`waiting` (there is nothing to tell yet), `owed` or `given`."),
        text("what", "What there is to tell or was told: `refusal`, `preliminary_result` or `outcome`.", nullable=True),
        instant("owed_at", "Since when there was something to tell.", nullable=True),
        instant("given_at", "When the reporter was told.", nullable=True),
        integer("taken_s", "From the report to that, rounded down.", "seconds", nullable=True),
        text("given_month", "Month of that in the policy's zone, `YYYY-MM`.", nullable=True),
        json_text("tells", "What the policy tells of; without `preliminary_result` reporters wait for the outcome."),
    ),
    indexes=(("state", "owed_at"),),
)

BY_CASE: Final = Table(
    "feedback_by_case",
    "The reports of a case that are in `feedback`.",
    ("case_id", "report"),
    (text_id("case_id", "The case."), text_id("report", "The report.")),
    prefix=1,
    internal=True,
)

CASES: Final = Table(
    "feedback_cases",
    "What there is to tell of a case, for reports that join it later.",
    ("case_id",),
    (
        text_id("case_id", "The case."),
        text("what", "`preliminary_result` or `outcome`; null while the other side has to be examined.", nullable=True),
        instant("since", "Since when."),
    ),
    internal=True,
)

RULES: Final = Table(
    "feedback_rules",
    "What the published policies tell reporters of.",
    ("version",),
    (text("version", "Version of the policy."), json_text("tells", "List of what reporters are told of.")),
    internal=True,
)

POLICIES: Final = policies_table("feedback")

"""The tables of the statistics."""

from typing import Final

from projections.packs import policies_table
from projections.tables import Column, ColumnKind, Table, boolean, integer, json_text, text, text_id

_DIMENSIONS: Final = (
    Column("day", ColumnKind.DAY, "Calendar day of the fact in the zone of the policy (UTC before one is published)."),
    text(
        "figure",
        "What is counted: `reports_received`, `reports_admitted`, `reports_refused`, `reports_joined`, `cases_opened`, "
        "`cases_marked_major`, `decisions`, `sanctions_imposed`, `sanctions_ended`, `sanctions_lifted`, "
        "`content_removed`, `content_removals_lifted`, `listings`, `delistings`, `appeals_lodged`, `appeals_answered`, "
        "`corrections`, `external_outcomes`, `deadlines_missed`, `authority_notices`, `feedback_given`, "
        "`operations_opened`, `partners_warned`, `registrations_refused`; and `measures_taken`: each kind of measure "
        "of an upheld decision, those on content included, and the milder one that took the place of another.",
    ),
    text("source", "Source of the report; for what happens to a case, of its first report."),
    text("subject_type", "What it is about."),
    text("class", "Violation class of the first code: reported, or found once decided."),
    text(
        "outcome",
        "Of a refusal the reason; of a decision `upheld` or `dismissed`; of an appeal's answer or a correction what it "
        "came to; of a missed deadline the clock; of a removal `counted` or `time_barred`; of feedback what it told.",
    ),
    text("measure", "Kind of the measure."),
)

STATISTICS: Final = Table(
    "statistics",
    "Counts of facts. Each fact is counted in exactly one row, so that rows of a `figure` may be added up over any "
    "column; a column that does not apply is empty. A missing row is a zero.",
    tuple(column.name for column in _DIMENSIONS),
    (
        *_DIMENSIONS,
        integer("ever", "Facts recorded.", "facts"),
        integer(
            "standing",
            "Those that were not taken back later: decisions, sanctions, removals and listings that an appeal or a "
            "correction overturned no longer stand on the day they were made.",
            "facts",
        ),
    ),
    indexes=(("figure", "day"),),
)

CASES: Final = Table(
    "statistics_cases",
    "What later facts of a case are counted under.",
    ("case_id",),
    (
        text_id("case_id", "The case."),
        text("source", "Source of its first report."),
        text("subject_type", "What it is about."),
        text("class", "Class of the first code reported."),
    ),
    internal=True,
)

PENDING: Final = Table(
    "statistics_pending",
    "Reports received whose admission or refusal was not counted yet.",
    ("report",),
    (
        text_id("report", "The report."),
        text("source", "Its source."),
        text("subject_type", "What it is about."),
        text("class", "Class of the first code reported."),
    ),
    internal=True,
)

ENTRIES: Final = Table(
    "statistics_entries",
    "Where each fact that can be taken back was counted.",
    ("entry",),
    (
        text_id("entry", "Id of the event, for a decision `<case id>.decision.<number>`."),
        boolean("stands", "False once it was taken back."),
        *_DIMENSIONS,
    ),
    internal=True,
)

MEASURES: Final = Table(
    "statistics_measures",
    "Where the measures of each decision that stands were counted.",
    ("case_id", "decision"),
    (
        text_id("case_id", "The case."),
        integer("decision", "Number of the decision in the case, from 1.", "ordinal"),
        json_text("cells", "List of the keys of their rows in the statistics."),
    ),
    internal=True,
)

POLICIES: Final = policies_table("statistics")

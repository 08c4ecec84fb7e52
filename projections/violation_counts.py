"""How often each account was found in violation, by class and code: ever, in force, lifted, and in rolling windows."""

from datetime import timedelta
from typing import Final, cast

from domain.cases.events import CaseDecided
from domain.cases.later_events import CaseAppealUpheld, CaseDecisionCorrected
from domain.policies.events import PolicyPublished
from domain.policy.durations import EARLIEST
from domain.values import Outcome
from projections.fact import Fact
from projections.instants import instant_text, parse_instant
from projections.packs import pack_for, policies_table, remember
from projections.read_model import Handlers, ReadModel
from projections.rows import Rows
from projections.tables import Key, Row, Table, WindowView, instant, integer, text, text_id

NAME: Final = "violation_counts"
"""Permanent: checkpoints are kept under it."""

VERSION: Final = 1

WINDOW_LENGTHS: Final = {
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "90d": timedelta(days=90),
    "180d": timedelta(days=180),
    "365d": timedelta(days=365),
}
"""The rolling windows, as elapsed time; both ends are included."""

_COUNTS: Final = (
    integer("ever", "Decisions that found it, lifted ones included.", "decisions"),
    integer("in_force", "Those that stand.", "decisions"),
    integer("lifted", "Those that were taken back; `ever` is the sum of the two.", "decisions"),
    instant("first_at", "When the first one that stands was decided.", nullable=True),
    instant("last_at", "When the last one that stands was decided.", nullable=True),
)

_ACCOUNT: Final = text_id("account", "Account that was found in violation.")
_CLASS: Final = text("class", "Violation class in the policy; empty where the policy does not know the code.")
_CODE: Final = text("code", "Violation code in the policy.")

VIOLATIONS: Final = Table(
    "violations",
    "The dated rows that all counts come from: one row per account, upheld decision and violation code.",
    ("account", "decision_id", "code"),
    (
        _ACCOUNT,
        text_id("decision_id", "The decision: `<case id>.<number of the decision in the case>`."),
        _CODE,
        _CLASS,
        text("severity", "Severity that was applied."),
        text("subject_type", "What the case was about."),
        text_id("case_id", "Case in which it was found."),
        integer("position", "Place of the decision in the ledger.", "position"),
        instant("established_at", "When it was decided."),
        instant("lifted_at", "When the decision was taken back; null while it stands.", nullable=True),
    ),
    indexes=(("established_at",), ("account", "class", "established_at")),
    prefix=1,
)

DECISIONS: Final = Table(
    "violation_decisions",
    "Whose violations a decision found.",
    ("decision_id",),
    (text_id("decision_id", "The decision."), _ACCOUNT),
    internal=True,
)

BY_CLASS: Final = Table(
    "violation_counts",
    "Violations of each account by class. A decision counts once for each class among its codes.",
    ("account", "class"),
    (_ACCOUNT, _CLASS, *_COUNTS),
    indexes=(("class", "in_force"),),
)

BY_CODE: Final = Table(
    "violation_counts_by_code",
    "Violations of each account by code. A decision counts once for each of its codes.",
    ("account", "class", "code"),
    (_ACCOUNT, _CLASS, _CODE, *_COUNTS),
    indexes=(("code", "in_force"),),
)

WINDOWS: Final = Table(
    "violation_windows",
    "The rolling windows. They end at the newest fact of the ledger, not now, so that a rebuilt table is the same.",
    ("window_name",),
    (
        text("window_name", "`24h`, `7d`, `30d`, `90d`, `180d` or `365d`."),
        instant("starts_at", "Beginning, included."),
        instant("ends_at", "End, included: the moment of the newest fact."),
    ),
)

POLICIES: Final = policies_table(NAME)

IN_WINDOWS: Final = WindowView(
    "violation_counts_by_window",
    "Decisions in force within each rolling window, by account and class; no row where there is none.",
    dated=VIOLATIONS,
    windows=WINDOWS,
    by=("account", "class"),
    at="established_at",
    unless="lifted_at",
    counted="decision_id",
    count=integer("decisions", "Decisions in force in the window.", "decisions"),
)


def _count(rows: Rows, fact: Fact[CaseDecided]) -> None:
    event = fact.event
    finding = event.finding
    if event.outcome is not Outcome.UPHELD or finding is None or finding.respondent is None:
        return
    decision_id = _decision_id(fact, event.decision)
    if rows.get(DECISIONS, (decision_id,)) is not None:
        return
    account = finding.respondent
    rows.put(DECISIONS, {"decision_id": decision_id, "account": account})
    pack = pack_for(rows, POLICIES, event.policy.version, event.occurred_at)
    at = fact.at
    severity = event.ruling.severity if event.ruling else finding.severity or ""
    codes = {code: pack.class_of(code) for code in finding.codes}
    for code, class_ in codes.items():
        rows.put(
            VIOLATIONS,
            {
                "account": account,
                "decision_id": decision_id,
                "code": code,
                "class": class_,
                "severity": severity,
                "subject_type": event.subject_type,
                "case_id": fact.stream,
                "position": fact.position,
                "established_at": at,
                "lifted_at": None,
            },
        )
        _add(rows, BY_CODE, {"account": account, "class": class_, "code": code}, at)
    for class_ in dict.fromkeys(codes.values()):
        _add(rows, BY_CLASS, {"account": account, "class": class_}, at)


def _lift_upheld(rows: Rows, fact: Fact[CaseAppealUpheld]) -> None:
    _lift(rows, fact, fact.event.decision)


def _lift_corrected(rows: Rows, fact: Fact[CaseDecisionCorrected]) -> None:
    if fact.event.measure is None:
        _lift(rows, fact, fact.event.decision)


def _lift(rows: Rows, fact: Fact[CaseAppealUpheld] | Fact[CaseDecisionCorrected], decision: int) -> None:
    """Take the decision out of all counts; a decision that is lifted already stays as it is."""
    decision_id = _decision_id(fact, decision)
    found = rows.get(DECISIONS, (decision_id,))
    if found is None:
        return
    account = cast("str", found["account"])
    lifted = [
        row
        for row in rows.scan(VIOLATIONS, (account,))
        if row["decision_id"] == decision_id and row["lifted_at"] is None
    ]
    at = fact.at
    for row in lifted:
        rows.put(VIOLATIONS, {**row, "lifted_at": at})
    standing = [row for row in rows.scan(VIOLATIONS, (account,)) if row["lifted_at"] is None]
    for row in lifted:
        same_code = [each for each in standing if (each["class"], each["code"]) == (row["class"], row["code"])]
        _subtract(rows, BY_CODE, BY_CODE.key_of(row), same_code)
    for class_ in dict.fromkeys(row["class"] for row in lifted):
        same_class = [each for each in standing if each["class"] == class_]
        _subtract(rows, BY_CLASS, (account, cast("str", class_)), same_class)


def _move_windows(rows: Rows, newest: str) -> None:
    """Let the windows end at the newest fact."""
    for name, length in WINDOW_LENGTHS.items():
        row = rows.get(WINDOWS, (name,))
        if row is None or cast("str", row["ends_at"]) < newest:
            rows.put(WINDOWS, {"window_name": name, "starts_at": _before(newest, length), "ends_at": newest})


def _publish(rows: Rows, fact: Fact[PolicyPublished]) -> None:
    remember(rows, POLICIES, fact)


def read_model() -> ReadModel:
    """The read model `violation_counts`."""
    on = (
        Handlers()
        .on(PolicyPublished, _publish)
        .on(CaseDecided, _count)
        .on(CaseAppealUpheld, _lift_upheld)
        .on(CaseDecisionCorrected, _lift_corrected)
        .reads(CaseDecided, DECISIONS, lambda fact: [(_decision_id(fact, fact.event.decision),)])
    )
    meaning = "Violations per account, class and code: ever, in force, lifted, first, last, and in rolling windows."
    tables = (BY_CLASS, BY_CODE, VIOLATIONS, WINDOWS, DECISIONS, POLICIES)
    return ReadModel(NAME, VERSION, meaning, tables, on.handlers, on.ahead, (IN_WINDOWS,), _move_windows)


def _decision_id(fact: Fact[CaseDecided] | Fact[CaseAppealUpheld] | Fact[CaseDecisionCorrected], decision: int) -> str:
    return f"{fact.stream}.{decision}"


def _add(rows: Rows, table: Table, cell: dict[str, str], at: str) -> None:
    key = tuple(cell.values())
    row = rows.get(table, key)
    if row is None:
        rows.put(table, {**cell, "ever": 1, "in_force": 1, "lifted": 0, "first_at": at, "last_at": at})
        return
    rows.change(
        table,
        key,
        ever=cast("int", row["ever"]) + 1,
        in_force=cast("int", row["in_force"]) + 1,
        first_at=min(cast("str", row["first_at"] or at), at),
        last_at=max(cast("str", row["last_at"] or at), at),
    )


def _subtract(rows: Rows, table: Table, key: Key, standing: list[Row]) -> None:
    """Count one decision as lifted; the first and last are those of the violations that still stand."""
    row = cast("Row", rows.get(table, key))
    moments = [cast("str", each["established_at"]) for each in standing]
    rows.change(
        table,
        key,
        in_force=cast("int", row["in_force"]) - 1,
        lifted=cast("int", row["lifted"]) + 1,
        first_at=min(moments, default=None),
        last_at=max(moments, default=None),
    )


def _before(newest: str, length: timedelta) -> str:
    try:
        return instant_text(parse_instant(newest) - length)
    except OverflowError:
        return instant_text(EARLIEST)

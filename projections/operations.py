"""Operations: the persons and cases that belong together, their regions and roles, and what became of them."""

from typing import Final, cast

from domain.accounts.events import AccountSanctionImposed, AccountSanctionLifted
from domain.cases.events import CaseDecided
from domain.cases.later_events import CaseAppealUpheld, CaseDecisionCorrected, CaseExternalOutcomeRecorded
from domain.operations.events import OperationCaseAdded, OperationClosed, OperationOpened
from domain.values import Outcome
from projections.fact import Fact
from projections.instants import id_text, instant_text
from projections.packs import canonical
from projections.read_model import Handlers, ReadModel
from projections.rows import Rows
from projections.tables import Row, Table, Value, boolean, instant, integer, json_text, text, text_id

NAME: Final = "operations"
"""Permanent: checkpoints are kept under it."""

VERSION: Final = 1

DECISION: Final = "decision"
SANCTION: Final = "sanction"
EXTERNAL: Final = "external"

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
        _OUTCOME,
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
    "The accounts that an operation counts.",
    ("operation_id", "account"),
    (_OPERATION_ID, text_id("account", "The account.")),
    internal=True,
)


def _open(rows: Rows, fact: Fact[OperationOpened]) -> None:
    event = fact.event
    operation_id = fact.stream
    totals: dict[str, Value] = dict.fromkeys(("cases", "persons", "minors", "upheld", "dismissed"), 0)
    rows.put(
        OPERATIONS,
        {
            **(rows.get(OPERATIONS, (operation_id,)) or totals),
            "operation_id": operation_id,
            "operation": event.operation,
            "title": event.title,
            "campaign": event.campaign,
            "state": "open",
            "opened_at": fact.at,
            "closed_at": None,
        },
    )


def _close(rows: Rows, fact: Fact[OperationClosed]) -> None:
    key = (fact.stream,)
    rows.change(OPERATIONS, key, state="closed", closed_at=fact.at)


def _add(rows: Rows, fact: Fact[OperationCaseAdded]) -> None:
    event = fact.event
    operation_id, case_id = fact.stream, id_text(event.case)
    at = fact.at
    outcome = _outcome(rows, case_id)
    if rows.get(CASES, (operation_id, case_id)) is None:
        rows.put(CASES, {"operation_id": operation_id, "case_id": case_id, "added_at": at, "outcome": outcome})
        rows.put(MEMBERSHIP, {"case_id": case_id, "operation_id": operation_id})
        _total(rows, operation_id, {"cases": 1} | ({outcome: 1} if outcome else {}))
    counted = event.account is None or rows.get(ACCOUNTS, (operation_id, event.account)) is None
    if counted:
        _total(rows, operation_id, {"persons": 1, "minors": int(event.minor)})
    if event.account is not None:
        rows.put(ACCOUNTS, {"operation_id": operation_id, "account": event.account})
    rows.put(
        PERSONS,
        {
            "case_id": case_id,
            "operation_id": operation_id,
            "entry": fact.version,
            "account": event.account,
            "part": event.role,
            "region": event.region,
            "minor": event.minor,
            "counted": counted,
            "added_at": at,
            "outcome": outcome,
            "measures": _measures(rows, case_id, event.account),
        },
    )


def _decide(rows: Rows, fact: Fact[CaseDecided]) -> None:
    event = fact.event
    case_id = fact.stream
    account = event.finding.respondent if event.finding else None
    entry: dict[str, Value] = {
        "entry_id": f"{DECISION}.{event.decision}",
        "type": DECISION,
        "what": event.outcome.value,
    }
    _record(rows, case_id, entry | _decided(account, fact.at))


def _overturn(rows: Rows, fact: Fact[CaseAppealUpheld]) -> None:
    _take_back(rows, fact.stream, f"{DECISION}.{fact.event.decision}")


def _correct(rows: Rows, fact: Fact[CaseDecisionCorrected]) -> None:
    if fact.event.measure is None:
        _take_back(rows, fact.stream, f"{DECISION}.{fact.event.decision}")


def _impose(rows: Rows, fact: Fact[AccountSanctionImposed]) -> None:
    event = fact.event
    entry: dict[str, Value] = {
        "entry_id": fact.event_id,
        "type": SANCTION,
        "what": _what(event.kind, event.duration),
    }
    _record(rows, id_text(event.case), entry | _decided(event.account, fact.at))


def _lift(rows: Rows, fact: Fact[AccountSanctionLifted]) -> None:
    _take_back(rows, id_text(fact.event.case), fact.event.sanction)


def _record_external(rows: Rows, fact: Fact[CaseExternalOutcomeRecorded]) -> None:
    event = fact.event
    what = _what(event.measure.kind, event.measure.duration)
    entry: dict[str, Value] = {"entry_id": fact.event_id, "type": EXTERNAL, "what": what}
    decided = _decided(event.account, instant_text(event.decided_at))
    decided |= {"authority": event.authority, "reference": event.reference}
    _record(rows, fact.stream, entry | decided)


def read_model() -> ReadModel:
    """The read model `operations`."""
    on = (
        Handlers()
        .on(OperationOpened, _open)
        .on(OperationClosed, _close)
        .on(OperationCaseAdded, _add)
        .on(CaseDecided, _decide)
        .on(CaseAppealUpheld, _overturn)
        .on(CaseDecisionCorrected, _correct)
        .on(AccountSanctionImposed, _impose)
        .on(AccountSanctionLifted, _lift)
        .on(CaseExternalOutcomeRecorded, _record_external)
        .scans(CaseDecided, OUTCOMES, lambda fact: [(fact.stream,)])
        .scans(CaseDecided, MEMBERSHIP, lambda fact: [(fact.stream,)])
        .scans(AccountSanctionImposed, OUTCOMES, lambda fact: [(id_text(fact.event.case),)])
        .scans(AccountSanctionImposed, MEMBERSHIP, lambda fact: [(id_text(fact.event.case),)])
    )
    meaning = "Operations with their persons, regions, roles and outcomes."
    tables = (OPERATIONS, CASES, PERSONS, OUTCOMES, MEMBERSHIP, ACCOUNTS)
    return ReadModel(NAME, VERSION, meaning, tables, on.handlers, on.ahead)


def _decided(account: str | None, at: str) -> dict[str, Value]:
    return {"account": account, "authority": None, "reference": None, "decided_at": at, "stands": True}


def _record(rows: Rows, case_id: str, entry: dict[str, Value]) -> None:
    rows.put(OUTCOMES, {"case_id": case_id, **entry})
    _refresh(rows, case_id)


def _take_back(rows: Rows, case_id: str, entry_id: str) -> None:
    if rows.change(OUTCOMES, (case_id, entry_id), stands=False):
        _refresh(rows, case_id)


def _refresh(rows: Rows, case_id: str) -> None:
    """Bring what the operations of this case show up to date with its outcomes."""
    memberships = rows.scan(MEMBERSHIP, (case_id,))
    if not memberships:
        return
    outcome = _outcome(rows, case_id)
    for membership in memberships:
        operation_id = cast("str", membership["operation_id"])
        before = cast("Row", rows.get(CASES, (operation_id, case_id)))["outcome"]
        if before != outcome:
            rows.change(CASES, (operation_id, case_id), outcome=outcome)
            _total(rows, operation_id, {cast("str", before): -1} if before else {})
            _total(rows, operation_id, {outcome: 1} if outcome else {})
    for person in rows.scan(PERSONS, (case_id,)):
        measures = _measures(rows, case_id, cast("str | None", person["account"]))
        rows.put(PERSONS, {**person, "outcome": outcome, "measures": measures})


def _outcome(rows: Rows, case_id: str) -> str | None:
    standing = {row["what"] for row in rows.scan(OUTCOMES, (case_id,)) if row["type"] == DECISION and row["stands"]}
    return next((outcome.value for outcome in Outcome if outcome in standing), None)


def _measures(rows: Rows, case_id: str, account: str | None) -> str:
    if account is None:
        return "[]"
    return canonical(
        sorted(
            str(row["what"])
            for row in rows.scan(OUTCOMES, (case_id,))
            if row["type"] != DECISION and row["stands"] and row["account"] == account
        )
    )


def _total(rows: Rows, operation_id: str, steps: dict[str, int]) -> None:
    row = rows.get(OPERATIONS, (operation_id,))
    if row is not None:
        rows.change(OPERATIONS, (operation_id,), **{name: cast("int", row[name]) + by for name, by in steps.items()})


def _what(kind: str, duration: str | None) -> str:
    return kind if duration is None else f"{kind}:{duration}"

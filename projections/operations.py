"""Operations: the persons and cases that belong together, their regions and roles, and what became of them."""

from typing import Final, cast

from domain.accounts.events import AccountSanctionImposed, AccountSanctionLifted
from domain.cases.events import CaseDecided
from domain.cases.later_events import CaseAppealUpheld, CaseDecisionCorrected, CaseExternalOutcomeRecorded
from domain.operations.events import OperationCaseAdded, OperationClosed, OperationOpened
from domain.values import Outcome
from projections.fact import Fact
from projections.instants import id_text, instant_text
from projections.operations_tables import (
    ACCOUNTS,
    CASES,
    DECISION,
    EXTERNAL,
    MEMBERSHIP,
    NOTHING,
    OPERATIONS,
    OUTCOMES,
    PERSONS,
    SANCTION,
    TOTALS,
)
from projections.packs import canonical
from projections.read_model import Handlers, ReadModel
from projections.rows import Rows
from projections.tables import Row, Value

NAME: Final = "operations"
"""Permanent: checkpoints are kept under it."""

VERSION: Final = 1


def _open(rows: Rows, fact: Fact[OperationOpened]) -> None:
    event = fact.event
    operation_id = fact.stream
    totals: dict[str, Value] = dict.fromkeys(TOTALS, 0)
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
    known = None if event.account is None else rows.get(ACCOUNTS, (operation_id, event.account))
    if known is None:
        _total(rows, operation_id, {"persons": 1, "minors": int(event.minor)})
    if event.account is not None and known is None:
        rows.put(ACCOUNTS, {"operation_id": operation_id, "account": event.account, "settled": 0})
    person: dict[str, Value] = {
        "case_id": case_id,
        "operation_id": operation_id,
        "entry": fact.version,
        "account": event.account,
        "part": event.role,
        "region": event.region,
        "minor": event.minor,
        "counted": known is None,
        "added_at": at,
        "outcome": None,
        "measures": NOTHING,
    }
    _settle(rows, person, outcome)


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
    _refresh(rows, case_id, cast("str | None", entry["account"]))


def _take_back(rows: Rows, case_id: str, entry_id: str) -> None:
    entry = rows.get(OUTCOMES, (case_id, entry_id))
    if entry is not None:
        rows.put(OUTCOMES, {**entry, "stands": False})
        _refresh(rows, case_id, cast("str | None", entry["account"]))


def _refresh(rows: Rows, case_id: str, account: str | None) -> None:
    """Bring what the operations of this case show up to date with what was decided about an account, or about all."""
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
        if account is None or person["account"] in (None, account):
            _settle(rows, dict(person), outcome)


def _settle(rows: Rows, person: dict[str, Value], outcome: str | None) -> None:
    """Write the person with what stands against them; `outcome` is that of the whole case."""
    before = _has_outcome(person)
    case_id, account = cast("str", person["case_id"]), cast("str | None", person["account"])
    if account is not None:
        outcome = _outcome(rows, case_id, account)
    person |= {"outcome": outcome, "measures": _measures(rows, case_id, account)}
    rows.put(PERSONS, person)
    step = _has_outcome(person) - before
    if step:
        _count_settled(rows, cast("str", person["operation_id"]), account, step)


def _count_settled(rows: Rows, operation_id: str, account: str | None, step: int) -> None:
    """An account with an outcome in several cases is one person with an outcome."""
    if account is not None:
        key = (operation_id, account)
        entries = cast("int", cast("Row", rows.get(ACCOUNTS, key))["settled"])
        rows.change(ACCOUNTS, key, settled=entries + step)
        if min(entries, entries + step) > 0:
            return
    _total(rows, operation_id, {"persons_with_outcome": step})


def _has_outcome(person: Row) -> bool:
    return person["outcome"] is not None or person["measures"] != NOTHING


def _outcome(rows: Rows, case_id: str, account: str | None = None) -> str | None:
    """How the case was decided; with an account, by the decisions about that or about nobody in particular."""
    standing = {
        row["what"]
        for row in rows.scan(OUTCOMES, (case_id,))
        if row["type"] == DECISION and row["stands"] and (account is None or row["account"] in (None, account))
    }
    return next((outcome.value for outcome in Outcome if outcome in standing), None)


def _measures(rows: Rows, case_id: str, account: str | None) -> str:
    if account is None:
        return NOTHING
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

"""The reviewers' queue: what has to be done about each case, in the order in which time runs out."""

import json
from typing import Final, cast

from domain.cases.events import (
    CaseAssigned,
    CaseAuthorityNoticeDue,
    CaseAuthorityNotified,
    CaseCounterpartyDue,
    CaseCounterpartySettled,
    CaseDecided,
    CaseDecisionProposed,
    CaseDecisionReturned,
    CaseMarkedMajor,
    CaseOpened,
    CasePreliminaryResultGiven,
    CaseReferred,
    CaseReleased,
    CaseReportJoined,
    CaseVerificationStarted,
)
from domain.cases.later_events import (
    CaseAppealDenied,
    CaseAppealLodged,
    CaseAppealReduced,
    CaseAppealUpheld,
    CaseDeadlineMissed,
    CaseDecisionCorrected,
)
from domain.events import Event
from domain.policies.events import PolicyPublished
from projections.clocks import CASE_WORDS, NO_REPORT, NOTHING_YET, REPORT_RECEIVED, moments_of, with_moment
from projections.fact import Fact
from projections.instants import NEVER, id_text, instant_text
from projections.packs import PackFacts, canonical, canonical_list, pack_for, remember
from projections.queue_clocks import first_to_run_out, keep, start, stop
from projections.queue_duties import (
    FURTHER_DUTIES,
    NOTHING_OWED,
    OF_THE_DECISION,
    STANDING,
    left_to_do,
    no_longer_owed,
    owed,
    taken_up_again,
)
from projections.queue_tables import (
    AWAITING_CONFIRMATION,
    DECIDED,
    IN_VERIFICATION,
    NEW,
    POLICIES,
    PROPOSED,
    QUEUE,
    REFERRED,
    RETURNED,
    RUNNING,
    SEVERITIES,
)
from projections.read_model import Handlers, ReadModel
from projections.rows import Rows
from projections.tables import Value

NAME: Final = "queue"
"""Permanent: checkpoints are kept under it."""

VERSION: Final = 1

_PROPOSED: Final = (PROPOSED, AWAITING_CONFIRMATION)
_OPEN_STAGES: Final = frozenset({NEW, IN_VERIFICATION, PROPOSED, AWAITING_CONFIRMATION, RETURNED})


def _open(rows: Rows, fact: Fact[CaseOpened]) -> None:
    event = fact.event
    case_id = fact.stream
    if rows.get(QUEUE, (case_id,)) is not None:
        return
    joined = event.joined
    pack = pack_for(rows, POLICIES, event.cause.policy_version, joined.received_at)
    severity = _hardest(pack, joined.codes)
    row: dict[str, Value] = {
        "case_id": case_id,
        "is_open": True,
        "state": NEW,
        "urgency": 1,
        "due_at": NEVER,
        "clock": None,
        "severity": severity or None,
        "severity_rank": SEVERITIES.get(severity, 0),
        "reports": 1,
        "sources": canonical_list((joined.source,)),
        "codes": canonical_list(tuple(sorted(set(joined.codes)))),
        "department": event.department,
        "decider": event.decider,
        "officer": None,
        "assigned_at": None,
        "subject_type": event.subject_type,
        "subject": event.subject,
        "content": event.content,
        "respondent": event.respondent,
        "major": False,
        "missed": 0,
        "opened_at": instant_text(joined.received_at),
        "moved_at": fact.at,
        "position": fact.position,
        "version": fact.version,
        "stage": NEW,
        **dict.fromkeys((STANDING, *FURTHER_DUTIES), NOTHING_OWED),
        "moments": NOTHING_YET,
        "first_report": id_text(joined.report),
        "clocks_policy": pack.version,
        "clocks_kept": False,
    }
    first_to_run_out(row, pack, joined.received_at)
    rows.put(QUEUE, row)


def _join(rows: Rows, fact: Fact[CaseReportJoined]) -> None:
    joined = fact.event.joined
    row = _moved(rows, fact)
    if row is None:
        return
    pack = pack_for(rows, POLICIES, fact.event.cause.policy_version, joined.received_at)
    row["reports"] = cast("int", row["reports"]) + 1
    row["sources"] = _union(row["sources"], (joined.source,))
    row["codes"] = _union(row["codes"], joined.codes)
    severity = _hardest(pack, joined.codes)
    if row["stage"] in _OPEN_STAGES and SEVERITIES.get(severity, 0) > cast("int", row["severity_rank"]):
        row["severity"], row["severity_rank"] = severity, SEVERITIES[severity]
    keep(rows, row)
    start(rows, row, pack, (REPORT_RECEIVED, id_text(joined.report), joined.received_at))
    done = moments_of(row)
    if done:
        stop(rows, row, done.keys())
    _write(rows, row)


def _assign(rows: Rows, fact: Fact[CaseAssigned]) -> None:
    again: dict[str, Value] = {"stage": IN_VERIFICATION} if taken_up_again(rows.get(QUEUE, (fact.stream,))) else {}
    _move(rows, fact, officer=fact.event.officer, assigned_at=fact.at, **again)


def _release(rows: Rows, fact: Fact[CaseReleased]) -> None:
    _move(rows, fact, officer=None, assigned_at=None)


def _verify(rows: Rows, fact: Fact[CaseVerificationStarted]) -> None:
    row = rows.get(QUEUE, (fact.stream,))
    begins = row is not None and row["stage"] == NEW
    _move(rows, fact, **({"stage": IN_VERIFICATION} if begins else {}))


def _only_clocks(rows: Rows, fact: Fact[CasePreliminaryResultGiven]) -> None:
    _move(rows, fact)


def _mark_major(rows: Rows, fact: Fact[CaseMarkedMajor]) -> None:
    _move(rows, fact, major=True)


def _refer(rows: Rows, fact: Fact[CaseReferred]) -> None:
    event = fact.event
    values: dict[str, Value] = {"officer": None, "assigned_at": None}
    if event.department is not None:
        values["department"] = event.department
    if event.procedure is not None:
        values["stage"] = REFERRED
    _move(rows, fact, **values)


def _propose(rows: Rows, fact: Fact[CaseDecisionProposed]) -> None:
    """Of several proposals made at once, the hardest severity and the first respondent are shown."""
    event = fact.event
    before = rows.get(QUEUE, (fact.stream,))
    together = before is not None and before["stage"] in _PROPOSED and before["moved_at"] == fact.at
    values: dict[str, Value] = {"stage": AWAITING_CONFIRMATION if event.second_officer_required else PROPOSED}
    severity = event.ruling.severity if event.ruling else None
    rank = SEVERITIES.get(severity or "", 0)
    if severity is not None and not (together and before and rank <= cast("int", before["severity_rank"])):
        values |= {"severity": severity, "severity_rank": rank}
    if event.finding is not None and event.finding.respondent is not None and not together:
        values["respondent"] = event.finding.respondent
    _move(rows, fact, **values)


def _return(rows: Rows, fact: Fact[CaseDecisionReturned]) -> None:
    _move(rows, fact, stage=RETURNED)


def _decide(rows: Rows, fact: Fact[CaseDecided]) -> None:
    _owe(rows, fact, STANDING, fact.event.decision, stage=DECIDED)


def _owe_notice(rows: Rows, fact: Fact[CaseAuthorityNoticeDue]) -> None:
    _owe(rows, fact, "notices_open", fact.event.decision)


def _notify(rows: Rows, fact: Fact[CaseAuthorityNotified]) -> None:
    _move(rows, fact, notices_open=NOTHING_OWED)


def _owe_counterparty(rows: Rows, fact: Fact[CaseCounterpartyDue]) -> None:
    _owe(rows, fact, "counterparties_open", fact.event.decision)


def _settle_counterparty(rows: Rows, fact: Fact[CaseCounterpartySettled]) -> None:
    _move(rows, fact, counterparties_open=NOTHING_OWED)


def _lodge(rows: Rows, fact: Fact[CaseAppealLodged]) -> None:
    _owe(rows, fact, "appeals_pending", fact.event.decision)


def _answer(rows: Rows, fact: Fact[CaseAppealDenied] | Fact[CaseAppealReduced]) -> None:
    _no_longer_owe(rows, fact, ("appeals_pending",), fact.event.decision)


def _uphold_appeal(rows: Rows, fact: Fact[CaseAppealUpheld]) -> None:
    _no_longer_owe(rows, fact, (STANDING, *FURTHER_DUTIES), fact.event.decision)


def _correct(rows: Rows, fact: Fact[CaseDecisionCorrected]) -> None:
    ended = (STANDING, *OF_THE_DECISION) if fact.event.measure is None else ()
    _no_longer_owe(rows, fact, ended, fact.event.decision)


def _miss(rows: Rows, fact: Fact[CaseDeadlineMissed]) -> None:
    row = _moved(rows, fact)
    if row is not None:
        row["missed"] = cast("int", row["missed"]) + 1
        _write(rows, row)


def _publish(rows: Rows, fact: Fact[PolicyPublished]) -> None:
    remember(rows, POLICIES, fact)


def read_model() -> ReadModel:
    """The read model `queue`."""
    on = (
        Handlers()
        .on(PolicyPublished, _publish)
        .on(CaseOpened, _open)
        .on(CaseReportJoined, _join)
        .on(CaseAssigned, _assign)
        .on(CaseReleased, _release)
        .on(CaseVerificationStarted, _verify)
        .on(CasePreliminaryResultGiven, _only_clocks)
        .on(CaseMarkedMajor, _mark_major)
        .on(CaseReferred, _refer)
        .on(CaseDecisionProposed, _propose)
        .on(CaseDecisionReturned, _return)
        .on(CaseDecided, _decide)
        .on(CaseAuthorityNoticeDue, _owe_notice)
        .on(CaseAuthorityNotified, _notify)
        .on(CaseCounterpartyDue, _owe_counterparty)
        .on(CaseCounterpartySettled, _settle_counterparty)
        .on(CaseAppealLodged, _lodge)
        .on(CaseAppealDenied, _answer)
        .on(CaseAppealUpheld, _uphold_appeal)
        .on(CaseAppealReduced, _answer)
        .on(CaseDecisionCorrected, _correct)
        .on(CaseDeadlineMissed, _miss)
    )
    for kind in on.handlers:
        if kind is not PolicyPublished:
            on.owns(kind, QUEUE)
    clocks_move: tuple[type[Event], ...] = (CaseReportJoined, *CASE_WORDS)
    for each in clocks_move:
        on.owns(each, RUNNING)
    meaning = "Open cases in the order in which time runs out, with severity, reports joined, assignment, department."
    return ReadModel(NAME, VERSION, meaning, (QUEUE, RUNNING, POLICIES), on.handlers, on.ahead)


def _moved(rows: Rows, fact: Fact[Event]) -> dict[str, Value] | None:
    """A copy of the case's row that says when it last moved; None for a case that was never opened."""
    row = rows.get(QUEUE, (fact.stream,))
    if row is None:
        return None
    at = max(cast("str", row["moved_at"]), fact.at)
    return {**row, "moved_at": at, "version": fact.version}


def _move(rows: Rows, fact: Fact[Event], **values: Value) -> None:
    """Give the case these values, and let its clocks follow the event."""
    row = _moved(rows, fact)
    if row is None:
        return
    row |= values
    word = CASE_WORDS.get(type(fact.event))
    if word is not None:
        at = fact.event.occurred_at
        keep(rows, row)
        row["moments"] = with_moment(row, word, fact.at)
        start(rows, row, pack_for(rows, POLICIES, fact.event.cause.policy_version, at), (word, NO_REPORT, at))
        stop(rows, row, {word})
    _write(rows, row)


def _owe(rows: Rows, fact: Fact[Event], duty: str, decision: int, **values: Value) -> None:
    row = rows.get(QUEUE, (fact.stream,))
    if row is not None:
        _move(rows, fact, **owed(row, duty, decision), **values)


def _no_longer_owe(rows: Rows, fact: Fact[Event], duties: tuple[str, ...], decision: int) -> None:
    row = rows.get(QUEUE, (fact.stream,))
    if row is not None:
        _move(rows, fact, **no_longer_owed(row, duties, decision))


def _write(rows: Rows, row: dict[str, Value]) -> None:
    """Put the row with the state that its stage and its further duties give."""
    state = row["stage"]
    if state not in _OPEN_STAGES:
        state = left_to_do(row) or state
    row["state"] = state
    row["is_open"] = state not in (DECIDED, REFERRED)
    rows.put(QUEUE, row)


def _hardest(pack: PackFacts, codes: tuple[str, ...]) -> str:
    """The hardest severity that the pack proposes for these codes; empty where it proposes none."""
    proposed = [pack.violations[code].severity for code in codes if code in pack.violations]
    return max(proposed, key=lambda severity: SEVERITIES.get(severity, 0), default="")


def _union(stored: Value, more: tuple[str, ...]) -> str:
    return canonical(sorted({*json.loads(cast("str", stored)), *more}))

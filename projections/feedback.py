"""Who has to be told what became of their report, since when, and how long it took until they were."""

import tomllib
from typing import Final, cast

from domain.cases.events import CaseCounterpartyDue, CaseCounterpartySettled, CaseDecided, CasePreliminaryResultGiven
from domain.events import Event
from domain.policies.events import PolicyPublished
from domain.reports.events import ReportAdmitted, ReportFeedbackGiven, ReportRefused
from projections.fact import Fact
from projections.feedback_tables import (
    BY_CASE,
    CASES,
    FEEDBACK,
    GIVEN,
    OUTCOME,
    OWED,
    POLICIES,
    PRELIMINARY,
    REFUSAL,
    RULES,
    WAITING,
)
from projections.instants import day_text, id_text, whole_seconds
from projections.packs import canonical, pack_for, remember
from projections.read_model import Handlers, ReadModel
from projections.rows import Rows
from projections.tables import Row, Value

NAME: Final = "feedback"
"""Permanent: checkpoints are kept under it."""

VERSION: Final = 1

_ALL: Final = canonical([OUTCOME, PRELIMINARY, REFUSAL])
_MONTH_CHARS: Final = len("2021-03")


def _publish(rows: Rows, fact: Fact[PolicyPublished]) -> None:
    remember(rows, POLICIES, fact)
    rows.put(RULES, {"version": fact.event.version, "tells": canonical(_tells(fact.event.text))})


def _admit(rows: Rows, fact: Fact[ReportAdmitted]) -> None:
    event = fact.event
    if not event.feedback_owed or rows.get(FEEDBACK, (fact.stream,)) is not None:
        return
    case_id = id_text(event.case)
    rules = rows.get(RULES, (event.policy.version,))
    row = _row(fact, case_id, cast("str", rules["tells"]) if rules else _ALL)
    known = rows.get(CASES, (case_id,))
    if known is not None:
        row = _told_of(row, cast("str | None", known["what"]), max(cast("str", known["since"]), fact.at))
    rows.put(FEEDBACK, row)
    rows.append(BY_CASE, {"case_id": case_id, "report": fact.stream})  # there is none: both are written here only


def _refuse(rows: Rows, fact: Fact[ReportRefused]) -> None:
    if fact.event.feedback_owed and rows.get(FEEDBACK, (fact.stream,)) is None:
        rows.put(FEEDBACK, _row(fact, None, _ALL) | {"state": OWED, "what": REFUSAL, "owed_at": fact.at})


def _give_preliminary(rows: Rows, fact: Fact[CasePreliminaryResultGiven]) -> None:
    if rows.get(CASES, (fact.stream,)) is None:
        _there_is(rows, fact, PRELIMINARY)


def _decide(rows: Rows, fact: Fact[CaseDecided]) -> None:
    _there_is(rows, fact, OUTCOME)


def _hold(rows: Rows, fact: Fact[CaseCounterpartyDue]) -> None:
    """The case is not final before the other side is examined: nobody is told before."""
    _there_is(rows, fact, None)


def _go_on(rows: Rows, fact: Fact[CaseCounterpartySettled]) -> None:
    _there_is(rows, fact, OUTCOME)


def _give(rows: Rows, fact: Fact[ReportFeedbackGiven]) -> None:
    """Told once; a reporter who was told without being owed it is in no list."""
    row = rows.get(FEEDBACK, (fact.stream,))
    if row is None or row["state"] == GIVEN:
        return
    zone = pack_for(rows, POLICIES, fact.event.cause.policy_version, fact.event.occurred_at).zone
    given: dict[str, Value] = {"state": GIVEN, "what": fact.event.what.value, "given_at": fact.at}
    given["taken_s"] = whole_seconds(cast("str", row["received_at"]), fact.at)
    given["given_month"] = day_text(fact.event.occurred_at, zone)[:_MONTH_CHARS]
    rows.put(FEEDBACK, {**row, **given})


def read_model() -> ReadModel:
    """The read model `feedback`."""
    on = (
        Handlers()
        .on(PolicyPublished, _publish)
        .on(ReportAdmitted, _admit)
        .on(ReportRefused, _refuse)
        .on(ReportFeedbackGiven, _give)
        .on(CasePreliminaryResultGiven, _give_preliminary)
        .on(CaseDecided, _decide)
        .on(CaseCounterpartyDue, _hold)
        .on(CaseCounterpartySettled, _go_on)
        .owns(ReportAdmitted, FEEDBACK)
        .owns(ReportRefused, FEEDBACK)
        .owns(ReportFeedbackGiven, FEEDBACK)
        .reads(ReportAdmitted, CASES, lambda fact: [(id_text(fact.event.case),)] if fact.event.feedback_owed else [])
    )
    of_cases: tuple[type[Event], ...] = (CasePreliminaryResultGiven, CaseDecided)
    for kind in of_cases:
        on.owns(kind, CASES).scans(kind, BY_CASE, lambda fact: [(fact.stream,)])
    meaning = "Reporters who have to be told what became of their report, and how long it took until they were."
    return ReadModel(NAME, VERSION, meaning, (FEEDBACK, BY_CASE, CASES, RULES, POLICIES), on.handlers, on.ahead)


def _row(fact: Fact[ReportAdmitted] | Fact[ReportRefused], case_id: str | None, tells: str) -> dict[str, Value]:
    """A report received in the moment in which it was admitted or refused."""
    return {
        "report": fact.stream,
        "case_id": case_id,
        "received_at": fact.at,
        "state": WAITING,
        "what": None,
        "owed_at": None,
        "given_at": None,
        "taken_s": None,
        "given_month": None,
        "tells": tells,
    }


def _there_is(rows: Rows, fact: Fact[Event], what: str | None) -> None:
    """From now on there is this to tell of the case, or nothing for now; who was told is told no more."""
    case_id = fact.stream
    rows.put(CASES, {"case_id": case_id, "what": what, "since": fact.at})
    reports = [(cast("str", row["report"]),) for row in rows.scan(BY_CASE, (case_id,))]
    rows.prefetch(FEEDBACK, reports)
    for key in reports:
        row = rows.get(FEEDBACK, key)
        if row is not None and row["state"] != GIVEN:
            rows.put(FEEDBACK, _told_of(row, what, fact.at))


def _told_of(row: Row, what: str | None, since: str) -> dict[str, Value]:
    """The row once there is this to tell. An outcome is told wherever feedback is owed; who has the preliminary result
    coming is owed something from then on.
    """
    if what is None or (what == PRELIMINARY and f'"{PRELIMINARY}"' not in cast("str", row["tells"])):
        return {**row, "state": WAITING, "what": None, "owed_at": None}
    return {**row, "state": OWED, "what": what, "owed_at": row["owed_at"] or since}


def _tells(pack_text: str) -> list[str]:
    """What a published text says that reporters are told of; all of it where it cannot be read."""
    try:
        feedback = tomllib.loads(pack_text).get("feedback")
    except (tomllib.TOMLDecodeError, RecursionError):
        feedback = None
    words = feedback.get("what") if isinstance(feedback, dict) else None
    known = {OUTCOME, PRELIMINARY, REFUSAL}
    if not isinstance(words, list):
        return sorted(known)
    return sorted({word for word in words if isinstance(word, str)} & known)

"""Counts per day that add up: every fact is counted once under its figure, and what is taken back stops standing."""

from collections.abc import Mapping
from typing import Final, cast

from domain.accounts.events import (
    AccountContentRemovalLifted,
    AccountContentRemoved,
    AccountDelisted,
    AccountListedHighRisk,
    AccountPartnerWarned,
    AccountRegistrationRefused,
    AccountSanctionEnded,
    AccountSanctionImposed,
    AccountSanctionLifted,
)
from domain.cases.events import CaseAuthorityNotified, CaseDecided, CaseMarkedMajor, CaseOpened, CaseReportJoined
from domain.cases.later_events import (
    CaseAppealDenied,
    CaseAppealLodged,
    CaseAppealReduced,
    CaseAppealUpheld,
    CaseDeadlineMissed,
    CaseDecisionCorrected,
    CaseExternalOutcomeRecorded,
)
from domain.cases.values import MeasureTaken
from domain.events import Event
from domain.operations.events import OperationOpened
from domain.policies.events import PolicyPublished
from domain.reports.events import ReportAdmitted, ReportFeedbackGiven, ReportReceived, ReportRefused
from domain.values import Outcome
from projections.fact import Fact
from projections.instants import day_text
from projections.packs import PackFacts, pack_for, remember
from projections.read_model import Handlers, ReadModel
from projections.rows import Rows
from projections.statistics_measures import give_way, take, take_back
from projections.statistics_measures import remember as remember_measures
from projections.statistics_tables import CASES, ENTRIES, MEASURES, PENDING, POLICIES, STATISTICS
from projections.tables import Key, Value

NAME: Final = "statistics"
"""Permanent: checkpoints are kept under it."""

VERSION: Final = 2

Dimensions = Mapping[str, Value]
Cell = tuple[str, ...]
"""The key of a row of the statistics."""


def _receive(rows: Rows, fact: Fact[ReportReceived]) -> None:
    event = fact.event
    pack = _pack(rows, event)
    of = {"source": event.source, "subject_type": event.subject_type, "class": _class(pack, event.codes)}
    rows.put(PENDING, {"report": fact.stream, **of})
    _count(rows, pack, event, "reports_received", of)


def _admit(rows: Rows, fact: Fact[ReportAdmitted]) -> None:
    _count(rows, _pack(rows, fact.event), fact.event, "reports_admitted", _taken_up(rows, fact))


def _refuse(rows: Rows, fact: Fact[ReportRefused]) -> None:
    of = {**_taken_up(rows, fact), "outcome": fact.event.reason}
    _count(rows, _pack(rows, fact.event), fact.event, "reports_refused", of)


def _open(rows: Rows, fact: Fact[CaseOpened]) -> None:
    event = fact.event
    case_id = fact.stream
    pack = _pack(rows, event)
    of = {"source": event.joined.source, "subject_type": event.subject_type, "class": _class(pack, event.joined.codes)}
    if rows.get(CASES, (case_id,)) is None:
        rows.put(CASES, {"case_id": case_id, **of})
    _count(rows, pack, event, "cases_opened", of)


def _decide(rows: Rows, fact: Fact[CaseDecided]) -> None:
    event = fact.event
    pack = _pack(rows, event, event.policy.version)
    of = {**_of_case(rows, fact), "subject_type": event.subject_type, "outcome": event.outcome.value}
    if event.finding is not None:
        of["class"] = _class(pack, event.finding.codes)
    _enter(rows, _decision(fact, event.decision), _count(rows, pack, event, "decisions", of))
    if event.outcome is Outcome.UPHELD and event.choice is not None:
        take(
            rows, fact, event.choice, lambda kind: _count(rows, pack, event, "measures_taken", {**of, "measure": kind})
        )


def _impose(rows: Rows, fact: Fact[AccountSanctionImposed]) -> None:
    event = fact.event
    pack = _pack(rows, event, event.policy.version)
    of = {"subject_type": event.subject_type, "class": _class(pack, event.codes), "measure": event.kind}
    _enter(rows, fact.event_id, _count(rows, pack, event, "sanctions_imposed", of))


def _remove(rows: Rows, fact: Fact[AccountContentRemoved]) -> None:
    event = fact.event
    pack = _pack(rows, event, event.policy.version)
    of: Dimensions = {"class": _class(pack, event.codes), "outcome": "time_barred" if event.time_barred else "counted"}
    _enter(rows, fact.event_id, _count(rows, pack, event, "content_removed", of))


def _list(rows: Rows, fact: Fact[AccountListedHighRisk]) -> None:
    event = fact.event
    pack = _pack(rows, event, event.policy.version)
    of: Dimensions = {"subject_type": event.subject_type, "class": _class(pack, event.codes)}
    _enter(rows, fact.event_id, _count(rows, pack, event, "listings", of))


def _lift_sanction(rows: Rows, fact: Fact[AccountSanctionLifted]) -> None:
    _take_back(rows, fact.event.sanction)
    _take_back(rows, _end_of(fact.event.sanction))
    _tell(rows, fact, "sanctions_lifted", measure=fact.event.kind)


def _end_sanction(rows: Rows, fact: Fact[AccountSanctionEnded]) -> None:
    event = fact.event
    cell = _count(rows, _pack(rows, event), event, "sanctions_ended", {"measure": event.kind})
    _enter(rows, _end_of(event.sanction), cell)


def _lift_removal(rows: Rows, fact: Fact[AccountContentRemovalLifted]) -> None:
    _take_back(rows, fact.event.removal)
    _tell(rows, fact, "content_removals_lifted")


def _delist(rows: Rows, fact: Fact[AccountDelisted]) -> None:
    _take_back(rows, fact.event.listing)
    _tell(rows, fact, "delistings")


def _uphold_appeal(rows: Rows, fact: Fact[CaseAppealUpheld]) -> None:
    _take_back(rows, _decision(fact, fact.event.decision))
    take_back(rows, fact, fact.event.decision, _stop_standing)
    _tell_of_case(rows, fact, "appeals_answered", outcome="upheld")


def _reduce_on_appeal(rows: Rows, fact: Fact[CaseAppealReduced]) -> None:
    _replace(rows, fact, fact.event.decision, fact.event.replaced, fact.event.measure)
    _tell_of_case(rows, fact, "appeals_answered", outcome="reduced")


def _deny_appeal(rows: Rows, fact: Fact[CaseAppealDenied]) -> None:
    _tell_of_case(rows, fact, "appeals_answered", outcome="denied")


def _correct(rows: Rows, fact: Fact[CaseDecisionCorrected]) -> None:
    event = fact.event
    taken_back = event.measure is None
    if taken_back:
        _take_back(rows, _decision(fact, event.decision))
        take_back(rows, fact, event.decision, _stop_standing)
    elif event.measure is not None and event.replaced is not None:
        _replace(rows, fact, event.decision, event.replaced, event.measure)
    _tell_of_case(rows, fact, "corrections", outcome="taken_back" if taken_back else "reduced")


def _replace(rows: Rows, fact: Fact[Event], decision: int, old: MeasureTaken, new: MeasureTaken) -> None:
    of = {**_of_case(rows, fact), "outcome": "reduced", "measure": new.kind}
    kept = give_way(rows, fact, decision, old, _stop_standing)
    counted = _count(rows, _pack(rows, fact.event), fact.event, "measures_taken", of)
    remember_measures(rows, fact, decision, [*kept, counted])


def _record_external(rows: Rows, fact: Fact[CaseExternalOutcomeRecorded]) -> None:
    _tell_of_case(rows, fact, "external_outcomes", measure=fact.event.measure.kind)


def _miss(rows: Rows, fact: Fact[CaseDeadlineMissed]) -> None:
    _tell_of_case(rows, fact, "deadlines_missed", outcome=fact.event.clock)


def _feed_back(rows: Rows, fact: Fact[ReportFeedbackGiven]) -> None:
    _tell(rows, fact, "feedback_given", outcome=fact.event.what.value)


def _publish(rows: Rows, fact: Fact[PolicyPublished]) -> None:
    remember(rows, POLICIES, fact)


def read_model() -> ReadModel:
    """The read model `statistics`."""
    on = (
        Handlers()
        .on(PolicyPublished, _publish)
        .on(ReportReceived, _receive)
        .on(ReportAdmitted, _admit)
        .on(ReportRefused, _refuse)
        .on(ReportFeedbackGiven, _feed_back)
        .on(CaseOpened, _open)
        .on(CaseReportJoined, lambda rows, fact: _tell_of_case(rows, fact, "reports_joined"))
        .on(CaseMarkedMajor, lambda rows, fact: _tell_of_case(rows, fact, "cases_marked_major"))
        .on(CaseDecided, _decide)
        .on(CaseAppealLodged, lambda rows, fact: _tell_of_case(rows, fact, "appeals_lodged"))
        .on(CaseAppealUpheld, _uphold_appeal)
        .on(CaseAppealReduced, _reduce_on_appeal)
        .on(CaseAppealDenied, _deny_appeal)
        .on(CaseDecisionCorrected, _correct)
        .on(CaseExternalOutcomeRecorded, _record_external)
        .on(CaseDeadlineMissed, _miss)
        .on(CaseAuthorityNotified, lambda rows, fact: _tell_of_case(rows, fact, "authority_notices"))
        .on(AccountPartnerWarned, lambda rows, fact: _tell(rows, fact, "partners_warned"))
        .on(AccountRegistrationRefused, lambda rows, fact: _tell(rows, fact, "registrations_refused"))
        .on(OperationOpened, lambda rows, fact: _tell(rows, fact, "operations_opened"))
        .on(AccountSanctionImposed, _impose)
        .on(AccountSanctionLifted, _lift_sanction)
        .on(AccountSanctionEnded, _end_sanction)
        .on(AccountContentRemoved, _remove)
        .on(AccountContentRemovalLifted, _lift_removal)
        .on(AccountListedHighRisk, _list)
        .on(AccountDelisted, _delist)
    )
    for kind in on.handlers:
        if kind.TYPE.startswith("report.") and kind is not ReportFeedbackGiven:
            on.owns(kind, PENDING)
        if kind.TYPE.startswith("case."):
            on.owns(kind, CASES)
    on.reads(CaseDecided, MEASURES, lambda fact: [(fact.stream, fact.event.decision)])
    meaning = "Counts per day, class, subject type, outcome, source and measure."
    tables = (STATISTICS, CASES, PENDING, ENTRIES, MEASURES, POLICIES)
    return ReadModel(NAME, VERSION, meaning, tables, on.handlers, on.ahead)


def _pack(rows: Rows, event: Event, version: str | None = None) -> PackFacts:
    return pack_for(rows, POLICIES, version or event.cause.policy_version, event.occurred_at)


def _class(pack: PackFacts, codes: tuple[str, ...]) -> str:
    """The class of the first code: a fact counts under one class only, so that sums over classes are right."""
    return pack.class_of(codes[0]) if codes else ""


def _taken_up(rows: Rows, fact: Fact[ReportAdmitted] | Fact[ReportRefused]) -> Dimensions:
    """What is remembered of the report from its receipt, which is then forgotten."""
    key = (fact.stream,)
    pending = rows.get(PENDING, key)
    if pending is None:
        return {}
    rows.delete(PENDING, key)
    return {name: pending[name] for name in ("source", "subject_type", "class")}


def _of_case(rows: Rows, fact: Fact[Event]) -> Dimensions:
    case = rows.get(CASES, (fact.stream,))
    return {} if case is None else {name: case[name] for name in ("source", "subject_type", "class")}


def _tell_of_case(rows: Rows, fact: Fact[Event], figure: str, **of: Value) -> None:
    _count(rows, _pack(rows, fact.event), fact.event, figure, {**_of_case(rows, fact), **of})


def _tell(rows: Rows, fact: Fact[Event], figure: str, **of: Value) -> None:
    _count(rows, _pack(rows, fact.event), fact.event, figure, of)


def _decision(fact: Fact[Event], decision: int) -> str:
    return f"{fact.stream}.decision.{decision}"


def _end_of(sanction: str) -> str:
    return f"{sanction}.end"


def _count(rows: Rows, pack: PackFacts, event: Event, figure: str, of: Dimensions) -> Cell:
    """Count one fact in its cell; the dimensions that are not named stay empty."""
    named = of.get
    key = cast(
        "Cell",
        (
            day_text(event.occurred_at, pack.zone),
            figure,
            named("source", ""),
            named("subject_type", ""),
            named("class", ""),
            named("outcome", ""),
            named("measure", ""),
        ),
    )
    rows.add(STATISTICS, key, (1, 1))
    return key


def _columns(cell: Cell) -> dict[str, Value]:
    return dict(zip(STATISTICS.key, cell, strict=True))


def _enter(rows: Rows, entry: str, cell: Cell) -> None:
    """Remember where the fact was counted, so that it can stop standing there."""
    rows.put(ENTRIES, {"entry": entry, "stands": True, **_columns(cell)})


def _take_back(rows: Rows, entry: str) -> None:
    found = rows.get(ENTRIES, (entry,))
    if found is None or not found["stands"]:
        return
    rows.put(ENTRIES, {**found, "stands": False})
    _stop_standing(rows, STATISTICS.key_of(found))


def _stop_standing(rows: Rows, key: Key) -> None:
    rows.add(STATISTICS, key, (0, -1))

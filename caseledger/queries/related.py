"""The events that belong to a case or an account, collected stream by stream from the ledger."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from caseledger.queries.cases_about import cases_about
from caseledger.queries.errors import NotFound
from caseledger.queries.ports import Reading
from caseledger.queries.streams import case_state, many, of_type, report_state, stream_events
from domain.accounts import events as a
from domain.cases.events import CaseDecided
from domain.cases.ruling import holder_of
from domain.events import Event
from domain.recorded import Recorded
from domain.reporters.events import ReporterMaliciousReportFound
from domain.streams import StreamId, account_stream, reporter_stream

Facts = list[Recorded[Event]]


def of_case(reading: Reading, case: UUID) -> tuple[Facts, dict[UUID, str | None]]:
    """Every event in and because of a case, and its reports' pseudonyms; raises `NotFound`.

    Its own stream, its reports, what it did to accounts, what its reporters were credited with, and its place in
    operations.
    """
    own = stream_events(reading.ledger, case)
    state = case_state(own)
    if state is None:
        raise NotFound("case_not_found", f"no case {case} on {reading.platform}")
    reports = many(reading.ledger, [joined.report for joined in state.reports])
    reporters = _reporters(reading, reports.values())
    found = [
        *own,
        *(fact for facts in reports.values() for fact in facts),
        *_account_facts(reading, case, own),
        *_reporter_facts(reading, case, reporters, set(reports)),
        *_operation_facts(reading, case),
    ]
    return found, {joined.report: joined.pseudonym for joined in state.reports}


def of_account(reading: Reading, account: str) -> Facts:
    """The account's record, and the whole streams of the cases against it.

    Cases that touched the record are named by it; cases that did not are found by the read models.
    """
    record = stream_events(reading.ledger, account_stream(reading.platform, account).uuid)
    named = {case for fact in record if isinstance(case := getattr(fact.event, "case", None), UUID)}
    streams = many(reading.ledger, sorted(named | cases_about(reading, account)))
    return [*record, *(fact for facts in streams.values() for fact in facts)]


def _account_facts(reading: Reading, case: UUID, own: Sequence[Recorded[Event]]) -> Iterator[Recorded[Event]]:
    holders: set[StreamId] = set()
    for decided in of_type(own, CaseDecided):
        finding = decided.event.finding
        if finding is not None:
            holders.add(account_stream(reading.platform, holder_of(finding)))
    for facts in many(reading.ledger, [holder.uuid for holder in holders]).values():
        imposed: set[str] = set()
        for fact in facts:
            if getattr(fact.event, "case", None) == case:
                imposed.add(fact.event_id)
                yield fact
            elif isinstance(fact.event, a.AccountSanctionEnded) and fact.event.sanction in imposed:
                yield fact


def _reporters(reading: Reading, reports: Iterable[Facts]) -> list[UUID]:
    """The streams of those who reported; who they are is known to the report streams only."""
    found: dict[UUID, None] = {}
    for facts in reports:
        report = report_state(facts)
        if report is not None and report.received.reporter is not None:
            found[reporter_stream(reading.platform, report.received.reporter).uuid] = None
    return list(found)


def _reporter_facts(
    reading: Reading, case: UUID, reporters: Sequence[UUID], reports: set[UUID]
) -> Iterator[Recorded[Event]]:
    for facts in many(reading.ledger, reporters).values():
        for fact in facts:
            event = fact.event
            malicious = isinstance(event, ReporterMaliciousReportFound) and event.report in reports
            if malicious or getattr(event, "case", None) == case:
                yield fact


def _operation_facts(reading: Reading, case: UUID) -> Iterator[Recorded[Event]]:
    rows = reading.all("operation_cases", case_id=str(case))
    for facts in many(reading.ledger, [UUID(str(row["operation_id"])) for row in rows]).values():
        for fact in facts:
            if getattr(fact.event, "case", None) == case:
                yield fact

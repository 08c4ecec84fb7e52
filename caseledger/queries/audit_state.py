"""How a case, account or evidence request stands while its events are replayed one by one: few words and counts, no
personal data.
"""

from typing import Protocol
from uuid import UUID

from caseledger.queries.decision_view import short
from domain.accounts import events as a
from domain.cases import state as cases
from domain.cases.state import Case
from domain.cases.values import MeasureTaken
from domain.events import Event
from domain.evidence_requests import state as evidence_requests
from domain.evidence_requests.state import EvidenceRequest
from domain.recorded import Recorded
from domain.reports.events import ReportRefused
from domain.streams import StreamKind

State = dict[str, object]
"""Names and values that JSON has, always in the same order."""


class Track(Protocol):
    """What is kept while events go by."""

    def take(self, fact: Recorded[Event]) -> None:
        """Take in the next event."""

    def state(self) -> State:
        """How it stands now."""


class Standing:
    """What stands against an account: by recorded facts, never by a clock."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._in_force: dict[str, str] = {}
        self._removed: dict[str, str] = {}
        self._listings: set[str] = set()
        self._bars: set[tuple[UUID, int]] = set()
        self._ended = 0
        self._lifted = 0

    def take(self, fact: Recorded[Event]) -> None:
        """Take in an event of the account's stream."""
        match fact.event:
            case a.AccountSanctionImposed() as event:
                measure = short(MeasureTaken(kind=event.kind, duration=event.duration))
                self._in_force[fact.event_id] = str(measure)
            case a.AccountSanctionEnded() as event:
                self._ended += self._in_force.pop(event.sanction, None) is not None
            case a.AccountSanctionLifted() as event:
                self._in_force.pop(event.sanction, None)
                self._lifted += 1
            case a.AccountContentRemoved() as event:
                self._removed[fact.event_id] = event.content
            case a.AccountContentRemovalLifted() as event:
                self._removed.pop(event.removal, None)
            case a.AccountListedHighRisk():
                self._listings.add(fact.event_id)
            case a.AccountDelisted() as event:
                self._listings.discard(event.listing)
            case a.AccountRegistrationBarred() as event:
                self._bars.add((event.case, event.decision))
            case a.AccountRegistrationBarLifted() as event:
                self._bars.discard((event.case, event.decision))

    def state(self) -> State:
        """Measures in force in the order in which they were imposed, and counts."""
        return {
            "in_force": list(self._in_force.values()),
            "ended": self._ended,
            "lifted": self._lifted,
            "content_removed": len(self._removed),
            "listed": bool(self._listings),
            "barred": bool(self._bars),
        }


class CaseTrack:
    """One case and what it did to its respondent."""

    def __init__(self, case: UUID) -> None:
        """Before its first event."""
        self._uuid = case
        self._case: Case | None = None
        self._standing = Standing()
        self._refused = False

    def take(self, fact: Recorded[Event]) -> None:
        """Take in the next event."""
        if fact.stream.kind is StreamKind.CASE:
            self._case = cases.evolve(self._case, fact)  # type: ignore[arg-type] # a case's stream holds case events
        elif fact.stream.kind is StreamKind.ACCOUNT:
            self._standing.take(fact)
        elif isinstance(fact.event, ReportRefused):
            self._refused = True

    def state(self) -> State:
        """Stage, counts, who holds it, its decision and appeal, and what of it stands."""
        return {**case_summary(self._case), **self._standing.state()}


class AccountTrack:
    """One account and the cases against it."""

    def __init__(self, account: UUID) -> None:
        """Before its first event."""
        self._uuid = account
        self._standing = Standing()
        self._cases: dict[UUID, Case | None] = {}
        self._decided: set[UUID] = set()

    def take(self, fact: Recorded[Event]) -> None:
        """Take in the next event."""
        stream = fact.stream.uuid
        if fact.stream.kind is StreamKind.CASE:
            case = cases.evolve(self._cases.get(stream), fact)  # type: ignore[arg-type] # a case's stream
            self._cases[stream] = case
            if case is not None and case.decisions:
                self._decided.add(stream)
        elif stream == self._uuid:
            self._standing.take(fact)

    def state(self) -> State:
        """How many cases, how many of them decided, and what stands."""
        return {"cases": len(self._cases), "cases_decided": len(self._decided), **self._standing.state()}


class EvidenceRequestTrack:
    """One request of an authority."""

    def __init__(self) -> None:
        """Before its first event."""
        self._request: EvidenceRequest | None = None

    def take(self, fact: Recorded[Event]) -> None:
        """Take in the next event."""
        self._request = evidence_requests.evolve(self._request, fact)  # type: ignore[arg-type] # its stream holds such

    def state(self) -> State:
        """How far it is, what was sent, and the clocks that ran out."""
        request = self._request
        sent = None if request is None else request.sent
        return {
            "stage": None if request is None else "received" if sent is None else "sent",
            "classes_sent": [] if sent is None else list(sent.classes),
            "accounts_sent": [] if sent is None else list(sent.accounts),
            "deadlines_missed": sorted(request.missed) if request is not None else [],
        }


def case_summary(case: Case | None) -> State:
    """A case in a few words."""
    if case is None:
        return {"stage": None}
    decision = case.foremost
    return {
        "stage": stage(case),
        "reports": len(case.reports),
        "evidence": len(case.evidence) + len(case.shown),
        "respondent": case.respondent,
        "department": case.department,
        "officer": case.officer,
        "major": case.major,
        "outcome": decision.made.outcome.value if decision else None,
        "rule": decision.made.ruling.rule if decision and decision.made.ruling else None,
        "decisions": len(case.decisions),
        "decisions_taken_back": len(case.taken_back),
        "appeal": _last_appeal(case),
        "counterparty_open": bool(case.counterparties_due),
        "authority_notice_open": bool(case.notices_due),
        "deadlines_missed": len(case.missed),
    }


def stage(case: Case) -> str:
    """How far a case is, in one word. What waits goes before what was taken back, and what stands before both."""
    if case.standing:
        return "decided"
    if case.pending:
        return "awaiting_confirmation" if case.pending[0].second_officer_required else "proposed"
    if case.decisions:
        return "taken_back"
    return "in_verification" if case.verification_started else "new"


def _last_appeal(case: Case) -> str | None:
    """`pending` while any appeal waits, else how the last one ended."""
    if case.pending_appeals:
        return "pending"
    return next(reversed(tuple(case.answers.values())), None)

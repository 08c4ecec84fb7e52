"""An auditor's replay of one case, account or evidence request, from the ledger itself: every event in order, and the
state after it.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from caseledger.queries.audit_state import AccountTrack, CaseTrack, EvidenceRequestTrack, State, Track
from caseledger.queries.errors import NotFound
from caseledger.queries.evidence_requests import find_evidence_request
from caseledger.queries.history import placed
from caseledger.queries.ports import Reading
from caseledger.queries.related import of_account, of_case
from caseledger.queries.streams import stream_events
from domain.cases import events as e
from domain.events import Event
from domain.policy.instants import utc_text
from domain.recorded import Recorded
from domain.reports.events import ReportReceived
from domain.streams import StreamKind, account_stream
from projections.audit_facts import shape_of

RECORDED_AT_MAX: Final = 500
"""Positions whose time of recording is looked up in one go."""

AsOf = int | datetime | None
"""Up to a position, or with only what had happened by a moment, or all of it; the bound itself is included."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One event as an auditor reads it. `facts` is everything it says that is not personal.

    An event of a reporter's stream names the reporter by the pseudonym that the case knows, and has no `event_id`.
    `state` is how the case, account or request stood after it, `changed` the parts of that which the event changed.
    """

    position: int
    event_id: str | None
    type: str
    occurred_at: str
    recorded_at: str | None
    actor: str
    role: str
    command_id: str
    correlation_id: str
    reporter: str | None
    rule: str | None
    explanation: str | None
    policy_version: str | None
    policy_digest: str | None
    evidence: tuple[str, ...]
    facts: dict[str, object]
    changed: tuple[str, ...]
    state: State


@dataclass(frozen=True, slots=True)
class Audit:
    """A replay; `state` is how it ends."""

    platform: str
    about: str
    id: str
    as_of: str | None
    entries: tuple[AuditEntry, ...]
    state: State


def audit_case(reading: Reading, case: UUID, as_of: AsOf) -> Audit:
    """Everything that happened in and because of a case; raises `NotFound`."""
    facts, pseudonyms = of_case(reading, case)
    return _replayed(reading, ("case", str(case)), facts, CaseTrack(case), as_of, pseudonyms)


def audit_account(reading: Reading, account: str, as_of: AsOf) -> Audit:
    """Everything on an account's record, and every event of the cases against it; raises `NotFound`."""
    facts = of_account(reading, account)
    if not facts:
        raise NotFound("account_not_found", f"nothing is recorded about account {account!r} on {reading.platform}")
    track = AccountTrack(account_stream(reading.platform, account).uuid)
    return _replayed(reading, ("account", account), facts, track, as_of, {})


def audit_evidence_request(reading: Reading, named: tuple[str, str | None], as_of: AsOf) -> Audit:
    """Every event of a request, named by document and authority; raises `NotFound` or `NotAQuestion`."""
    stream = str(find_evidence_request(reading, *named)["request_id"])
    facts = stream_events(reading.ledger, UUID(stream))
    return _replayed(reading, ("evidence request", stream), facts, EvidenceRequestTrack(), as_of, {})


def _replayed(
    reading: Reading,
    about: tuple[str, str],
    facts: Sequence[Recorded[Event]],
    track: Track,
    as_of: AsOf,
    pseudonyms: dict[UUID, str | None],
) -> Audit:
    shown = [fact for fact in placed(reading, facts) if _is_before(fact, as_of)]
    recorded_at = _recorded_at(reading, [fact.position for fact in shown])
    entries = tuple(_entries(shown, track, recorded_at.get, pseudonyms))
    until = utc_text(as_of) if isinstance(as_of, datetime) else None if as_of is None else str(as_of)
    return Audit(reading.platform, *about, until, entries, entries[-1].state if entries else track.state())


def _is_before(fact: Recorded[Event], as_of: AsOf) -> bool:
    if isinstance(as_of, datetime):
        return fact.event.occurred_at <= as_of
    return as_of is None or fact.position <= as_of


def _entries(
    facts: Sequence[Recorded[Event]],
    track: Track,
    recorded_at: Callable[[int], datetime | None],
    pseudonyms: dict[UUID, str | None],
) -> Iterator[AuditEntry]:
    before = track.state()
    for fact in facts:
        track.take(fact)
        state = track.state()
        changed = tuple(name for name, value in state.items() if before.get(name) != value)
        yield _entry(fact, recorded_at(fact.position), pseudonyms, changed, state)
        before = state


def _entry(
    fact: Recorded[Event],
    recorded_at: datetime | None,
    pseudonyms: dict[UUID, str | None],
    changed: tuple[str, ...],
    state: State,
) -> AuditEntry:
    event = fact.event
    shape = shape_of(type(event))
    rule, explanation = shape.why(event)
    policy = shape.policy(event)
    of_reporter = fact.stream.kind is StreamKind.REPORTER
    return AuditEntry(
        position=fact.position,
        event_id=None if of_reporter else fact.event_id,
        type=event.TYPE,
        occurred_at=utc_text(event.occurred_at),
        recorded_at=utc_text(recorded_at) if recorded_at else None,
        actor=event.cause.actor,
        role=event.cause.role.value,
        command_id=str(event.cause.command_id),
        correlation_id=str(event.cause.correlation_id),
        reporter=pseudonyms.get(getattr(event, "report", None) or fact.stream.uuid) if of_reporter else None,
        rule=rule,
        explanation=explanation,
        policy_version=event.cause.policy_version if policy is None else policy.version,
        policy_digest=None if policy is None else policy.digest,
        evidence=_evidence(event),
        facts=cast("dict[str, object]", json.loads(shape.facts(event))),
        changed=changed,
        state=state,
    )


def _evidence(event: Event) -> tuple[str, ...]:
    """The digests of what the event brings or rests on."""
    match event:
        case ReportReceived():
            digests = (*(each.sha256 for each in event.attachments), event.snapshot_digest)
        case e.CaseOpened() | e.CaseReportJoined():
            digests = (*event.joined.attachments, event.joined.snapshot_digest)
        case e.CaseEvidenceAttached():
            digests = (event.evidence.sha256,)
        case e.CaseDecided():
            digests = event.evidence
        case _:
            digests = ()
    return tuple(digest for digest in digests if digest is not None)


def _recorded_at(reading: Reading, positions: Sequence[int]) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for start in range(0, len(positions), RECORDED_AT_MAX):
        found |= reading.ledger.recorded_at(positions[start : start + RECORDED_AT_MAX])
    return found

"""An evidence request as its events left it, and what may be done to it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, assert_never
from uuid import UUID

from domain import facts
from domain.errors import CaseNotFound, OutOfOrder
from domain.events import Stamp
from domain.evidence_requests import errors
from domain.evidence_requests import events as e
from domain.facts import Facts
from domain.policy.vocabulary import RecordClass
from domain.recorded import Recorded
from domain.request_commands import ReceiveEvidenceRequest, RecordPackageSent
from domain.streams import StreamId

_AS_RECEIVED: Final = ("legal_basis", "case", "accounts", "period_from", "period_to", "classes")
"""What the same document of the same authority says the same, however often it arrives; nothing personal decides."""

_AS_SENT: Final = ("sha256", "accounts", "classes")
"""What makes a package the same; to whom it went is personal."""


@dataclass(frozen=True, slots=True)
class EvidenceRequest:
    """One request. `sent` is what was sent first; `missed` are the clocks whose end was recorded as passed."""

    received: e.EvidenceRequestReceived
    sent: e.EvidenceRequestPackageSent | None = None
    missed: frozenset[str] = frozenset()


def evolve(request: EvidenceRequest | None, fact: Recorded[e.EvidenceRequestEvent]) -> EvidenceRequest | None:
    """The request after this event."""
    event = fact.event
    if request is None:
        return EvidenceRequest(event) if isinstance(event, e.EvidenceRequestReceived) else None
    match event:
        case e.EvidenceRequestReceived():
            return request
        case e.EvidenceRequestPackageSent():
            return replace(request, sent=request.sent or event)
        case e.EvidenceRequestDeadlineMissed():
            return replace(request, missed=request.missed | {event.clock})
        case unknown:
            assert_never(unknown)


def receive(
    stream: StreamId,
    request: EvidenceRequest | None,
    case: UUID | None,
    command: ReceiveEvidenceRequest,
    stamp: Stamp,
) -> Facts:
    """Take it in once; the same again changes nothing. `case` is that of the command, `None` where there is none."""
    if command.case is not None and case is None:
        raise CaseNotFound("no such case; the request was not taken in")
    if case is None and not command.accounts:
        raise errors.EvidenceRequestWithoutScope("name the accounts that the request is about, or the case, or both")
    if command.period_from and command.period_to and command.period_to < command.period_from:
        raise errors.PeriodReversed(f"the period ends at {command.period_to.isoformat()}, before it begins")
    event = e.EvidenceRequestReceived(
        occurred_at=stamp.at,
        cause=stamp.cause,
        authority=command.authority,
        document=command.document,
        legal_basis=command.legal_basis,
        case_name=command.case_name,
        case=case,
        accounts=tuple(sorted(set(command.accounts))),
        period_from=command.period_from,
        period_to=command.period_to,
        classes=_in_order(command.classes),
    )
    if request is None:
        return facts.of(stream, event)
    if any(getattr(request.received, name) != getattr(event, name) for name in _AS_RECEIVED):
        raise errors.EvidenceRequestConflicts(
            f"document {command.document!r} of {command.authority!r} was received before with other content"
        )
    return ()


def record_package_sent(
    stream: StreamId,
    request: EvidenceRequest | None,
    persons: Iterable[str],
    command: RecordPackageSent,
    stamp: Stamp,
) -> Facts:
    """Record what was sent, once; the same again changes nothing. `persons` are the accounts of the request's case."""
    request = found(request, command.authority, command.document)
    event = e.EvidenceRequestPackageSent(
        occurred_at=stamp.at,
        cause=stamp.cause,
        authority=command.authority,
        document=command.document,
        case=request.received.case,
        sha256=command.sha256,
        accounts=tuple(sorted(set(command.accounts))),
        classes=_in_order(command.classes),
        sent_to=command.sent_to,
    )
    if request.sent is not None:
        if any(getattr(request.sent, name) != getattr(event, name) for name in _AS_SENT):
            raise errors.PackageAlreadySent(f"a package with SHA-256 {request.sent.sha256} was sent before")
        return ()
    if stamp.at < request.received.occurred_at:
        raise OutOfOrder(f"dated {stamp.at.isoformat()}, before the request was received")
    _check_scope(request.received, frozenset(persons), event)
    return facts.of(stream, event)


def found(request: EvidenceRequest | None, authority: str, document: str) -> EvidenceRequest:
    """The request, if there is one; raises `EvidenceRequestNotFound`."""
    if request is None:
        raise errors.EvidenceRequestNotFound(f"no request {document!r} of {authority!r} was received")
    return request


def _check_scope(asked: e.EvidenceRequestReceived, persons: frozenset[str], sent: e.EvidenceRequestPackageSent) -> None:
    """Refuse what was not asked for, and a package about nobody where only accounts were asked about."""
    foreign = [*sorted(set(sent.accounts) - {*asked.accounts, *persons}), *sorted({*sent.classes} - {*asked.classes})]
    if foreign:
        raise errors.OutsideAskedScope(f"not asked for: {', '.join(foreign)}; only what was asked for may be sent")
    if asked.case is None and not sent.accounts:
        raise errors.OutsideAskedScope("name the accounts, of those asked about, that the package is about")


def _in_order(classes: Iterable[RecordClass]) -> tuple[str, ...]:
    named = frozenset(classes)
    return tuple(each.value for each in RecordClass if each in named)

"""Every event the ledger can hold, by its stored name."""

from functools import lru_cache
from typing import Final, get_args

from domain.accounts.events import AccountEvent
from domain.cases.later_events import CaseEvent
from domain.events import Event
from domain.evidence_requests.events import EvidenceRequestEvent
from domain.identities.events import IdentityEvent
from domain.operations.events import OperationEvent
from domain.policies.events import PolicyPublished
from domain.reporters.events import ReporterEvent
from domain.reports.events import ReportEvent
from domain.streams import StreamKind

_UNIONS: tuple[object, ...] = (
    ReportEvent,
    CaseEvent,
    AccountEvent,
    ReporterEvent,
    OperationEvent,
    IdentityEvent,
    EvidenceRequestEvent,
)

EVENT_TYPES: dict[str, type[Event]] = {
    kind.TYPE: kind for kind in (*(member for union in _UNIONS for member in get_args(union)), PolicyPublished)
}
"""Stored name to class, in the order of the streams."""

AnyEvent = (
    ReportEvent
    | CaseEvent
    | AccountEvent
    | ReporterEvent
    | OperationEvent
    | PolicyPublished
    | IdentityEvent
    | EvidenceRequestEvent
)


KINDS_KNOWN_MAX: Final = 256
"""Names whose kind is remembered: more than there are events."""


@lru_cache(maxsize=KINDS_KNOWN_MAX)
def stream_kind(event_type: str) -> StreamKind:
    """The kind of stream an event of this name belongs to: the first part of the name."""
    return StreamKind(event_type.partition(".")[0])

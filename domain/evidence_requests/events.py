"""What can happen to an evidence request. `case` is the case that it is about, on every event, where it names one."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.events import Event
from domain.personal import Personal


class EvidenceRequestReceived(Event):
    """An authority asked for evidence: of these classes of records, about these accounts, or the persons of the case.

    `case_name` is what the authority calls its own case. A period without an end is open there.
    """

    TYPE: ClassVar[str] = "evidence_request.received.v1"

    authority: str
    document: str
    legal_basis: str
    case_name: Personal[str] | None
    case: UUID | None
    accounts: tuple[str, ...]
    period_from: AwareDatetime | None
    period_to: AwareDatetime | None
    classes: tuple[str, ...]


class EvidenceRequestPackageSent(Event):
    """What was asked for was sent; `sha256` is that of the bytes that were handed over."""

    TYPE: ClassVar[str] = "evidence_request.package_sent.v1"

    authority: str
    document: str
    case: UUID | None
    sha256: str
    accounts: tuple[str, ...]
    classes: tuple[str, ...]
    sent_to: Personal[str]


class EvidenceRequestDeadlineMissed(Event):
    """A clock of the policy ran out before the package was sent."""

    TYPE: ClassVar[str] = "evidence_request.deadline_missed.v1"

    authority: str
    document: str
    case: UUID | None
    clock: str
    due_at: AwareDatetime


EvidenceRequestEvent = EvidenceRequestReceived | EvidenceRequestPackageSent | EvidenceRequestDeadlineMissed

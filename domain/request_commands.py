"""The commands around evidence requests: what an authority asks for, and what it is sent."""

from typing import Annotated, ClassVar

from pydantic import Field

from domain.command_values import CaseRef, OnEvidenceRequest
from domain.personal import Personal
from domain.policy.instants import Instant
from domain.policy.vocabulary import RecordClass
from domain.values import PARTIES_MAX, Id, Sha256, ShortText

Accounts = Annotated[tuple[Id, ...], Field(max_length=PARTIES_MAX)]

RecordClasses = Annotated[tuple[RecordClass, ...], Field(min_length=1, max_length=len(RecordClass))]


class ReceiveEvidenceRequest(OnEvidenceRequest):
    """Take in an authority's request for evidence about accounts, about the persons of a case, or both.

    It was received when the command is given. `case_name` is what the authority calls its own case; a period without
    an end is open there.
    """

    NAME: ClassVar[str] = "receive_evidence_request"

    legal_basis: ShortText
    case_name: Personal[ShortText] | None = None
    case: CaseRef | None = None
    accounts: Accounts = ()
    period_from: Instant | None = None
    period_to: Instant | None = None
    classes: RecordClasses


class RecordPackageSent(OnEvidenceRequest):
    """Record that the package was sent: its digest, the classes of records and the accounts in it, and to whom.

    Only what was asked for may be sent; `accounts` may be left out where the request is about a case.
    """

    NAME: ClassVar[str] = "record_package_sent"

    sha256: Sha256
    accounts: Accounts = ()
    classes: RecordClasses
    sent_to: Personal[ShortText]


REQUEST_COMMANDS: tuple[type[OnEvidenceRequest], ...] = (ReceiveEvidenceRequest, RecordPackageSent)
"""In the order of the documentation."""

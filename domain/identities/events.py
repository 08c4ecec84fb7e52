"""What can happen to an identity. No event holds it: the stream's id, made from a keyed digest, stands for it."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.events import Event


class IdentityAccountTied(Event):
    """An account was registered under this identity, or found to be held by it."""

    TYPE: ClassVar[str] = "identity.account_tied.v1"

    kind: str
    account: str


class IdentityBarred(Event):
    """The holder of an account under this identity may not register again; `ends_at` is `None` until lifted."""

    TYPE: ClassVar[str] = "identity.barred.v1"

    account: str
    case: UUID
    decision: int
    ends_at: AwareDatetime | None


class IdentityBarLifted(Event):
    """A bar was taken back with its decision."""

    TYPE: ClassVar[str] = "identity.bar_lifted.v1"

    account: str
    case: UUID
    decision: int


IdentityEvent = IdentityAccountTied | IdentityBarred | IdentityBarLifted

"""What a decision is made on: the case, the records, the pack and the reporters, each as loaded for one command."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from domain.accounts.state import Account
from domain.cases.state import Case
from domain.policy.pack import Pack
from domain.reporters.state import Reporter
from domain.streams import StreamId


@dataclass(frozen=True, slots=True)
class Credited:
    """A reporter of the case: their stream and standing, known to the case by a pseudonym only."""

    stream: StreamId
    reporter: Reporter | None


@dataclass(frozen=True, slots=True)
class Book:
    """One record: whose it is, where it is kept, the version of its last event, and how it stands."""

    holder: str
    stream: StreamId
    version: int
    account: Account | None


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything one decision reads. `book_of` gives the record of a holder as it stood before the command;
    `reporters` is by the report's stream id.
    """

    stream: StreamId
    case: Case | None
    book_of: Callable[[str], Book]
    pack: Pack
    reporters: Mapping[UUID, Credited] = field(default_factory=dict)

"""An event together with its place in the ledger, and the cause every event carries."""

from datetime import datetime
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.streams import StreamId


class Role(StrEnum):
    """The capacity in which an actor acted."""

    INTAKE = "intake"
    REVIEWER = "reviewer"
    SENIOR_REVIEWER = "senior_reviewer"
    APPEALS_OFFICER = "appeals_officer"
    RESPONDENT = "respondent"
    POLICY_OFFICER = "policy_officer"
    EVIDENCE_OFFICER = "evidence_officer"
    CLOCK = "clock"


class Cause(BaseModel):
    """Who made an event happen and by which command.

    `actor` is a work name or system name, never a reporter's identity. `policy_version` is the version that was
    applied, where one was.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    actor: str
    role: Role
    command_id: UUID
    correlation_id: UUID
    policy_version: str | None = None


E = TypeVar("E", covariant=True)  # noqa: PLC0105 - the name says event; the variance is in the argument


class Recorded(NamedTuple, Generic[E]):
    """An event at its place: `version` counts from 1 in its stream, `position` from 1 in the ledger.

    A named tuple, because one is made for every event that is read and nothing immutable is made faster.
    """

    stream: StreamId
    version: int
    event: E
    position: int = 0

    @property
    def event_id(self) -> str:
        """The permanent id of the event: stream and version, so that it can be looked up by itself."""
        return event_id(self.stream.uuid, self.version)


def event_id(stream: UUID, version: int) -> str:
    """The id of the event at `version` of `stream`."""
    return f"{stream}.{version}"


def parse_event_id(text: str) -> tuple[UUID, int]:
    """Stream and version of an event id; `ValueError` when it is none."""
    stream, _, version = text.rpartition(".")
    if not version.isascii() or not version.isdecimal() or int(version) < 1:
        raise ValueError(f"{text!r} is not an event id: expected <stream uuid>.<version>")
    return UUID(stream), int(version)


def latest(*moments: datetime | None) -> datetime | None:
    """The last of the moments given, or None when there is none."""
    known = [moment for moment in moments if moment is not None]
    return max(known) if known else None

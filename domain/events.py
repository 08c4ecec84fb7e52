"""The shape every event has: a permanent name, when it happened, and its cause."""

from datetime import datetime
from typing import ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.recorded import Cause


class Event(BaseModel):
    """Something that happened. `TYPE` is its stored name, `<stream>.<what happened>.v<n>`, and never changes.

    Fields hold the words of the policy that was applied (codes, severities, measure kinds) as plain text: an event is
    never refused later because a vocabulary moved on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    TYPE: ClassVar[str] = ""

    occurred_at: AwareDatetime
    cause: Cause


class Stamp:
    """When and by whom: what a decider puts on every event it makes."""

    __slots__ = ("at", "cause")

    def __init__(self, at: datetime, cause: Cause) -> None:
        """Keep the moment and the cause."""
        self.at = at
        self.cause = cause

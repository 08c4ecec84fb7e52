"""What `doctor` says about one thing."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How one thing is; the members stand in order, the best first."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what kind, which one, how it is, and what that means."""

    what: str
    where: str
    state: State
    detail: str


def ok(what: str, where: object, detail: str) -> Check:
    """Nothing is wrong."""
    return Check(what, str(where), State.OK, detail)


def warning(what: str, where: object, detail: str) -> Check:
    """Worth knowing."""
    return Check(what, str(where), State.WARNING, detail)


def fault(what: str, where: object, detail: str) -> Check:
    """Wrong, and to be put right by somebody."""
    return Check(what, str(where), State.FAULT, detail)


def damaged(what: str, where: object, detail: str) -> Check:
    """Damaged or missing."""
    return Check(what, str(where), State.DAMAGED, detail)

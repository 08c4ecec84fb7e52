"""Which of a case's decisions an appeal or a correction is about: the one named, or the only one it can be."""

from collections.abc import Sequence

from domain.cases.events import CaseDecided
from domain.cases.later_events import CaseAppealLodged
from domain.cases.state import Case
from domain.command_values import OnDecision
from domain.commands import CorrectDecision, DecideAppeal, LodgeAppeal
from domain.decision_errors import DecisionNotFound, DecisionNotNamed
from domain.errors import (
    NoAppealPending,
    NotDecided,
    NothingToUndo,
    NotTheRespondent,
)


def to_appeal(case: Case, command: LodgeAppeal) -> CaseDecided:
    """The decision that a respondent objects to."""
    standing = _standing(case, command)
    found = [made for made in standing if made.finding is not None and made.ruling is not None]
    if not found:
        raise NothingToUndo("the decision imposed nothing on anybody")
    theirs = [made for made in found if _respondent(made) is not None and _is_about(made, command.account)]
    if not theirs:
        raise NotTheRespondent("only the respondent of the decision may appeal against it")
    return _only(theirs)


def to_correct(case: Case, command: CorrectDecision) -> CaseDecided:
    """The decision that the platform corrects."""
    found = [made for made in _standing(case, command) if _is_about(made, command.account)]
    if not found:
        raise DecisionNotFound(f"no decision that stands in this case is about {command.account!r}")
    return _only(found)


def to_answer(case: Case, command: DecideAppeal) -> tuple[CaseAppealLodged, CaseDecided]:
    """The appeal that is decided, and the decision it is against."""
    waiting = [
        lodged
        for lodged in case.pending_appeals
        if command.decision in (None, lodged.decision)
        and lodged.decision in case.decisions
        and _is_about(case.decisions[lodged.decision].made, command.account)
    ]
    if not waiting:
        raise NoAppealPending("no such appeal waits in this case")
    made = _only([case.decisions[lodged.decision].made for lodged in waiting])
    if made.decision in case.taken_back:
        raise NothingToUndo("the decision was taken back before")
    return waiting[0], made


def _standing(case: Case, command: OnDecision) -> list[CaseDecided]:
    """The decisions that stand, or the one of them that is named."""
    if not case.decisions:
        raise NotDecided("the case has no decision yet")
    if command.decision is not None and command.decision not in case.decisions:
        known = ", ".join(map(str, case.decisions))
        raise DecisionNotFound(f"the case has no decision {command.decision}; it has {known}")
    standing = [decision.made for decision in case.standing if command.decision in (None, decision.made.decision)]
    if not standing:
        raise NothingToUndo("the decision was taken back before")
    return standing


def _only(found: Sequence[CaseDecided]) -> CaseDecided:
    if len(found) > 1:
        told = ", ".join(f"{made.decision} about {_respondent(made) or 'nobody known'}" for made in found)
        raise DecisionNotNamed(f"name the decision, or the account it is about; it could be {told}")
    return found[0]


def _is_about(made: CaseDecided, account: str | None) -> bool:
    return account is None or _respondent(made) == account


def _respondent(made: CaseDecided) -> str | None:
    return None if made.finding is None else made.finding.respondent

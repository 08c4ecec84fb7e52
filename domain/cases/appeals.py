"""Appeals and corrections: each is about one decision of the case, and undoes what belongs to that one."""

from domain import facts
from domain.cases import later_events as later
from domain.cases.bench import Bench
from domain.cases.choosing import to_answer, to_appeal, to_correct
from domain.cases.events import CaseDecided
from domain.cases.handling import found, in_order
from domain.cases.ruling import taken
from domain.cases.state import Case
from domain.cases.undoing import all_taken_back, made_milder
from domain.cases.values import MeasureTaken
from domain.commands import CorrectDecision, DecideAppeal, LodgeAppeal
from domain.errors import AppealPending, AppealTooLate, DeciderTookPart, MeasureNotInOptions, NotMilder
from domain.events import Stamp
from domain.facts import Facts
from domain.policy.vocabulary import AppealRegime
from domain.streams import StreamId

NO_EXEMPTION = "no_exemption"
ON_THE_MERITS = "on_the_merits"


def lodge(stream: StreamId, case: Case | None, command: LodgeAppeal, stamp: Stamp) -> Facts:
    """The appeal and, where the policy hears none, its denial in the same append."""
    case = found(case)
    if stamp.cause.command_id in case.commands:
        return ()
    in_order(case, stamp)
    made = to_appeal(case, command)
    if made.decision in case.answers:
        raise AppealTooLate("an appeal against this decision was decided before")
    if made.decision in case.appeals:
        raise AppealPending("an appeal against this decision waits already")
    number = len(case.appeals) + 1
    lodged = later.CaseAppealLodged(
        occurred_at=stamp.at, cause=stamp.cause, appeal=number, decision=made.decision, text=command.text
    )
    if made.ruling is None or made.ruling.appeal != AppealRegime.DENIED_ON_RECEIPT:
        return facts.of(stream, lodged)
    return facts.of(stream, lodged, _denied(lodged, NO_EXEMPTION, None, stamp))


def decide_appeal(bench: Bench, command: DecideAppeal, stamp: Stamp) -> Facts:
    """The outcome of the appeal, with everything it takes back."""
    case = found(bench.case)
    if stamp.cause.command_id in case.commands:
        return ()
    in_order(case, stamp)
    lodged, made = to_answer(case, command)
    if stamp.cause.actor in (*case.took_part(made.decision), lodged.cause.actor):
        raise DeciderTookPart(f"{stamp.cause.actor!r} took part in the decision; another officer must decide")
    if command.measure is not None and command.outcome != "reduced":
        raise MeasureNotInOptions("only a reduction names a measure; an appeal is denied or upheld without one")
    if command.outcome == "denied":
        return facts.of(bench.stream, _denied(lodged, ON_THE_MERITS, command.reason, stamp))
    if command.outcome == "reduced":
        return _reduced(bench, command, lodged, made, stamp)
    upheld = later.CaseAppealUpheld(
        occurred_at=stamp.at,
        cause=stamp.cause,
        appeal=lodged.appeal,
        decision=made.decision,
        explanation=command.reason,
    )
    return (*facts.of(bench.stream, upheld), *all_taken_back(bench, case, made, stamp))


def correct(bench: Bench, command: CorrectDecision, stamp: Stamp) -> Facts:
    """The platform's own correction: all taken back, or one measure made milder."""
    case = found(bench.case)
    if stamp.cause.command_id in case.commands:
        return ()
    in_order(case, stamp)
    made = to_correct(case, command)
    if made.decision in case.appeals and made.decision not in case.answers:
        raise AppealPending("an appeal waits; decide it first")
    replaced, lesser = None, command.measure
    undone: Facts
    if lesser is None:
        undone = all_taken_back(bench, case, made, stamp)
    else:
        old, undone = made_milder(bench, made, lesser, stamp)
        replaced = MeasureTaken(kind=old.kind, duration=old.duration)
    corrected = later.CaseDecisionCorrected(
        occurred_at=stamp.at,
        cause=stamp.cause,
        decision=made.decision,
        replaced=replaced,
        measure=None if lesser is None else taken((lesser,))[0],
        explanation=command.reason,
    )
    return (*facts.of(bench.stream, corrected), *undone)


def _denied(
    lodged: later.CaseAppealLodged, reason: str, explanation: str | None, stamp: Stamp
) -> later.CaseAppealDenied:
    return later.CaseAppealDenied(
        occurred_at=stamp.at,
        cause=stamp.cause,
        appeal=lodged.appeal,
        decision=lodged.decision,
        reason=reason,
        explanation=explanation,
    )


def _reduced(
    bench: Bench, command: DecideAppeal, lodged: later.CaseAppealLodged, made: CaseDecided, stamp: Stamp
) -> Facts:
    if command.measure is None:
        raise NotMilder("name the milder measure that takes the place of the first")
    old, undone = made_milder(bench, made, command.measure, stamp)
    reduced = later.CaseAppealReduced(
        occurred_at=stamp.at,
        cause=stamp.cause,
        appeal=lodged.appeal,
        decision=made.decision,
        replaced=MeasureTaken(kind=old.kind, duration=old.duration),
        measure=taken((command.measure,))[0],
        explanation=command.reason,
    )
    return (*facts.of(bench.stream, reduced), *undone)

"""What became of a case beside its decision: appeals and their outcomes, corrections, outside outcomes, referrals."""

from dataclasses import dataclass

from caseledger.queries.decision_view import short
from domain.cases import events as e
from domain.cases import later_events as later
from domain.events import Event
from domain.policy.instants import utc_text
from domain.recorded import Recorded


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened, as a code; `detail` names measures, authorities, departments or clocks."""

    what: str
    at: str
    by: str
    decision: int | None
    detail: str | None


def steps(fact: Recorded[Event]) -> tuple[Step, ...]:
    """What this event means for the case beside its decision; nothing for most."""
    event = fact.event
    at, by = utc_text(event.occurred_at), event.cause.actor
    match event:
        case later.CaseAppealLodged():
            return (Step("appeal_lodged", at, by, event.decision, f"appeal {event.appeal}"),)
        case later.CaseAppealDenied():
            return (Step("appeal_denied", at, by, event.decision, event.reason),)
        case later.CaseAppealUpheld():
            return (Step("appeal_upheld", at, by, event.decision, "all_taken_back"),)
        case later.CaseAppealReduced():
            done = f"{short(event.replaced)} → {short(event.measure)}"
            return (Step("appeal_reduced", at, by, event.decision, done),)
        case later.CaseDecisionCorrected():
            done = f"{short(event.replaced)} → {short(event.measure)}" if event.measure else "all_taken_back"
            return (Step("decision_corrected", at, by, event.decision, done),)
        case later.CaseExternalOutcomeRecorded():
            return (Step("outcome_from_outside", at, by, None, f"{short(event.measure)} by {event.authority}"),)
        case e.CaseAuthorityNotified():
            return (Step("authority_notified", at, by, None, event.authority),)
        case e.CaseReferred():
            return (Step("referred", at, by, None, event.department or event.procedure),)
        case e.CaseDecisionReturned():
            return (Step("proposal_returned", at, by, event.decision, None),)
        case e.CaseCounterpartySettled():
            return (Step("other_side_settled", at, by, None, str(event.case) if event.case else None),)
        case later.CaseDeadlineMissed():
            return (Step("deadline_missed", at, by, None, event.clock),)
        case _:
            return ()

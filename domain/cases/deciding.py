"""How a case is decided: proposed, confirmed by a second officer where the policy wants one, or returned."""

from domain import facts
from domain.cases import events as e
from domain.cases.bench import Bench
from domain.cases.consequences import consequences
from domain.cases.handling import found, in_order, not_anothers, not_final
from domain.cases.ruling import Judged, choice_of, finding_again, finding_of, judged, same_outcome, still_allowed
from domain.cases.state import Case
from domain.cases.values import Choice
from domain.commands import ConfirmDecision, ProposeDecision, ReturnDecision
from domain.errors import (
    AlreadyDecided,
    AlreadyProposed,
    EvidenceRequired,
    FindingRequired,
    NothingProposed,
    RulingChanged,
    SameOfficer,
)
from domain.events import Stamp
from domain.facts import Facts
from domain.policy.pack import Pack
from domain.streams import StreamId
from domain.values import Outcome, PackRef


def propose(bench: Bench, command: ProposeDecision, stamp: Stamp) -> Facts:
    """A proposal and, unless a second officer is needed, the decision with all that follows from it."""
    case = found(bench.case)
    if stamp.cause.command_id in case.commands:
        return ()
    _still_open(case)
    in_order(case, stamp)
    not_anothers(case, stamp)
    if case.proposal is not None and case.proposal.cause.actor != stamp.cause.actor:
        raise AlreadyProposed("a proposal waits for a second officer; confirm or return it")
    proposal = _proposal(bench, case, command, stamp)
    proposed = facts.of(bench.stream, proposal)
    if proposal.second_officer_required:
        return proposed
    return (*proposed, *_decided(bench, case, proposal, stamp, None))


def confirm(bench: Bench, command: ConfirmDecision, stamp: Stamp) -> Facts:
    """The decision, when the ruling made again on the record of today is still the one proposed."""
    del command
    case = found(bench.case)
    if stamp.cause.command_id in case.commands:
        return ()
    _still_open(case)
    in_order(case, stamp)
    proposal = _pending(case)
    if proposal.cause.actor == stamp.cause.actor:
        raise SameOfficer("a second officer must be another than the one who proposed")
    if proposal.finding is not None and proposal.ruling is not None:
        again = judged(bench.pack, bench.account, finding_again(proposal.finding, stamp.at))
        if not same_outcome(again.stored, proposal.ruling):
            raise RulingChanged(
                f"the record moved: rule {again.stored.rule!r} applies now, {proposal.ruling.rule!r} was proposed; "
                "the proposer must propose again"
            )
        if proposal.choice is not None and not still_allowed(bench.pack, again, proposal.choice, proposal.reason):
            raise RulingChanged("the policy in force now does not allow the measures proposed; propose again")
        proposal = proposal.model_copy(update={"finding": again.made, "ruling": again.stored})
    return _decided(bench, case, proposal, stamp, stamp.cause.actor)


def send_back(stream: StreamId, case: Case | None, command: ReturnDecision, stamp: Stamp) -> Facts:
    """The proposal goes back to its officer."""
    case = found(case)
    if stamp.cause.command_id in case.commands:
        return ()
    in_order(case, stamp)
    proposal = _pending(case)
    if proposal.cause.actor == stamp.cause.actor:
        raise SameOfficer("only another officer may return a proposal; its officer may propose again instead")
    event = e.CaseDecisionReturned(
        occurred_at=stamp.at, cause=stamp.cause, decision=proposal.decision, reason=command.reason
    )
    return facts.of(stream, event)


def pack_ref(pack: Pack) -> PackRef:
    """Which text was applied, as events name it."""
    return PackRef(platform=pack.platform, version=pack.version, digest=pack.digest)


def _still_open(case: Case) -> None:
    if case.decision is not None:
        raise AlreadyDecided("one decision stands; it can be appealed or corrected, not made again")
    not_final(case)


def _pending(case: Case) -> e.CaseDecisionProposed:
    if case.proposal is None:
        raise NothingProposed("no proposal waits in this case")
    return case.proposal


def _proposal(bench: Bench, case: Case, command: ProposeDecision, stamp: Stamp) -> e.CaseDecisionProposed:
    upheld = _upheld(bench, case, command, stamp) if command.outcome is Outcome.UPHELD else None
    if upheld is None and (command.finding or command.measure or command.content_measures or command.add):
        raise FindingRequired("a dismissal carries no finding and no measure")
    judgement, choice = upheld or (None, None)
    return e.CaseDecisionProposed(
        occurred_at=stamp.at,
        cause=stamp.cause,
        decision=case.proposals + 1,
        outcome=command.outcome,
        finding=judgement and judgement.made,
        ruling=judgement and judgement.stored,
        choice=choice,
        reason=command.reason,
        associated=command.associated,
        malicious=command.malicious,
        perk=command.perk,
        second_officer_required=choice is not None and _needs_second(bench.pack, choice),
        policy=pack_ref(bench.pack),
    )


def _upheld(bench: Bench, case: Case, command: ProposeDecision, stamp: Stamp) -> tuple[Judged, Choice]:
    if command.finding is None:
        raise FindingRequired("a report is upheld on a finding: name at least one violation code")
    judgement = judged(bench.pack, bench.account, finding_of(case, command.finding, stamp.at))
    choice = choice_of(bench.pack, judgement, command)
    imposes = choice.party_measure or choice.content_measures or choice.also or choice.added
    if imposes and not case.evidence and not case.shown:
        raise EvidenceRequired("the case holds no evidence, and no sanction stands without; attach some first")
    return judgement, choice


def _needs_second(pack: Pack, choice: Choice) -> bool:
    chosen = (*choice.content_measures, *choice.also, *choice.added)
    party = () if choice.party_measure is None else (choice.party_measure,)
    return any(measure.kind in pack.second_officer for measure in (*chosen, *party))


def _decided(
    bench: Bench,
    case: Case,
    proposal: e.CaseDecisionProposed,
    stamp: Stamp,
    confirmed_by: str | None,
) -> Facts:
    decided = e.CaseDecided(
        occurred_at=stamp.at,
        cause=stamp.cause,
        decision=proposal.decision,
        outcome=proposal.outcome,
        subject_type=case.opened.subject_type,
        finding=proposal.finding,
        ruling=proposal.ruling,
        choice=proposal.choice,
        reason=proposal.reason,
        associated=proposal.associated,
        malicious=proposal.malicious,
        proposed_by=proposal.cause.actor,
        confirmed_by=confirmed_by,
        evidence=tuple(sorted({*case.evidence, *case.shown})),
        reports=tuple(joined.report for joined in case.reports),
        policy=pack_ref(bench.pack),
    )
    return (*facts.of(bench.stream, decided), *consequences(bench, case, decided, proposal.perk, stamp))

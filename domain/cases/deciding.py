"""How a case is decided: proposed, confirmed by a second officer where the policy wants one, or returned.

A decision is about one finding. A command may carry several: they are judged one after the other and proposed
together, and together they wait, are confirmed or are returned.
"""

from domain import facts
from domain.cases import events as e
from domain.cases.bench import Bench
from domain.cases.findings import findings_of
from domain.cases.handling import found, in_order, not_anothers
from domain.cases.ruling import choice_of, finding_again, holder_of, judged, pack_ref, same_outcome, still_allowed
from domain.cases.sitting import Sitting
from domain.cases.state import Case
from domain.cases.values import Choice
from domain.command_values import FindingDecided
from domain.commands import ConfirmDecision, ProposeDecision, ReturnDecision
from domain.errors import (
    AlreadyDecided,
    AlreadyProposed,
    EvidenceRequired,
    NothingProposed,
    RulingChanged,
    SameOfficer,
)
from domain.events import Stamp
from domain.facts import Facts
from domain.policy.finding import Finding
from domain.policy.pack import Pack
from domain.reporters.crediting import credit
from domain.streams import StreamId


def propose(bench: Bench, command: ProposeDecision, stamp: Stamp) -> Facts:
    """The proposals and, unless a second officer is needed, the decisions with all that follows from them."""
    case = found(bench.case)
    if stamp.cause.command_id in case.commands:
        return ()
    findings = findings_of(case, command, stamp.at)
    in_order(case, stamp)
    not_anothers(case, stamp)
    if case.pending and case.pending[0].cause.actor != stamp.cause.actor:
        raise AlreadyProposed("a proposal waits for a second officer; confirm or return it")
    sitting = Sitting(bench, case, stamp)
    proposals: list[e.CaseDecisionProposed] = []
    decided: Facts = ()
    for number, (asked, finding) in enumerate(findings or ((None, None),), case.proposals + 1):
        proposal = _dismissal(bench, command, number, stamp)
        if asked is not None and finding is not None:
            proposal = _proposal(sitting, proposal, asked, finding)
        decided += sitting.decide(proposal, None)
        proposals.append(proposal)
    _only_with_evidence(case, proposals)
    if any(proposal.second_officer_required for proposal in proposals):
        return facts.of(bench.stream, *(_waiting(proposal) for proposal in proposals))
    credited = credit(bench, case, sitting.decided[0], command.perk, stamp)
    return (*facts.of(bench.stream, *proposals), *decided, *credited)


def confirm(bench: Bench, command: ConfirmDecision, stamp: Stamp) -> Facts:
    """The decisions, when every ruling made again on the records of today is still the one proposed."""
    del command
    case = found(bench.case)
    if stamp.cause.command_id in case.commands:
        return ()
    if case.decisions and not case.pending:
        raise AlreadyDecided("the case is decided, and no further proposal waits")
    in_order(case, stamp)
    pending = _pending(case)
    if pending[0].cause.actor == stamp.cause.actor:
        raise SameOfficer("a second officer must be another than the one who proposed")
    sitting = Sitting(bench, case, stamp)
    decided: Facts = ()
    for proposal in pending:
        decided += sitting.decide(_judged_again(sitting, proposal), stamp.cause.actor)
    return (*decided, *credit(bench, case, sitting.decided[0], pending[0].perk, stamp))


def send_back(stream: StreamId, case: Case | None, command: ReturnDecision, stamp: Stamp) -> Facts:
    """The proposals go back to their officer."""
    case = found(case)
    if stamp.cause.command_id in case.commands:
        return ()
    in_order(case, stamp)
    pending = _pending(case)
    if pending[0].cause.actor == stamp.cause.actor:
        raise SameOfficer("only another officer may return a proposal; its officer may propose again instead")
    returned = (
        e.CaseDecisionReturned(
            occurred_at=stamp.at, cause=stamp.cause, decision=proposal.decision, reason=command.reason
        )
        for proposal in pending
    )
    return facts.of(stream, *returned)


def _pending(case: Case) -> tuple[e.CaseDecisionProposed, ...]:
    if not case.pending:
        raise NothingProposed("no proposal waits in this case")
    return case.pending


def _dismissal(bench: Bench, command: ProposeDecision, number: int, stamp: Stamp) -> e.CaseDecisionProposed:
    """A proposal without a finding. What concerns the reporters stands in the first of a command only."""
    case = found(bench.case)
    first = number == case.proposals + 1
    return e.CaseDecisionProposed(
        occurred_at=stamp.at,
        cause=stamp.cause,
        decision=number,
        outcome=command.outcome,
        finding=None,
        ruling=None,
        choice=None,
        reason=command.reason,
        associated=command.associated,
        malicious=command.malicious if first else (),
        perk=command.perk if first else None,
        second_officer_required=False,
        policy=pack_ref(bench.pack),
    )


def _proposal(
    sitting: Sitting, bare: e.CaseDecisionProposed, asked: FindingDecided, finding: Finding
) -> e.CaseDecisionProposed:
    """The proposal with its finding, the ruling on it and the choice from that."""
    pack = sitting.bench.pack
    judgement = judged(pack, sitting.account(holder_of(finding)), finding)
    choice = choice_of(pack, judgement, asked)
    return bare.model_copy(
        update={
            "finding": judgement.made,
            "ruling": judgement.stored,
            "choice": choice,
            "reason": asked.reason,
            "associated": asked.associated,
            "second_officer_required": _needs_second(pack, choice),
        }
    )


def _judged_again(sitting: Sitting, proposal: e.CaseDecisionProposed) -> e.CaseDecisionProposed:
    if proposal.finding is None or proposal.ruling is None:
        return proposal
    pack = sitting.bench.pack
    account = sitting.account(holder_of(proposal.finding))
    again = judged(pack, account, finding_again(proposal.finding, sitting.stamp.at))
    if not same_outcome(again.stored, proposal.ruling):
        raise RulingChanged(
            f"the record moved: rule {again.stored.rule!r} applies now, {proposal.ruling.rule!r} was proposed; "
            "the proposer must propose again"
        )
    if proposal.choice is not None and not still_allowed(pack, again, proposal.choice, proposal.reason):
        raise RulingChanged("the policy in force now does not allow the measures proposed; propose again")
    return proposal.model_copy(update={"finding": again.made, "ruling": again.stored})


def _waiting(proposal: e.CaseDecisionProposed) -> e.CaseDecisionProposed:
    """Where one proposal of a command needs a second officer, all wait for one."""
    return proposal.model_copy(update={"second_officer_required": True})


def _only_with_evidence(case: Case, proposals: list[e.CaseDecisionProposed]) -> None:
    if case.evidence or case.shown:
        return
    if any(_imposes(proposal.choice) for proposal in proposals if proposal.choice is not None):
        raise EvidenceRequired("the case holds no evidence, and no sanction stands without; attach some first")


def _imposes(choice: Choice) -> bool:
    return bool(choice.party_measure or choice.content_measures or choice.also or choice.added)


def _needs_second(pack: Pack, choice: Choice) -> bool:
    chosen = (*choice.content_measures, *choice.also, *choice.added)
    party = () if choice.party_measure is None else (choice.party_measure,)
    return any(measure.kind in pack.second_officer for measure in (*chosen, *party))

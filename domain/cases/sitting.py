"""What one command decides, finding by finding: each sees what those before it put on record, and settled."""

from dataclasses import replace

from domain import facts
from domain.accounts.state import Account
from domain.accounts.state import evolve as evolve_account
from domain.cases import events as e
from domain.cases.bench import Bench, Book
from domain.cases.consequences import Verdict, duties, entries
from domain.cases.ruling import holder_of, pack_ref
from domain.cases.state import Case
from domain.cases.state import evolve as evolve_case
from domain.cases.values import FindingMade
from domain.events import Event, Stamp
from domain.facts import Facts
from domain.recorded import Recorded


class Sitting:
    """The case and the records as they stand while several findings are decided one after the other."""

    def __init__(self, bench: Bench, case: Case, stamp: Stamp) -> None:
        """Begin with everything as it was before the command."""
        self.bench = bench
        self.case = case
        self.stamp = stamp
        self.decided: list[e.CaseDecided] = []
        self._books: dict[str, Book] = {}

    def account(self, holder: str) -> Account | None:
        """The record of a holder, with what this command put on it so far."""
        return self._book(holder).account

    def decide(self, proposal: e.CaseDecisionProposed, confirmed_by: str | None) -> Facts:
        """The decision that a proposal becomes, its duties, its entries on the record, and the other side settled."""
        decided = self._decided(proposal, confirmed_by)
        self.decided.append(decided)
        made = self._happened(decided)
        finding, ruling, choice = decided.finding, decided.ruling, decided.choice
        if finding is not None and ruling is not None and choice is not None:
            uuid, pack, holder = self.bench.stream.uuid, self.bench.pack, holder_of(finding)
            verdict = Verdict(uuid, pack, holder, decided, finding, ruling, choice, self.stamp)
            made += self._happened(*duties(verdict))
            made += self._entered(holder, *entries(verdict))
        if self.case.counterparties_due and _both_sides_found(self.case):
            at, cause = self.stamp.at, self.stamp.cause
            uuid = self.bench.stream.uuid
            made += self._happened(e.CaseCounterpartySettled(occurred_at=at, cause=cause, case=uuid, reason=None))
        return made

    def _decided(self, proposal: e.CaseDecisionProposed, confirmed_by: str | None) -> e.CaseDecided:
        case, pack, finding = self.case, self.bench.pack, proposal.finding
        return e.CaseDecided(
            occurred_at=self.stamp.at,
            cause=self.stamp.cause,
            decision=proposal.decision,
            outcome=proposal.outcome,
            subject_type=case.opened.subject_type if finding is None else finding.subject_type,
            finding=finding,
            ruling=proposal.ruling,
            choice=proposal.choice,
            reason=proposal.reason,
            associated=proposal.associated,
            malicious=proposal.malicious,
            proposed_by=proposal.cause.actor,
            confirmed_by=confirmed_by,
            evidence=tuple(sorted({*case.evidence, *case.shown})),
            reports=tuple(joined.report for joined in case.reports),
            policy=pack_ref(pack),
        )

    def _book(self, holder: str) -> Book:
        if holder not in self._books:
            self._books[holder] = self.bench.book_of(holder)
        return self._books[holder]

    def _entered(self, holder: str, *events: Event) -> Facts:
        book = self._book(holder)
        account = book.account
        for version, event in enumerate(events, book.version + 1):
            account = evolve_account(account, Recorded(book.stream, version, event))  # type: ignore[arg-type] # its event
        self._books[holder] = replace(book, version=book.version + len(events), account=account)
        return facts.of(book.stream, *events)

    def _happened(self, *events: Event) -> Facts:
        for event in events:
            fact = Recorded(self.bench.stream, 0, event)
            self.case = evolve_case(self.case, fact) or self.case  # type: ignore[arg-type] # of a case
        return facts.of(self.bench.stream, *events)


def _both_sides_found(case: Case) -> bool:
    """Whether for every decision that asks for the other side there is a finding about it in this case."""
    found = [(decision.made.decision, decision.made.finding) for decision in case.standing]
    findings = [finding for _, finding in found if finding is not None]
    due = [finding for number, finding in found if finding is not None and number in case.counterparties_due]
    return all(any(_are_two_sides(one, other) for other in findings) for one in due)


def _are_two_sides(one: FindingMade, other: FindingMade) -> bool:
    """Another respondent, and not in the same role where the one has a role."""
    differs = other.respondent not in (None, one.respondent)
    return differs and (one.role is None or other.role != one.role)

"""What one command decides, finding by finding: each sees what those before it put on record, and settled."""

from dataclasses import replace

from domain import facts
from domain.accounts.state import Account, evolve
from domain.cases import events as e
from domain.cases.bench import Bench, Book
from domain.cases.consequences import Verdict, duties, entries
from domain.cases.ruling import holder_of, pack_ref
from domain.cases.state import Case
from domain.cases.values import FindingMade
from domain.events import Event, Stamp
from domain.facts import Facts
from domain.recorded import Recorded


class Sitting:
    """The case and the records as they stand while several findings are decided one after the other.

    A record is folded further only when another finding is judged on it: growing a long one a second way copies it.
    """

    def __init__(self, bench: Bench, case: Case, stamp: Stamp) -> None:
        """Begin with everything as it was before the command."""
        self.bench = bench
        self.case = case
        self.stamp = stamp
        self.decided: list[e.CaseDecided] = []
        self._books: dict[str, Book] = {}
        self._entered: dict[str, list[Event]] = {}
        self._other_side_due = set(case.counterparties_due)

    def account(self, holder: str) -> Account | None:
        """The record of a holder, with what this command put on it so far."""
        book = self._book(holder)
        account, entered = book.account, self._entered.pop(holder, [])
        for version, event in enumerate(entered, book.version + 1):
            account = evolve(account, Recorded(book.stream, version, event))  # type: ignore[arg-type] # its event
        self._books[holder] = replace(book, version=book.version + len(entered), account=account)
        return account

    def decide(self, proposal: e.CaseDecisionProposed, confirmed_by: str | None) -> Facts:
        """The decision that a proposal becomes, its duties, its entries on the record, and the other side settled."""
        decided = self._decided(proposal, confirmed_by)
        self.decided.append(decided)
        made = facts.of(self.bench.stream, decided)
        finding, ruling, choice = decided.finding, decided.ruling, decided.choice
        if finding is not None and ruling is not None and choice is not None:
            uuid, pack, holder = self.bench.stream.uuid, self.bench.pack, holder_of(finding)
            verdict = Verdict(uuid, pack, holder, decided, finding, ruling, choice, self.stamp)
            owed, entered = duties(verdict), entries(verdict)
            self._entered.setdefault(holder, []).extend(entered)
            if any(isinstance(duty, e.CaseCounterpartyDue) for duty in owed):
                self._other_side_due.add(decided.decision)
            made += (*facts.of(self.bench.stream, *owed), *facts.of(self._book(holder).stream, *entered))
        return (*made, *self._settled())

    def _settled(self) -> Facts:
        """The other side settled, once this case has a finding about it for every decision that asks for one."""
        standing = (*(decision.made for decision in self.case.standing), *self.decided)
        findings = {made.decision: made.finding for made in standing if made.finding is not None}
        due = [findings[number] for number in self._other_side_due]
        if not due or not all(any(_are_two_sides(one, other) for other in findings.values()) for one in due):
            return ()
        self._other_side_due.clear()
        event = e.CaseCounterpartySettled(
            occurred_at=self.stamp.at, cause=self.stamp.cause, case=self.bench.stream.uuid, reason=None
        )
        return facts.of(self.bench.stream, event)

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


def _are_two_sides(one: FindingMade, other: FindingMade) -> bool:
    """Another respondent, and not in the same role where the one has a role."""
    differs = other.respondent not in (None, one.respondent)
    return differs and (one.role is None or other.role != one.role)

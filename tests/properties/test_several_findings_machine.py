"""One case about three persons under any commands: what stands against each is what a plain reading says."""

from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from domain.cases.events import CaseDecided
from domain.commands import ReturnDecision
from domain.reporters.events import ReporterCreditWithdrawn, ReporterReportUpheld
from tests.support.examples import (
    ANN,
    BOB,
    CAT,
    account_of,
    appeal_decided,
    appealed,
    case_of,
    confirmed,
    corrected,
    item,
    measure,
    one,
    report,
    several,
)
from tests.support.machines import Machine

PERSONS = ("acc-1", "acc-2", "acc-3")
ONE = st.sampled_from(PERSONS)
SOME = st.lists(st.tuples(ONE, st.booleans()), min_size=1, max_size=3, unique_by=lambda each: each[0])
DECIDERS = st.sampled_from([ANN, BOB, CAT, "officer-dan"])


@dataclass
class Against:
    """A decision about a person: its measure, how its appeal stands, who took part, and whether it was taken back."""

    number: int
    person: str
    kind: str
    officers: set[str]
    appeal: str | None = None
    undone: bool = False


@dataclass
class Waiting:
    """Proposals of one command that wait for a second officer."""

    proposer: str
    asked: list[tuple[str, bool]] = field(default_factory=list)


class SeveralFindingsMachine(Machine):
    """The decisions about three persons in a list, and nothing more."""

    def __init__(self) -> None:
        super().__init__()
        self.decided: list[Against] = []
        self.numbers = 0
        self.waiting: Waiting | None = None
        self.acted: set[str] = set()

    @initialize()
    def open(self) -> None:
        """The report comes in."""
        self.given(report(), None)

    @property
    def standing(self) -> list[Against]:
        """What was not taken back."""
        return [each for each in self.decided if not each.undone]

    def about(self, person: str) -> list[Against]:
        """What stands against a person."""
        return [each for each in self.standing if each.person == person]

    @rule(who=st.sampled_from([ANN, BOB]), asked=SOME)
    def propose(self, who: str, asked: list[tuple[str, bool]]) -> None:
        """Findings about some of them, each with a mute or, where a second officer is needed, a ban."""
        findings = [one(person, severity="grave") if banned else one(person) for person, banned in asked]
        told = self.given(several(*findings).command, who)
        if any(self.about(person) for person, _ in asked):
            assert told == "already_decided"
            return
        if self.waiting is not None and self.waiting.proposer != who:
            assert told == "already_proposed"
            return
        assert told.count("case.decision_proposed.v1") == len(asked)
        self.acted.add(who)
        self.waiting = Waiting(who, asked)
        self.numbers += len(asked)
        if not any(banned for _, banned in asked):
            self.made(told)

    @rule(who=st.sampled_from([ANN, BOB]))
    def confirm(self, who: str) -> None:
        """A second officer confirms them all."""
        told = self.given(confirmed().command, who)
        if self.waiting is None:
            assert told == ("already_decided" if self.decided else "nothing_proposed")
        elif self.waiting.proposer == who:
            assert told == "same_officer"
        else:
            self.acted.add(who)
            self.made(told)

    @precondition(lambda self: self.waiting is not None)
    @rule(who=st.sampled_from([ANN, BOB]))
    def send_back(self, who: str) -> None:
        """A second officer returns them all."""
        told = self.given(ReturnDecision(case=item(), reason="x"), who)
        if self.waiting.proposer == who:
            assert told == "same_officer"
            return
        assert told == ["case.decision_returned.v1"] * len(self.waiting.asked)
        self.waiting = None
        self.acted.add(who)

    def made(self, told: list[str]) -> None:
        """Each has a decision, and nobody else has anything."""
        asked = self.waiting.asked
        assert told.count("case.decided.v1") == told.count("account.sanction_imposed.v1") == len(asked)
        for place, (person, banned) in enumerate(asked):
            number = self.numbers - len(asked) + place + 1
            self.decided.append(Against(number, person, "ban" if banned else "mute", set(self.acted)))
        self.waiting = None

    @rule(person=ONE)
    def lodge(self, person: str) -> None:
        """A person appeals."""
        told = self.given(appealed(account=person).command, person)
        found = self.about(person)
        if not self.standing:
            assert told == ("nothing_to_undo" if self.decided else "not_decided")
        elif not found:
            assert told == "not_the_respondent"
        elif found[0].appeal is not None:
            assert told == ("appeal_pending" if found[0].appeal == "pending" else "appeal_too_late")
        else:
            assert told == ["case.appeal_lodged.v1"]
            found[0].appeal = "pending"

    @rule(person=ONE, who=DECIDERS, outcome=st.sampled_from(["denied", "upheld", "reduced"]))
    def answer(self, person: str, who: str, outcome: str) -> None:
        """The appeal of a person is decided."""
        lesser = {"measure": measure("warn")} if outcome == "reduced" else {}
        told = self.given(appeal_decided(outcome, account=person, **lesser).command, who)
        found = [each for each in self.about(person) if each.appeal == "pending"]
        if not found:
            assert told == "no_appeal_pending"
        elif who in found[0].officers:
            assert told == "decider_took_part"
        elif outcome == "reduced" and found[0].kind == "warn":
            assert told == "not_milder"
        else:
            assert told[0] == f"case.appeal_{outcome}.v1"
            found[0].appeal = outcome
            found[0].undone = outcome == "upheld"
            found[0].kind = "warn" if outcome == "reduced" else found[0].kind

    @rule(person=ONE, who=DECIDERS, milder=st.booleans())
    def correct(self, person: str, who: str, milder: bool) -> None:  # noqa: FBT001 - drawn
        """The platform corrects what it decided about a person."""
        lesser = {"measure": measure("warn")} if milder else {}
        told = self.given(corrected(account=person, **lesser).command, who)
        found = self.about(person)
        if not self.standing:
            assert told == ("nothing_to_undo" if self.decided else "not_decided")
        elif not found:
            assert told == "decision_not_found"
        elif found[0].appeal == "pending":
            assert told == "appeal_pending"
        elif milder and found[0].kind == "warn":
            assert told == "not_milder"
        else:
            assert told[0] == "case.decision_corrected.v1"
            found[0].undone = not milder
            found[0].kind = "warn" if milder else found[0].kind
            found[0].officers |= {who} if milder else set()

    @invariant()
    def against_each_stands_what_belongs_to_them(self) -> None:
        """Entries of a person's record stand exactly as long as their own decision."""
        for person in PERSONS:
            account = self.service.states.account(account_of(person))
            standing = sorted(entry.kind for entry in account.entries if entry.lifted_at is None) if account else []
            assert standing == sorted(kind for each in self.about(person) for kind in ("content_removal", each.kind))

    @invariant()
    def each_finding_has_its_number_and_the_reporter_one_credit(self) -> None:
        """Decisions count on; credit is there exactly while anything stands."""
        made = [fact.event for fact in self.facts if isinstance(fact.event, CaseDecided)]
        assert [(event.decision, event.finding.respondent) for event in made] == [
            (each.number, each.person) for each in self.decided
        ]
        given = sum(isinstance(fact.event, ReporterReportUpheld) for fact in self.facts)
        taken = sum(isinstance(fact.event, ReporterCreditWithdrawn) for fact in self.facts)
        assert given - taken == bool(self.standing)
        case = self.service.states.case(case_of())
        assert case is None or case.is_final == (bool(self.standing) and self.waiting is None)


TestSeveralFindings = SeveralFindingsMachine.TestCase

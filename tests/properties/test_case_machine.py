"""One case under any commands by three officers: what becomes of each is what a plain reading of the rules says."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from domain.cases.events import CaseDecided
from domain.commands import AssignCase, MarkMajor, ReferCase, ReleaseCase, ReturnDecision, StartVerification
from domain.recorded import Role
from tests.support.examples import (
    ACCOUNT,
    ANN,
    BOB,
    CAT,
    appeal_decided,
    appealed,
    banned,
    case_of,
    confirmed,
    corrected,
    dismissed,
    item,
    measure,
    report,
    upheld,
)
from tests.support.machines import Machine

OFFICERS = st.sampled_from([ANN, BOB, CAT])
MUTE, WARN, BAN = (50, 1), (10, 0), (60, 0)


class CaseMachine(Machine):
    """The case, beside a handful of plain variables."""

    def __init__(self) -> None:
        super().__init__()
        self.holder: str | None = None
        self.verified = self.major = False
        self.acted: set[str] = set()
        self.proposer: str | None = None
        self.proposals = 0
        self.decided: str | None = None
        self.outcomes: list[str] = []
        self.judges: set[str] = set()
        self.sanction: str | None = None
        self.appeal: str | None = None
        self.undone = False

    @initialize()
    def open(self) -> None:
        """The first report comes in."""
        assert self.given(report(), None)[-1] == "case.opened.v1"

    @property
    def stands(self) -> bool:
        """Whether a decision stands: one that was taken back leaves the case as open as it was."""
        return self.decided is not None and not self.undone

    def before_decision(self, who: str) -> str | None:
        """Why an officer may not work on the case."""
        if self.stands:
            return "case_is_final"
        return "case_is_assigned_to_another" if self.holder not in (None, who) else None

    @rule(who=OFFICERS, to=OFFICERS, senior=st.booleans())
    def assign(self, who: str, to: str, senior: bool) -> None:  # noqa: FBT001 - drawn
        """The case is given to somebody."""
        told = self.given(AssignCase(case=item(), officer=to), who, Role.SENIOR_REVIEWER if senior else None)
        if self.stands:
            assert told == "case_is_final"
        elif self.holder == to:
            assert told == []
        elif self.holder not in (None, who) and not senior:
            assert told == "case_is_assigned_to_another"
        else:
            assert told == ["case.assigned.v1"]
            self.holder = to
            self.acted.add(who)

    @rule(who=OFFICERS)
    def release(self, who: str) -> None:
        """The case goes back to the queue."""
        told, refused = self.given(ReleaseCase(case=item()), who), self.before_decision(who)
        assert told == (refused or ([] if self.holder is None else ["case.released.v1"]))
        if refused is None and self.holder is not None:
            self.holder = None
            self.acted.add(who)

    @rule(who=OFFICERS)
    def verify(self, who: str) -> None:
        """The facts are being verified."""
        told, refused = self.given(StartVerification(case=item()), who), self.before_decision(who)
        assert told == (refused or ([] if self.verified else ["case.verification_started.v1"]))
        if refused is None and not self.verified:
            self.verified = True
            self.acted.add(who)

    @rule(who=OFFICERS)
    def mark(self, who: str) -> None:
        """The case is marked major."""
        told, refused = self.given(MarkMajor(case=item(), reason="x"), who), self.before_decision(who)
        assert told == (refused or ([] if self.major else ["case.marked_major.v1"]))
        if refused is None and not self.major:
            self.major = True
            self.acted.add(who)

    @rule(who=OFFICERS)
    def refer(self, who: str) -> None:
        """The case goes to another department."""
        told = self.given(ReferCase(case=item(), department="trust", reason="x"), who)
        refused = self.before_decision(who)
        assert told == (refused or ["case.referred.v1"])
        if refused is None:
            self.holder = None
            self.acted.add(who)

    @precondition(lambda self: not self.stands or self.minutes % 3 == 0)
    @rule(who=OFFICERS, how=st.sampled_from(["mute", "ban", "dismiss"]))
    def propose(self, who: str, how: str) -> None:
        """A decision is proposed, and made where one officer is enough."""
        command = {"mute": upheld, "ban": banned, "dismiss": dismissed}[how]().command
        told = self.given(command, who)
        if self.stands:
            assert told == "already_decided"
            return
        if self.holder not in (None, who):
            assert told == "case_is_assigned_to_another"
            return
        if self.proposer not in (None, who):
            assert told == "already_proposed"
            return
        assert told[0] == "case.decision_proposed.v1"
        self.proposals += 1
        self.acted.add(who)
        self.proposer = who
        if how == "ban":
            assert len(told) == 1
        else:
            self.made("dismissed" if how == "dismiss" else "upheld", how)

    @rule(who=OFFICERS)
    def confirm(self, who: str) -> None:
        """A second officer confirms."""
        told = self.given(confirmed().command, who)
        if self.outcomes and self.proposer is None:
            assert told == "already_decided"
        elif self.proposer is None:
            assert told == "nothing_proposed"
        elif self.proposer == who:
            assert told == "same_officer"
        else:
            assert told[0] == "case.decided.v1"
            self.acted.add(who)
            self.made("upheld", "ban")

    @rule(who=OFFICERS)
    def send_back(self, who: str) -> None:
        """A second officer returns the proposal."""
        told = self.given(ReturnDecision(case=item(), reason="x"), who)
        if self.proposer is None:
            assert told == "nothing_proposed"
        elif self.proposer == who:
            assert told == "same_officer"
        else:
            assert told == ["case.decision_returned.v1"]
            self.acted.add(who)
            self.proposer = None

    def made(self, outcome: str, how: str) -> None:
        """The decision stands, with no appeal against it yet."""
        self.decided, self.proposer, self.undone, self.appeal = outcome, None, False, None
        self.outcomes.append(outcome)
        self.judges = set(self.acted)
        self.sanction = None if outcome == "dismissed" else how

    @rule()
    def lodge(self) -> None:
        """The respondent appeals."""
        told = self.given(appealed().command, ACCOUNT)
        if self.decided is None:
            assert told == "not_decided"
        elif self.undone or self.decided == "dismissed":
            assert told == "nothing_to_undo"
        elif self.appeal is not None:
            assert told == ("appeal_pending" if self.appeal == "pending" else "appeal_too_late")
        else:
            assert told == ["case.appeal_lodged.v1"]
            self.appeal = "pending"

    @rule(who=st.sampled_from([ANN, BOB, CAT, "officer-dan"]), outcome=st.sampled_from(["denied", "upheld", "reduced"]))
    def decide_appeal(self, who: str, outcome: str) -> None:
        """The appeal is decided."""
        lesser = {"measure": measure("warn")} if outcome == "reduced" else {}
        told = self.given(appeal_decided(outcome, **lesser).command, who)
        if self.appeal != "pending":
            assert told == "no_appeal_pending"
        elif who in self.judges:
            assert told == "decider_took_part"
        elif outcome == "reduced" and self.sanction == "warn":
            assert told == "not_milder"
        else:
            assert told[0] == f"case.appeal_{outcome}.v1"
            self.appeal = outcome
            self.undone = outcome == "upheld"
            self.sanction = "warn" if outcome == "reduced" else self.sanction

    @rule(who=OFFICERS, milder=st.booleans())
    def correct(self, who: str, milder: bool) -> None:  # noqa: FBT001 - drawn
        """The platform corrects itself."""
        told = self.given(corrected(**({"measure": measure("warn")} if milder else {})).command, who)
        if self.decided is None:
            assert told == "not_decided"
        elif self.undone:
            assert told == "nothing_to_undo"
        elif self.appeal == "pending":
            assert told == "appeal_pending"
        elif milder and self.sanction is None:
            assert told == "nothing_to_undo"
        elif milder and self.sanction == "warn":
            assert told == "not_milder"
        else:
            assert told[0] == "case.decision_corrected.v1"
            self.undone = not milder
            self.sanction = "warn" if milder else self.sanction
            self.judges |= {who} if milder else set()

    @rule(who=OFFICERS)
    def look_back(self, who: str) -> None:
        """A command dated before everything else is too late."""
        told = self.given(StartVerification(case=item()), who, back=self.minutes + 1)
        assert told == "out_of_order"

    @invariant()
    def at_most_one_decision_stands(self) -> None:
        """One decision at a time, and its entries stand exactly as long as it does."""
        decisions = [fact.event for fact in self.facts if isinstance(fact.event, CaseDecided)]
        assert [event.outcome for event in decisions] == self.outcomes
        case = self.service.states.case(case_of())
        assert case is None or (case.officer, case.proposals) == (self.holder, self.proposals)
        standing = [entry.kind for entry in self.record() if entry.lifted_at is None]
        kinds = {None: [], "mute": ["content_removal", "mute"], "ban": ["ban", "content_removal"]}
        kinds["warn"] = ["content_removal", "warn"]
        assert sorted(standing) == (kinds[self.sanction] if self.stands else [])

    def record(self) -> list[object]:
        """The entries of the account."""
        from_account = next((fact.stream for fact in self.facts if fact.stream.kind == "account"), None)
        return [] if from_account is None else list(self.service.states.account(from_account).entries)


TestCases = CaseMachine.TestCase

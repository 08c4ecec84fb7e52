"""One account under decisions, appeals, corrections and time: counts and standing are those of a plain list."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from domain.accounts.events import AccountSanctionEnded, AccountSanctionImposed
from domain.accounts.state import Account
from domain.cases.events import CaseDecided
from domain.commands import EndSanction
from tests.support.examples import (
    ACCOUNT,
    ANN,
    CAT,
    account_of,
    appeal_decided,
    appealed,
    corrected,
    measure,
    report,
    upheld,
)
from tests.support.machines import Machine

POSTS = st.integers(0, 40)


@dataclass(frozen=True)
class Plain:
    """What one decision did."""

    at: datetime
    mute: int | None
    ended: bool = False
    undone: bool = False

    @property
    def ends(self) -> datetime | None:
        """When its mute is over."""
        return None if self.mute is None else self.at + timedelta(days=self.mute)


class AccountMachine(Machine):
    """Decisions by post, in a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.posts = 0
        self.decisions: dict[int, Plain] = {}
        self.appealed: set[int] = set()

    @rule(hours=st.integers(0, 40))
    def pass_time(self, hours: int) -> None:
        """Hours go by."""
        self.wait(hours * 60)

    @rule()
    def decide(self) -> None:
        """Another post is removed; the third in a day is muted for longer, counting the two before."""
        self.posts += 1
        self.given(report(f"post-{self.posts}", report=f"r-{self.posts}", reporter=None), None)
        day_before = self.now + timedelta(minutes=1) - timedelta(days=1)
        recent = [one for one in self.decisions.values() if not one.undone and one.at >= day_before]
        third = len(recent) >= 2
        told = self.given(upheld(content=f"post-{self.posts}").command, ANN)
        assert told[2:] == ["account.content_removed.v1", "account.sanction_imposed.v1"]
        decided = self.facts[-3].event
        assert isinstance(decided, CaseDecided)
        assert decided.ruling.rule == ("third-in-a-day" if third else "catalogue")
        assert len(decided.ruling.because) == (len(recent) if third else 0)
        self.decisions[self.posts] = Plain(self.now, 7 if third else 1)

    @rule(post=POSTS, milder=st.booleans())
    def appeal(self, post: int, milder: bool) -> None:  # noqa: FBT001 - drawn
        """A respondent appeals, with full or with some success."""
        standing = self.decisions.get(post)
        if standing is None or standing.undone or post in self.appealed:
            return
        assert self.given(appealed(content=f"post-{post}").command, ACCOUNT) == ["case.appeal_lodged.v1"]
        self.appealed.add(post)
        lesser = {"measure": measure("warn")} if milder and standing.mute else {}
        outcome = "reduced" if lesser else "upheld"
        told = self.given(appeal_decided(outcome, content=f"post-{post}", **lesser).command, CAT)
        assert told[0] == f"case.appeal_{outcome}.v1"
        self.decisions[post] = replace(standing, mute=None) if lesser else replace(standing, undone=True)

    @rule(post=POSTS)
    def correct(self, post: int) -> None:
        """The platform takes a decision back."""
        told = self.given(corrected(content=f"post-{post}").command, CAT)
        if post not in self.decisions:
            assert told == "case_not_found"
        elif self.decisions[post].undone:
            assert told == "nothing_to_undo"
        else:
            assert told[0] == "case.decision_corrected.v1"
            self.decisions[post] = replace(self.decisions[post], undone=True)

    @rule()
    def end(self) -> None:
        """The clock ends what is over."""
        told = self.given(EndSanction(account=ACCOUNT), None)
        over = {post for post, one in self.decisions.items() if self._is_over(one)}
        assert told == ["account.sanction_ended.v1"] * len(over)
        for post in over:
            self.decisions[post] = replace(self.decisions[post], ended=True)

    def _is_over(self, one: Plain) -> bool:
        return not one.undone and not one.ended and one.ends is not None and one.ends <= self.now

    @invariant()
    def what_stands_is_what_was_not_taken_back(self) -> None:
        """Counts, and the ends that are still to come."""
        account = self.service.states.account(account_of()) or Account()
        removals = [entry for entry in account.entries.of_kind("content_removal") if entry.lifted_at is None]
        standing = [one for one in self.decisions.values() if not one.undone]
        assert len(removals) == len(standing)
        assert len(account.open_ends) == sum(one.mute is not None and not one.ended for one in standing)
        mutes = [entry.at for entry in account.entries.of_kind("mute") if entry.lifted_at is None]
        assert sorted(mutes) == sorted(one.at for one in standing if one.mute is not None)

    @invariant()
    def every_reason_is_an_event_of_this_account(self) -> None:
        """What a sanction counted can be looked up, came before it, and nothing ends twice."""
        ids = {fact.event_id: fact.position for fact in self.facts if fact.stream == account_of()}
        for fact in self.facts:
            if isinstance(fact.event, AccountSanctionImposed):
                assert all(ids[reason] < fact.position for reason in fact.event.because)
        ended = [fact.event.sanction for fact in self.facts if isinstance(fact.event, AccountSanctionEnded)]
        assert len(ended) == len(set(ended))


TestAccounts = AccountMachine.TestCase

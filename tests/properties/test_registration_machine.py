"""Accounts, identities and bars under random commands: who may register is what a plain look at everything says."""

from collections import defaultdict

from hypothesis import strategies as st
from hypothesis.stateful import rule

from domain import list_commands as lists
from domain.command_values import IdentityShown
from domain.values import IdentityKind
from tests.support.examples import CAT, corrected, dealt, report
from tests.support.machines import Machine

ACCOUNTS = st.sampled_from(["acc-1", "acc-2", "acc-3", "acc-4"])
SHOWN = st.sets(st.sampled_from(["1", "2", "3"]), min_size=1, max_size=2).map(sorted)
POSTS = st.integers(0, 20)


class RegistrationMachine(Machine):
    """Everything in plain dictionaries, looked through as a whole for every attempt."""

    def __init__(self) -> None:
        super().__init__()
        self.registered: dict[str, list[str]] = {}
        self.holders: dict[str, set[str]] = defaultdict(set)
        self.bars: dict[int, str] = {}
        self.posts = 0

    @rule(account=ACCOUNTS)
    def bar(self, account: str) -> None:
        """A deal is found out: the account is barred, and with it everyone who holds it."""
        self.posts += 1
        about = report(f"post-{self.posts}", report=f"r-{self.posts}", reporter=None, respondent=account)
        self.given(about, None)
        told = self.given(dealt(content=f"post-{self.posts}").command)
        held = sum(account in accounts for accounts in self.holders.values())
        assert told.count("identity.barred.v1") == held
        self.bars[self.posts] = account

    @rule(post=POSTS)
    def lift(self, post: int) -> None:
        """A decision is taken back."""
        told = self.given(corrected(content=f"post-{post}").command, CAT)
        if post in self.bars:
            account = self.bars.pop(post)
            assert told.count("identity.bar_lifted.v1") == sum(account in held for held in self.holders.values())
        else:
            assert isinstance(told, str)

    @rule(account=ACCOUNTS, shown=SHOWN)
    def register(self, account: str, shown: list[str]) -> None:
        """An attempt: refused exactly when the account, or one held by an identity shown, is barred."""
        told = self.given(lists.RegisterAccount(account=account, identities=_shown(shown)), None)
        barred = set(self.bars.values())
        if account in self.registered:
            assert told == ([] if self.registered[account] == shown else "account_registered_before")
        elif account in barred or any(self.holders[each] & barred for each in shown):
            assert told == ["account.registration_refused.v1"]
        else:
            assert told == ["account.registered.v1", *["identity.account_tied.v1"] * len(shown)]
            self.registered[account] = shown
            self._hold(account, shown)

    @rule(account=ACCOUNTS, shown=SHOWN)
    def establish(self, account: str, shown: list[str]) -> None:
        """An investigation finds who holds an account."""
        new = [each for each in shown if account not in self.holders[each]]
        told = self.given(lists.EstablishIdentity(account=account, identities=_shown(shown)))
        bars = sum(barred == account for barred in self.bars.values())
        assert told.count("identity.account_tied.v1") == len(new)
        assert told.count("identity.barred.v1") == len(new) * bars
        self._hold(account, shown)

    def _hold(self, account: str, shown: list[str]) -> None:
        for each in shown:
            self.holders[each].add(account)


def _shown(numbers: list[str]) -> tuple[IdentityShown, ...]:
    return tuple(IdentityShown(kind=IdentityKind.PASSPORT, value=number) for number in numbers)


TestRegistrations = RegistrationMachine.TestCase

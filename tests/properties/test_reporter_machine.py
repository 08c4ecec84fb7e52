"""Reporters under decisions and their reversal: standing and coins are those of a plain ledger with a monthly cap."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from domain.reporters.state import Reporter, Reward
from tests.support.examples import CAT, DAY, corrected, dismissed, report, reporter_of, upheld
from tests.support.machines import Machine

NAMES = ("ming", "lan")
PEOPLE = st.sampled_from(NAMES)
CAP = 15
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class Booking:
    """Coins for one report on one post."""

    who: str
    post: int
    month: str
    coins: int
    standing: bool = True


class ReporterMachine(Machine):
    """Posts with their reporters, and what each earned."""

    def __init__(self) -> None:
        super().__init__()
        self.reports: dict[int, list[str]] = {}
        self.decided: dict[int, str] = {}
        self.malicious: dict[int, str] = {}
        self.undone: set[int] = set()
        self.bookings: list[Booking] = []

    @rule(post=st.integers(1, 6), who=PEOPLE)
    def file(self, post: int, who: str) -> None:
        """Somebody reports a post that is not decided yet."""
        if post in self.decided:
            return
        number = sum(map(len, self.reports.values()))
        self.given(report(f"post-{post}", report=f"r-{number}", reporter=who, respondent=f"acc-{post}"), None)
        self.reports.setdefault(post, []).append(who)

    @rule(days=st.integers(0, 20))
    def pass_time(self, days: int) -> None:
        """Days go by."""
        self.wait(days * DAY)

    @rule(post=st.integers(1, 6), outcome=st.sampled_from(["upheld", "dismissed"]), blame=st.booleans())
    def decide(self, post: int, outcome: str, blame: bool) -> None:  # noqa: FBT001 - drawn
        """A post is decided, perhaps with its first reporter found malicious."""
        if post in self.decided or post not in self.reports:
            return
        make = upheld if outcome == "upheld" else dismissed
        told = self.given(make(content=f"post-{post}", malicious=("R1",) if blame else ()).command)
        assert isinstance(told, list)
        self.decided[post] = outcome
        if blame:
            self.malicious[post] = self.reports[post][0]
        for who in dict.fromkeys(self.reports[post]) if outcome == "upheld" else ():
            if who != self.malicious.get(post):
                month = month_of(self.now)
                room = CAP - sum(
                    one.coins for one in self.bookings if (one.who, one.month) == (who, month) and one.standing
                )
                self.bookings.append(Booking(who, post, month, min(10, room)))

    @rule(post=st.integers(1, 6))
    def undo(self, post: int) -> None:
        """The platform takes a decision back."""
        told = self.given(corrected(content=f"post-{post}").command, CAT)
        if post in self.decided and post not in self.undone:
            assert told[0] == "case.decision_corrected.v1"
            self.undone.add(post)
            for one in self.bookings:
                one.standing = one.standing and one.post != post
        else:
            assert isinstance(told, str)

    @invariant()
    def coins_are_those_of_the_plain_ledger(self) -> None:
        """What was granted and not reversed, by month, and never above the cap."""
        for who in NAMES:
            state = self.service.states.reporter(reporter_of(who)) or Reporter()
            granted: dict[str, int] = {}
            for key, made in state.rewards.items():
                if key not in state.reversed_at:
                    granted[made.month] = granted.get(made.month, 0) + coins(made)
            expected: dict[str, int] = {}
            for one in self.bookings:
                if one.who == who and one.standing:
                    expected[one.month] = expected.get(one.month, 0) + one.coins
            assert granted == {month: expected.get(month, 0) for month in granted}
            assert all(granted.get(month, 0) == total <= CAP for month, total in expected.items())

    @invariant()
    def standing_is_what_decisions_that_stand_say(self) -> None:
        """Credited, dismissed and malicious reports; those of a decision taken back count no way."""
        for who in NAMES:
            state = self.service.states.reporter(reporter_of(who)) or Reporter()
            withdrawn = {report_id for report_id, _, _ in state.withdrawn}
            for outcome, keys in (("upheld", state.credited), ("dismissed", state.dismissed)):
                assert sum(key not in state.withdrawn for key in keys) == sum(
                    self.reports[post].count(who)
                    for post, how in self.decided.items()
                    if how == outcome and post not in self.undone and self.malicious.get(post) != who
                )
            assert sum(report_id not in withdrawn for report_id in state.malicious) == sum(
                self.reports[post].count(who)
                for post, blamed in self.malicious.items()
                if blamed == who and post not in self.undone
            )


def coins(made: Reward) -> int:
    """The coins of one booking."""
    return dict(made.granted).get("coins", 0)


def month_of(at: datetime) -> str:
    """The month on the platform's wall clock."""
    return at.astimezone(ZONE).strftime("%Y-%m")


TestReporters = ReporterMachine.TestCase

"""Whatever is sent and wherever processes are cut off, started beside each other or share out anew: each message
takes effect once, and each that cannot be taken is set aside once.
"""

from collections import Counter
from contextlib import suppress

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from caseledger.application.ports import LedgerUnavailable
from caseledger.application.topic_intake import TopicIntake
from consumers.messages import SinkFailed
from tests.support.spec import facts_in
from tests.support.taking_in import REPORTS, Platform, line

PARTITIONS = 2
PROCESSES_MAX = 3
NO_ROW = 1_000_000


class Intake(RuleBasedStateMachine):
    """A platform, its topic, and processes that come and go."""

    @initialize()
    def begin(self) -> None:
        """One process on an empty topic."""
        self.platform = Platform(PARTITIONS, row_max=NO_ROW)
        self.processes: list[TopicIntake] = [self.platform.intake()]
        self.sent: set[str] = set()
        self.poison: list[tuple[int, int]] = []

    @rule(number=st.integers(0, 5), partition=st.integers(0, PARTITIONS - 1))
    def send(self, number: int, partition: int) -> None:
        """A report, perhaps one that came before."""
        self.sent.add(f"r-{number}")
        self.platform.send(line(number), partition)

    @rule(partition=st.integers(0, PARTITIONS - 1), value=st.sampled_from([b"{", b"", b"\xff"]))
    def send_poison(self, partition: int, value: bytes) -> None:
        """A message that cannot be taken."""
        message = self.platform.send(value, partition, key=b"k")
        self.poison.append((partition, message.offset))

    @rule(who=st.integers(0, PROCESSES_MAX - 1))
    def turn(self, who: int) -> None:
        """A process has its turn."""
        self.processes[who % len(self.processes)].turn(0)

    @rule(who=st.integers(0, PROCESSES_MAX - 1), cut=st.sampled_from(["before", "after"]), dies=st.booleans())
    def cut_off_at_the_ledger(self, who: int, cut: str, *, dies: bool) -> None:
        """A process is cut off around its append, or goes on after it was told that it is unknown."""
        self.platform.ledger.cut = cut
        self._cut_off(who, dies=dies)
        self.platform.ledger.cut = None

    @rule(who=st.integers(0, PROCESSES_MAX - 1), cut=st.sampled_from(["before", "within", "after"]), dies=st.booleans())
    def cut_off_at_the_refused_topic(self, who: int, cut: str, *, dies: bool) -> None:
        """A process is cut off while it sets messages aside."""
        self.platform.aside.cut = cut
        self._cut_off(who, dies=dies)
        self.platform.aside.cut = None

    @rule(who=st.integers(0, PROCESSES_MAX - 1), dies=st.booleans(), cut=st.sampled_from([None, "before", "after"]))
    def sleep_before_the_refused_topic(self, who: int, cut: str | None, *, dies: bool) -> None:
        """A process stands still before it sets messages aside; another has its partitions, and perhaps dies too."""
        asleep = self.processes[who % len(self.processes)]

        def others() -> None:
            asleep._topics.source.close()  # noqa: SLF001 - the group took it for dead
            rival = self.platform.intake(beside=True)
            self.platform.ledger.cut = cut
            with suppress(LedgerUnavailable):
                rival.turn(0)
            self.platform.ledger.cut = None
            rival.close()

        self.platform.aside.asleep = others
        self._cut_off(who, dies=dies)
        self.platform.aside.asleep = None

    @precondition(lambda self: len(self.processes) < PROCESSES_MAX)
    @rule()
    def start(self) -> None:
        """One more process, and everything is shared out anew."""
        self.processes.append(self.platform.intake(beside=True))

    @precondition(lambda self: len(self.processes) > 1)
    @rule()
    def stop(self) -> None:
        """One ends in good order."""
        self.processes.pop(0).close()

    @rule()
    def forget_what_the_group_committed(self) -> None:
        """As an operator may."""
        self.platform.topics.committed.clear()

    @invariant()
    def nothing_is_doubled(self) -> None:
        """At any moment."""
        if not hasattr(self, "platform"):
            return
        assert all(count == 1 for count in Counter(self.platform.received()).values())
        assert all(count == 1 for count in Counter(self.platform.refused()).values())

    def teardown(self) -> None:
        """In the end all is there."""
        if not hasattr(self, "platform"):
            return
        last = self.platform.intake()
        while last.turn(0) or not last.is_at_end():
            pass
        assert set(self.platform.received()) == self.sent
        assert sorted(self.platform.refused()) == sorted(self.poison)
        logs = self.platform.topics.logs[REPORTS]
        assert [self.platform.tracked(each) for each in range(PARTITIONS)] == [
            len(log) - 1 if log else None for log in logs
        ]
        places = [(fact.stream, fact.version) for fact in facts_in(self.platform.service)]
        assert len(places) == len(set(places))

    def _cut_off(self, who: int, *, dies: bool) -> None:
        at = who % len(self.processes)
        process = self.processes[at]
        try:
            process.turn(0)
        except (LedgerUnavailable, SinkFailed):
            if dies:
                process.close()
                self.processes[at] = self.platform.intake(beside=True)
            else:
                process.rewind()


TestIntakeCutOff = Intake.TestCase
TestIntakeCutOff.settings = settings(stateful_step_count=30)

"""A platform whose topic of reports is taken in, in memory, with the parts where a process can be cut off."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from caseledger.application.ports import LedgerUnavailable
from caseledger.application.topic_intake import TopicIntake, Topics
from consumers.inbound import Inbound
from consumers.messages import Headers, Message, Outgoing, SinkFailed, source_name
from consumers.refusals import OFFSET, PARTITION
from domain.reports.events import ReportReceived
from schemas.registry import published
from tests.support.example_pack import PLATFORM
from tests.support.examples import minute, report
from tests.support.fakes import MemoryLedger
from tests.support.memory_topics import MemoryAside, MemorySource, MemoryTail, MemoryTopics
from tests.support.spec import facts_in, fresh_service, service_over

REPORTS = f"{PLATFORM}.reports"
REFUSED = f"{PLATFORM}.reports.refused"
ROW_MAX = 5


class CutOff(LedgerUnavailable):
    """The process ended here, as far as the test goes."""


class Ledger(MemoryLedger):
    """Can be cut off before or after an append takes effect, and lets a rival come first."""

    def __init__(self) -> None:
        super().__init__()
        self.cut: str | None = None
        self.unreadable = False
        self.rivals: list[Callable[[], object]] = []

    def read(self, stream: UUID, after: int = 0) -> Sequence[StoredEvent]:
        if self.unreadable:
            raise CutOff
        return super().read(stream, after)

    def append_tracked(self, events: Sequence[StoredEvent], tracking: Mapping[str, int]) -> range:
        if self.rivals:
            self.rivals.pop(0)()
        cut, self.cut = self.cut, None
        if cut == "before":
            raise CutOff
        written = super().append_tracked(events, tracking)
        if cut == "after":
            raise CutOff
        return written


class Cuts:
    """Where the next message that is set aside fails."""

    cut: str | None = None
    asleep: Callable[[], object] | None = None
    """What happens between the claim and what is put under it."""


class Aside(MemoryAside):
    """Can fail before, in the middle of or after what it does, and sleep before it."""

    def __init__(self, topics: MemoryTopics, cuts: Cuts) -> None:
        super().__init__(topics, REFUSED)
        self._cuts = cuts

    def put(self, partition: int, messages: Sequence[Outgoing]) -> None:
        asleep, self._cuts.asleep = self._cuts.asleep, None
        if asleep is not None:
            asleep()
        cut, self._cuts.cut = self._cuts.cut, None
        if cut is None:
            super().put(partition, messages)
            return
        super().put(partition, messages[: {"before": 0, "within": len(messages) // 2, "after": len(messages)}[cut]])
        raise SinkFailed(cut)


class Counts:
    """A meter that can be asked."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.lag: dict[int, int] = {}
        self.partitions: set[int] = set()

    def consumed(self, outcome: str, reports: int = 1) -> None:
        """Reports by what became of them."""
        self.outcomes[outcome] += reports

    def set_aside(self, reason: str) -> None:
        """Poison by code."""
        self.reasons[reason] += 1

    def assigned(self, partitions: Collection[int]) -> None:
        """Those of now."""
        self.partitions = set(partitions)

    def behind(self, partition: int, records: int) -> None:
        """What waits."""
        self.lag[partition] = records


class Platform:
    """The example platform with its topics and its ledger."""

    def __init__(self, partitions: int = 1, *, row_max: int = ROW_MAX) -> None:
        self._row_max = row_max
        self.topics = MemoryTopics()
        self.topics.make(REPORTS, partitions)
        self.topics.make(REFUSED, 1)
        self.ledger = Ledger()
        self.service = fresh_service(ledger=self.ledger)
        self.aside = Cuts()
        self.counts = Counts()

    def intake(self, *, beside: bool = False) -> TopicIntake:
        """A new process that takes the topic in: beside those there are, or after they are dead and found to be."""
        if not beside:
            self.topics.members["intake"].clear()
        service = service_over(self.ledger)
        source = MemorySource(self.topics, REPORTS, "intake", self.tracked, joins=False)
        return TopicIntake(
            PLATFORM,
            self.ledger,
            lambda _request: service,
            Topics(REPORTS, REFUSED, source, Aside(self.topics, self.aside), MemoryTail(self.topics, REFUSED)),
            Inbound(published()),
            self.counts,
            poison_row_max=self._row_max,
        )

    def tracked(self, partition: int = 0) -> int | None:
        """How far a partition was taken in."""
        return self.ledger.tracked(source_name(REPORTS, partition))

    def send(
        self, value: bytes | None, partition: int | None = None, key: bytes | None = None, headers: Headers = ()
    ) -> Message:
        """One message on the topic."""
        return self.topics.put(REPORTS, value, partition=partition, key=key, headers=headers)

    def received(self) -> list[str]:
        """The ids of all reports in the ledger, in order."""
        return [fact.event.report for fact in facts_in(self.service) if isinstance(fact.event, ReportReceived)]

    def refused(self) -> list[tuple[int, int]]:
        """Partition and offset of every message that was set aside."""
        return [_place(message) for message in self.topics.held(REFUSED)]


def line(number: int = 0, minutes: float = 0, **fields: object) -> bytes:
    """A report as JSON."""
    command = report(f"post-{number % 3}", report=f"r-{number}", **fields)
    body = command.model_dump(mode="json", exclude_defaults=True)
    return json.dumps({**body, "at": minute(minutes).isoformat()}).encode()


def _place(message: Message) -> tuple[int, int]:
    partition, offset = message.header(PARTITION), message.header(OFFSET)
    assert partition is not None
    assert offset is not None
    return int(partition), int(offset)

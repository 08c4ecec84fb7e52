"""A topic of reports is taken into a platform's ledger: in chunks, each with its offsets whole or not at all.

Every message takes effect once: an append holds the events of a chunk and the offsets that it was read up to, the
ledger takes no offset twice, and reading begins behind the recorded ones. Who was slow, cut off or started twice
collides and changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import structlog

from caseledger.application.chunk import Chunk, Fate
from caseledger.application.lines import LineRefused, request_of
from caseledger.application.ports import AppendConflicts, Ledger, LedgerUnavailable, SourceAhead
from caseledger.application.requests import Request
from caseledger.application.service import Service
from caseledger.application.setting_aside import SettingAside
from consumers.inbound import Inbound
from consumers.messages import Aside, Message, Poison, Source, Superseded, Tail, source_name
from domain.errors import Refused

CHUNK_MESSAGES_MAX: Final = 1_000
CHUNK_BYTES_MAX: Final = 250_000
"""Messages of one append, and their bytes. Larger ones save little: reading an event back costs its whole append."""

CHUNK_EVENT_BYTES_MAX: Final = 1_000_000
"""Event data after which a chunk is written. One report adds less than this once more; an append holds 8,000,000."""

ATTEMPTS_MAX: Final = 5
"""How often a chunk is decided anew when another writer came first."""

POISON: Final = "poison"

COMMAND: Final = "file_report"

log = structlog.get_logger(__name__)


class Meter(Protocol):
    """Told what happens on one platform, for whoever watches."""

    def consumed(self, outcome: str, reports: int = 1) -> None:
        """So many reports had this outcome: a `Fate`."""

    def set_aside(self, reason: str) -> None:
        """A message was refused; the reason is a code."""

    def assigned(self, partitions: Collection[int]) -> None:
        """These partitions are read here now."""

    def behind(self, partition: int, records: int) -> None:
        """So many messages of the partition are known to wait."""


class TooMuchPoison(Exception):  # noqa: N818 - named as the sentence it says
    """So many messages in a row could not be taken that the fault is hardly theirs; the reason says what was kept."""


@dataclass(frozen=True, slots=True)
class Topics:
    """What a topic of reports is read from, and how what cannot be taken is set aside and found again."""

    reports: str
    refused: str
    source: Source
    aside: Aside
    tail: Tail


@dataclass(slots=True)
class _Read:
    """A message as it was read: what it asks for, or why it can never be taken."""

    message: Message
    asked: Request | Poison


@dataclass(slots=True)
class _Plan:
    """A chunk as it was decided; `too_much` is set where a row of poison behind it ends everything."""

    chunk: Chunk
    fates: list[Fate | Poison] = field(default_factory=list)
    too_much: TooMuchPoison | None = None


class TopicIntake:
    """Takes in the reports of one platform's topic."""

    def __init__(
        self,
        platform: str,
        ledger: Ledger,
        service_for: Callable[[Request], Service],
        topics: Topics,
        inbound: Inbound,
        meter: Meter,
        *,
        poison_row_max: int,
    ) -> None:
        """Nothing is read before the first turn."""
        self.platform = platform
        self._ledger = ledger
        self._service_for = service_for
        self._topics = topics
        self._inbound = inbound
        self._meter = meter
        self._poison_row_max = poison_row_max
        self._row = 0
        self._assigned: set[int] = set()
        self._recorded: dict[int, int] = {}
        self._aside = SettingAside(platform, topics.reports, topics.refused, topics.aside, topics.tail)

    def turn(self, wait_s: float) -> int:
        """Take in what is there, waiting at most so long for it; the number of messages.

        Raises `TooMuchPoison`, `SourceCut`, or, when it may be tried again after `rewind`: `LedgerUnavailable`,
        `OutcomeUnknown`, `SourceFailed`, `SinkFailed`.
        """
        polled = self._topics.source.poll(wait_s)
        for partition in polled.assigned:
            self._forget(partition)
        if not polled.messages:
            self._tell_lag()
            return 0
        try:
            self._take_all(polled.messages)
        except (SourceAhead, Superseded) as ahead:
            log.warning("partition_taken_in_elsewhere", platform=self.platform, reason=str(ahead))
            self.rewind()
        self._tell_lag()
        return len(polled.messages)

    def rewind(self) -> None:
        """Forget what was read ahead, and begin again behind what the ledger recorded."""
        for partition in tuple(self._recorded):
            self._forget(partition)
        self._topics.source.rewind()

    def is_at_end(self) -> bool:
        """Whether the partitions were given out, and everything was read that was there."""
        return self._topics.source.is_at_end()

    def close(self) -> None:
        """Give the partitions back, and let go of what sets messages aside."""
        self._topics.source.close()
        self._aside.close()

    def _tell_lag(self) -> None:
        lag = self._topics.source.lag()
        if lag.keys() != self._assigned:
            self._assigned = set(lag)
            self._meter.assigned(self._assigned)
        for partition, count in lag.items():
            self._meter.behind(partition, count)

    def _take_all(self, messages: Sequence[Message]) -> None:
        self._meet({message.partition for message in messages})
        read = [self._read(message) for message in messages if message.offset > self._recorded[message.partition]]
        done = 0
        while done < len(read):
            done += self._take(read[done : done + _fitting(read, done)])

    def _meet(self, partitions: set[int]) -> None:
        """Find out how far new partitions were taken in, and what of them was refused without being recorded."""
        new = partitions - self._recorded.keys()
        if not new:
            return
        recorded = {partition: self._tracked(partition) for partition in new}
        self._aside.meet(recorded)
        self._recorded |= recorded

    def _tracked(self, partition: int) -> int:
        recorded = self._ledger.tracked(source_name(self._topics.reports, partition))
        return -1 if recorded is None else recorded

    def _forget(self, partition: int) -> None:
        self._recorded.pop(partition, None)
        self._aside.forget(partition)

    def _read(self, message: Message) -> _Read:
        try:
            request = request_of(self._inbound.line(message), command=COMMAND, platform=self.platform, known=(COMMAND,))
        except Poison as poison:
            return _Read(message, poison)
        except LineRefused as refusal:
            codes = dict.fromkeys(fault.code for fault in refusal.faults)
            return _Read(message, Poison(str(refusal), *codes))
        if request.platform != self.platform:
            return _Read(message, Poison(f"is not for {self.platform}", "platform_differs"))
        return _Read(message, request)

    def _take(self, read: Sequence[_Read]) -> int:
        """Have the first messages take effect as one chunk; how many they were."""
        for _ in range(ATTEMPTS_MAX):
            plan = self._decide(read)
            count = len(plan.fates)
            if not self._set_aside(read, plan):
                continue
            tracking = {each.message.source: each.message.offset for each in read[:count]}
            try:
                written = plan.chunk.write(tracking) if tracking else range(0)
            except AppendConflicts as conflict:
                log.info("chunk_decided_again", platform=self.platform, reason=str(conflict))
                continue
            self._took(read[:count], plan, len(written))
            if plan.too_much is not None:
                raise plan.too_much
            return count
        raise LedgerUnavailable(f"not written: {ATTEMPTS_MAX} times another writer came first")

    def _decide(self, read: Sequence[_Read]) -> _Plan:
        plan = _Plan(Chunk(self._ledger))
        try:
            self._decide_each(read, plan)
        except BaseException:
            plan.chunk.drop()
            raise
        return plan

    def _decide_each(self, read: Sequence[_Read], plan: _Plan) -> None:
        asked = [self._asked(each) for each in read]
        requests = [each for each in asked if isinstance(each, Request)]
        if requests:
            plan.chunk.prepare(self._service_for(requests[0]), requests)
        row = self._row
        for place, each in enumerate(asked):
            fate = self._fate(plan.chunk, each)
            row = row + 1 if isinstance(fate, Poison) else 0
            plan.fates.append(fate)
            if row >= self._poison_row_max:
                first = max(place + 1 - row, 0)
                plan.too_much = self._too_much(read[first : place + 1], plan.fates[first:])
                del plan.fates[first:]
                return
            if plan.chunk.size_bytes >= CHUNK_EVENT_BYTES_MAX:
                return

    def _asked(self, read: _Read) -> Request | Poison:
        """What was refused once stays refused."""
        before = self._aside.before(read.message)
        return read.asked if before is None else Poison("refused before", *before)

    def _fate(self, chunk: Chunk, asked: Request | Poison) -> Fate | Poison:
        if isinstance(asked, Poison):
            return asked
        service = self._service_for(asked)
        try:
            return chunk.decide(service, asked)
        except Refused as refusal:
            return Poison(refusal.reason, refusal.code)

    def _set_aside(self, read: Sequence[_Read], plan: _Plan) -> bool:
        """Have what cannot be taken acknowledged by the topic of refused messages, unless it is there already.

        False where somebody else turned out to have done so meanwhile: then nothing was done, and the plan is void.
        """
        found = [
            (each.message, fate)
            for each, fate in zip(read, plan.fates, strict=False)
            if isinstance(fate, Poison) and self._aside.before(each.message) is None
        ]
        if not found:
            return True
        try:
            self._check_ours({message.partition for message, _ in found})
            done = self._aside.put(found, self._recorded)
        except BaseException:
            plan.chunk.drop()
            raise
        if not done:
            plan.chunk.drop()
        return done

    def _check_ours(self, partitions: set[int]) -> None:
        """Nothing is set aside for a partition that was taken in further by somebody else meanwhile."""
        for partition in partitions:
            if self._tracked(partition) != self._recorded[partition]:
                raise SourceAhead(f"{source_name(self._topics.reports, partition)} was taken in by somebody else")

    def _took(self, read: Sequence[_Read], plan: _Plan, events: int) -> None:
        """Remember what took effect, and tell of it."""
        upto: dict[int, int] = {}
        counts: Counter[str] = Counter()
        for each, fate in zip(read, plan.fates, strict=True):
            upto[each.message.partition] = each.message.offset
            if isinstance(fate, Poison):
                self._row += 1
                counts[POISON] += 1
                self._meter.set_aside(fate.codes[0])
            else:
                self._row = 0
                counts[fate] += 1
        for partition, offset in upto.items():
            self._recorded[partition] = offset
            self._aside.taken(partition, offset)
        self._topics.source.settle(upto)
        for outcome, count in counts.items():
            if outcome != POISON:
                self._meter.consumed(outcome, count)
        log.info("chunk_taken", platform=self.platform, events=events, upto=upto, **counts)

    def _too_much(self, row: Sequence[_Read], fates: Sequence[object]) -> TooMuchPoison:
        codes = Counter(fate.codes[0] for fate in fates if isinstance(fate, Poison))
        told = ", ".join(f"{code} ({count})" for code, count in codes.most_common())
        first = row[0].message
        return TooMuchPoison(
            f"{self._poison_row_max} messages in a row cannot be taken: {told}; stopped before offset {first.offset} "
            f"of {first.source}. Everything before is in the ledger or in {self._topics.refused}; what follows was "
            "left where it is. Mend what sends them and start again, or set CASELEDGER_CONSUME_POISON_ROW_MAX higher "
            "to have them set aside"
        )


def _fitting(read: Sequence[_Read], first: int) -> int:
    """How many messages from this one on are one chunk."""
    size = 0
    for count, each in enumerate(read[first : first + CHUNK_MESSAGES_MAX]):
        size += len(each.message.value or b"")
        if count and size > CHUNK_BYTES_MAX:
            return count
    return min(CHUNK_MESSAGES_MAX, len(read) - first)

"""What cannot be taken is set aside, each message once, whoever else has or had its partition."""

from collections.abc import Mapping, Sequence

import structlog

from consumers.messages import Aside, Message, Poison, Tail
from consumers.refusals import Codes, already_refused, refusal

log = structlog.get_logger(__name__)


class SettingAside:
    """Of one platform's topic of reports, as far as it is read here."""

    def __init__(self, platform: str, reports: str, refused: str, aside: Aside, tail: Tail) -> None:
        """Bind the two topics, and how the second one is written and looked at."""
        self._platform = platform
        self._reports = reports
        self._topic = refused
        self._aside = aside
        self._tail = tail
        self._refused: dict[int, dict[int, Codes]] = {}

    def meet(self, recorded: Mapping[int, int]) -> None:
        """Find out what was refused of new partitions above the recorded offset (-1 for none)."""
        self._refused |= already_refused(self._tail, self._reports, recorded)

    def forget(self, partition: int) -> None:
        """It is somebody else's, or is met again."""
        self._refused.pop(partition, None)

    def before(self, message: Message) -> Codes | None:
        """Why it was refused before, if it was."""
        return self._refused[message.partition].get(message.offset)

    def put(self, found: Sequence[tuple[Message, Poison]], recorded: Mapping[int, int]) -> bool:
        """Have these acknowledged by the topic of refused messages, but those that are there already.

        False where somebody else turned out to have set something aside meanwhile: then nothing was done, and all has
        to be decided again. Raises `Superseded`, `SinkFailed`, `SourceFailed`.
        """
        if self._claim({message.partition: recorded[message.partition] for message, _ in found}):
            return False
        for partition in {message.partition for message, _ in found}:
            ours = [each for each in found if each[0].partition == partition]
            self._aside.put(partition, [refusal(self._topic, *each) for each in ours])
        for message, poison in found:
            self._refused[message.partition][message.offset] = poison.codes
            log.warning(
                "message_refused",
                platform=self._platform,
                codes=poison.codes,
                source=message.source,
                offset=message.offset,
            )
        return True

    def taken(self, partition: int, offset: int) -> None:
        """What was refused up to this offset is recorded, and need not be known any more."""
        later = {each: codes for each, codes in self._refused[partition].items() if each > offset}
        self._refused[partition] = later

    def close(self) -> None:
        """Let go of the topic."""
        self._aside.close()

    def _claim(self, recorded: Mapping[int, int]) -> bool:
        """Shut out whoever had these partitions before; whether something was refused since the last look."""
        met = {each: offset for each, offset in recorded.items() if self._aside.claim(each)}
        if not met:
            return False
        found = already_refused(self._tail, self._reports, met)
        news = any(found[each].keys() - self._refused[each].keys() for each in met)
        for each, codes in found.items():
            self._refused[each] = {**self._refused[each], **codes}
        return news

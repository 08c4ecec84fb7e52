"""Messages that cannot be taken are set aside: unchanged, with the reason, and each once whatever happens between.

A refused message is acknowledged by its topic before the append that records its offset. A crash between the two leaves
it there with nothing recorded. So whoever is given a partition looks first at what the topic of refused messages holds
of it above the recorded offset: those are refused already, are not decided again, and not put there again.

Whoever was given the partition before may only stand still, with messages on their way to that topic. So whoever sets
something aside claims the partition first, which shuts out everybody who claimed it before, and looks once more.

The look goes back from the end, further each time, until it meets a message of the partition at or below the recorded
offset, or the beginning, or the bound. Of one partition a crash can leave at most one chunk unrecorded, and the
messages stand in rising order, so a look that meets an older one has seen them all.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from consumers.messages import Message, Outgoing, Poison, Tail

CODES: Final = "refused-codes"
REASON: Final = "refused-reason"
TOPIC: Final = "refused-topic"
PARTITION: Final = "refused-partition"
OFFSET: Final = "refused-offset"
TIMESTAMP: Final = "refused-timestamp-ms"
NO_VALUE: Final = "refused-without-value"
OURS: Final = frozenset({CODES, REASON, TOPIC, PARTITION, OFFSET, TIMESTAMP, NO_VALUE})
"""Headers of a refused message, beside its own. Permanent: whoever mends and sends again reads them."""

REASON_BYTES_MAX: Final = 1_000
"""A longer reason is cut; the bytes themselves are there to be looked at."""

LOOKS: Final = (1_000, 10_000, 100_000)
"""How many messages of each partition a look goes back, one look after another."""

log = structlog.get_logger(__name__)


def refusal(topic: str, message: Message, poison: Poison) -> Outgoing:
    """The message as it is set aside: key, value and headers unchanged, the reason and its place beside them."""
    told = {
        CODES: ",".join(poison.codes).encode(),
        REASON: poison.reason.encode()[:REASON_BYTES_MAX],
        TOPIC: message.topic.encode(),
        PARTITION: str(message.partition).encode(),
        OFFSET: str(message.offset).encode(),
        TIMESTAMP: str(message.timestamp_ms).encode(),
    }
    value = message.value
    if value is None and message.key is None:
        told[NO_VALUE] = b"true"  # a message needs one of the two
        value = b""
    kept = tuple(header for header in message.headers if header[0] not in OURS)
    return Outgoing(topic, message.key, value, (*told.items(), *kept))


Codes = tuple[str, ...]


def already_refused(tail: Tail, topic: str, recorded: Mapping[int, int]) -> dict[int, dict[int, Codes]]:
    """What was refused before above the recorded offset (-1 for none) of each of these partitions: codes by offset."""
    found: dict[int, dict[int, Codes]] = {}
    for count in LOOKS:
        messages, whole = tail.last(count)
        found, met = _seen(messages, topic, recorded)
        if whole or met == recorded.keys():
            return found
    log.warning("refused_topic_not_read_whole", topic=topic, messages=LOOKS[-1])
    return found


def _seen(
    messages: Sequence[Message], topic: str, recorded: Mapping[int, int]
) -> tuple[dict[int, dict[int, Codes]], set[int]]:
    """What stands above the recorded offsets, and the partitions of which a message at or below was met."""
    above: dict[int, dict[int, Codes]] = {partition: {} for partition in recorded}
    met: set[int] = set()
    for message in messages:
        place = _place(message)
        if place is None or place[0] != topic or place[1] not in recorded:
            continue
        _, partition, offset = place
        if offset > recorded[partition]:
            codes = (message.header(CODES) or b"").decode("utf-8", "replace")
            above[partition][offset] = tuple(codes.split(","))
        else:
            met.add(partition)
    return above, met


def _place(message: Message) -> tuple[str, int, int] | None:
    """Topic, partition and offset that a refused message came from; none for what somebody else put there."""
    topic, partition, offset = (message.header(name) for name in (TOPIC, PARTITION, OFFSET))
    if topic is None or partition is None or offset is None or not (partition.isdigit() and offset.isdigit()):
        return None
    return topic.decode("utf-8", "replace"), int(partition), int(offset)

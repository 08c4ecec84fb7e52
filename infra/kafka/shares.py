"""Messages in parts that fit into a request or a batch."""

from collections.abc import Iterator, Sequence
from typing import Final

from consumers.messages import Outgoing

HEADER_BYTES: Final = 32
"""More than a header takes beside its name and its value."""


def shares(messages: Sequence[Outgoing], bytes_max: int, messages_max: int) -> Iterator[Sequence[Outgoing]]:
    """The messages in order, in parts of bounded number and size; one that is larger by itself is a part of its own."""
    first = total = 0
    for place, message in enumerate(messages):
        size = size_of(message)
        if place > first and (total + size > bytes_max or place - first == messages_max):
            yield messages[first:place]
            first, total = place, 0
        total += size
    if messages:
        yield messages[first:]


def size_of(message: Outgoing) -> int:
    """About its bytes."""
    headers = sum(HEADER_BYTES + len(name) + len(value) for name, value in message.headers)
    return len(message.key or b"") + len(message.value or b"") + headers

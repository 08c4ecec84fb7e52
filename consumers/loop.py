"""The loop of every consumer: take a batch, have it take effect, and only then remember how far it came."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

M = TypeVar("M")


def consume(
    messages: Iterable[M],
    handle: Callable[[Sequence[M]], None],
    settle: Callable[[M], None],
    *,
    batch_max: int,
) -> int:
    """Hand all messages on in batches; the number handled.

    `settle` gets the last message of a batch after `handle` returned: handled first, remembered second, so a crash in
    between only repeats what takes effect once. What `handle` raises stops the loop with the batch unsettled.
    """
    count = 0
    for batch in batches(messages, batch_max):
        handle(batch)
        settle(batch[-1])
        count += len(batch)
    return count


def batches(messages: Iterable[M], batch_max: int) -> Iterator[Sequence[M]]:
    """The messages in lists of at most `batch_max`."""
    source = iter(messages)
    while batch := list(islice(source, batch_max)):
        yield batch

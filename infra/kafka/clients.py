"""Consumers and producers of kafka-python, made so that one that cannot be connected leaves nothing behind."""

from collections.abc import Callable
from typing import Any, TypeVar

from kafka.net.compat import KafkaNetClient

C = TypeVar("C")


def connected(kind: Callable[..., C], **options: Any) -> C:  # noqa: ANN401 - the library's configuration
    """A client of this kind. Raises as it does when it cannot be connected; its thread and sockets are gone then."""
    made: list[Any] = []

    def client(**config: Any) -> Any:  # noqa: ANN401 - as above
        made.append(KafkaNetClient(**config))
        return made[-1]

    try:
        return kind(**options, kafka_client=client)
    except BaseException:
        for each in made:
            each.close()
        raise

"""An answer taken off a connection while kafka-python's event loop runs, so that others can be asked meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka.future import Future
from kafka.net.transport import KafkaTCPTransport

from infra.journal.kafka_frames import Exchange, NoAnswerError


class _Receiver:
    """Stands where the connection stands for its transport, until the answer is whole."""

    _sensors = None

    def __init__(self, exchange: Exchange, owner: Any) -> None:  # noqa: ANN401 - kafka-python's connection has no types
        self.answered = Future()
        self._exchange = exchange
        self._owner = owner

    def data_received(self, data: bytes) -> None:
        """What is behind the answer is of requests that the connection itself sent after ours."""
        behind = self._exchange.take(data)
        if self._exchange.is_answered and not self.answered.is_done:
            self.answered.success(None)
        if behind:
            self._owner.data_received(behind)

    def connection_lost(self, error: Exception | None) -> None:
        """Nothing more comes."""
        if not self.answered.is_done:
            self.answered.failure(NoAnswerError(f"the connection ended: {error}"))
        self._owner.connection_lost(error)


@contextmanager
def received(transport: KafkaTCPTransport, exchange: Exchange) -> Iterator[Future]:
    """Done when the exchange is answered, or its connection is lost, while the event loop runs.

    What was not sent of the request yet goes out first; without this, the loop would take the answer for another's.
    """
    owner = transport.get_protocol()
    receiver = _Receiver(exchange, owner)
    transport.set_protocol(receiver)
    if exchange.unsent:
        transport.write(bytes(exchange.unsent))
        exchange.unsent = memoryview(b"")
    try:
        yield receiver.answered
    finally:
        if transport.get_protocol() is receiver:
            transport.set_protocol(owner)

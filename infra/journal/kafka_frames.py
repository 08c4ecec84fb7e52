"""The bytes of a record batch and of a produce request, and their exchange over an open connection.

Packed here because kafka-python's general encoders and its event loop cost several times what the broker does; the
tests hold both to the same bytes. Formats: Apache Kafka's documentation, "Record Batch" and "Produce API", version 8.
"""

import select
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from struct import Struct
from typing import Final, NamedTuple

from kafka.record.util import calc_crc32c

from infra.journal.avro import long

PRODUCE: Final = 0
"""The API key of a produce request."""
PRODUCE_VERSION: Final = 8
"""Known to every broker since 2.4."""
_NOBODY: Final = -1
"""The producer id, epoch and sequence of a producer without them."""
_MAGIC: Final = 2
_BATCH_HEAD: Final = Struct(">qiibI")
"""Base offset, bytes that follow, leader epoch, format, checksum of what follows."""
_BATCH_BODY: Final = Struct(">hiqqqhii")
"""Attributes, last offset delta, first and last time in ms, producer id, epoch, sequence, records."""
_CHECKED_AT: Final = 4 + 1 + 4
"""Bytes after the length that are before what the checksum covers."""
_NO_KEY: Final = long(-1)
_NO_HEADERS: Final = long(0)
_SIZE: Final = Struct(">i")
_REQUEST_HEAD: Final = Struct(">hhih")
"""API key, version, correlation id, length of the client id."""
_REQUEST_BODY: Final = Struct(">hhiih")
"""No transactional id, acks, timeout in ms, one topic, length of its name."""
_PARTITION: Final = Struct(">iii")
"""One partition, its number, bytes of its records."""
_ANSWER: Final = Struct(">hq")
"""Error code and base offset: after correlation id, one topic with its name, one partition and its number."""
_LENGTH_BYTES: Final = 2
_ALL_IN_SYNC: Final = -1
_RECEIVED_MAX: Final = 65_536


class Produced(NamedTuple):
    """What a broker answered: the error code, 0 for none, and the first record's offset."""

    code: int
    offset: int


class NoAnswerError(Exception):
    """The connection ended, or time ran out, before the answer was there."""


class SilentError(NoAnswerError):
    """Time ran out. The exchange goes on: its answer may still come."""


def record_batch(records: Sequence[bytes], now_ms: int) -> bytes:
    """One batch of format 2 with these values, uncompressed, all of this time, of no producer that the broker knows."""
    parts = [b""]
    for place, record in enumerate(records):
        head = b"\0\0" + long(place) + _NO_KEY + long(len(record))
        parts += (long(len(head) + len(record) + 1), head, record, _NO_HEADERS)
    parts[0] = _BATCH_BODY.pack(0, len(records) - 1, now_ms, now_ms, _NOBODY, _NOBODY, _NOBODY, len(records))
    body = b"".join(parts)
    return _BATCH_HEAD.pack(0, _CHECKED_AT + len(body), _NOBODY, _MAGIC, calc_crc32c(body)) + body


@dataclass(slots=True)
class Exchange:
    """A batch on its way over a connection: what is not sent of the request yet, and what came of the answer."""

    connection: socket.socket
    batch: bytes
    unsent: memoryview
    received: bytes = b""

    @property
    def is_answered(self) -> bool:
        """Whether the answer is whole."""
        return self._answer_size() is not None

    def take(self, data: bytes) -> bytes:
        """Keep what is of the answer; gives back what is behind it."""
        self.received += data
        size = self._answer_size()
        behind = b"" if size is None else self.received[size:]
        self.received = self.received[:size]
        return behind

    def _answer_size(self) -> int | None:
        """Its bytes, once all of them are here."""
        if len(self.received) < _SIZE.size:
            return None
        size: int = _SIZE.size + _SIZE.unpack_from(self.received)[0]
        return size if len(self.received) >= size else None


class ProduceFrames:
    """Produce requests for one partition, one after the other, over connections that are open and idle."""

    def __init__(self, client_id: str, topic: str, number: int, timeout_ms: int) -> None:
        """The timeout is the broker's, for all copies in sync to have the batch."""
        self._client = client_id.encode()
        name = topic.encode()
        self._before = _REQUEST_BODY.pack(_NOBODY, _ALL_IN_SYNC, timeout_ms, 1, len(name)) + name
        self._number = number
        self._answer_at = 5 * _SIZE.size + _LENGTH_BYTES + len(name)
        self._correlation = 0

    def start(self, connection: socket.socket, batch: bytes) -> "Exchange":
        """Send of the batch what the connection takes at once."""
        self._correlation = (self._correlation + 1) % (1 << 31)
        exchange = Exchange(connection, batch, memoryview(self._framed(batch)))
        with suppress(OSError):
            exchange.unsent = exchange.unsent[connection.send(exchange.unsent) :]
        return exchange

    def finish(self, exchange: "Exchange", wait_s: float) -> Produced:
        """Send the rest and wait for the broker's answer.

        Raises `NoAnswerError`: whether it was appended is open; `SilentError` when it may still be waited for.
        """
        deadline = time.monotonic() + wait_s
        connection = exchange.connection
        try:
            while exchange.unsent:
                _await(connection, select.POLLOUT, deadline)
                exchange.unsent = exchange.unsent[connection.send(exchange.unsent) :]
            while not exchange.is_answered:
                _await(connection, select.POLLIN, deadline)
                received = connection.recv(_RECEIVED_MAX)
                if not received:
                    raise NoAnswerError("the broker closed the connection")
                exchange.take(received)
        except OSError as error:
            raise NoAnswerError(str(error)) from error
        return self.answer(exchange)

    def answer(self, exchange: "Exchange") -> Produced:
        """What a whole answer says. Raises `NoAnswerError` when it is none to this request."""
        if _SIZE.unpack_from(exchange.received, _SIZE.size)[0] != self._correlation:
            raise NoAnswerError("the answer is one to another request")
        return Produced(*_ANSWER.unpack_from(exchange.received, self._answer_at))

    def _framed(self, batch: bytes) -> bytes:
        head = _REQUEST_HEAD.pack(PRODUCE, PRODUCE_VERSION, self._correlation, len(self._client)) + self._client
        size = len(head) + len(self._before) + _PARTITION.size + len(batch)
        partition = _PARTITION.pack(1, self._number, len(batch))
        return b"".join((_SIZE.pack(size), head, self._before, partition, batch))


def _await(connection: socket.socket, event: int, deadline: float) -> None:
    poll = select.poll()
    poll.register(connection, event)
    if not poll.poll(max(0.0, (deadline - time.monotonic()) * 1000)):
        raise SilentError("the broker did not answer in time")

"""What the journal packs by itself is byte for byte what kafka-python makes, and answers are read right."""

import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.protocol.producer import ProduceRequest, ProduceResponse
from kafka.record.default_records import DefaultRecordBatchBuilder
from kafka.structs import TopicPartition

from infra.journal.kafka_batches import decoded
from infra.journal.kafka_frames import PRODUCE_VERSION, NoAnswerError, ProduceFrames, SilentError, record_batch
from infra.journal.kafka_requests import produce_request

NOW_MS = 1_790_000_000_000
CLIENT = "journal-a"
PARTITION = TopicPartition("wechat.ledger", 3)
TIMEOUT_MS = 2_000
WAIT_S = 5.0


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The journal's end of a connection, as kafka-python leaves it, and the broker's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0)
        yield ours, theirs


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=40))
def test_a_record_batch_is_the_one_that_kafka_python_builds(records: list[bytes]) -> None:
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 1 << 20)
    for place, record in enumerate(records):
        builder.append(place, NOW_MS, None, record, [])
    theirs = bytes(builder.build())
    ours = record_batch(records, NOW_MS)
    assert ours[:12] + ours[16:] == theirs[:12] + theirs[16:], "all but the leader epoch, which the broker sets"
    assert decoded(ours, 0) == list(enumerate(records))


def test_a_produce_request_is_the_one_that_kafka_python_encodes(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    batch = record_batch([b"x" * 300_000], NOW_MS)
    expected = produce_request(PARTITION, batch, TIMEOUT_MS)
    request = ProduceRequest(
        version=PRODUCE_VERSION,
        transactional_id=None,
        acks=expected.acks,
        timeout_ms=expected.timeout_ms,
        topic_data=expected.topic_data,
    )
    request.with_header(correlation_id=1, client_id=CLIENT)
    encoded = request.encode(framed=True, header=True)
    received: list[bytes] = []
    broker = threading.Thread(target=lambda: received.append(_answered(theirs, len(encoded), _answer(1, 0, 7))))
    broker.start()
    answer = _exchanged(ours, batch)
    broker.join(WAIT_S)
    assert (received, answer) == ([encoded], (0, 7))


def test_an_answer_tells_the_brokers_error(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    theirs.sendall(_answer(1, 6, -1))
    assert _exchanged(ours, record_batch([b"x"], NOW_MS)) == (6, -1)


def test_an_answer_to_another_request_is_none(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    theirs.sendall(_answer(2, 0, 7))
    with pytest.raises(NoAnswerError, match="another request"):
        _exchanged(ours, record_batch([b"x"], NOW_MS))


def test_half_an_answer_is_none(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    theirs.sendall(_answer(1, 0, 7)[:-10])
    theirs.shutdown(socket.SHUT_WR)
    with pytest.raises(NoAnswerError, match="closed the connection"):
        _exchanged(ours, record_batch([b"x"], NOW_MS))


def test_an_answer_of_which_only_a_part_came_in_time_can_be_waited_for_again(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    frames = ProduceFrames(CLIENT, PARTITION.topic, PARTITION.partition, TIMEOUT_MS)
    exchange = frames.start(ours, record_batch([b"x"], NOW_MS))
    answer = _answer(1, 0, 7)
    theirs.sendall(answer[:-10])
    with pytest.raises(SilentError):
        frames.finish(exchange, 0.01)
    assert not exchange.is_answered
    theirs.sendall(answer[-10:])
    assert frames.finish(exchange, WAIT_S) == (0, 7)


def test_what_comes_behind_an_answer_is_given_back(ends: tuple[socket.socket, socket.socket]) -> None:
    frames = ProduceFrames(CLIENT, PARTITION.topic, PARTITION.partition, TIMEOUT_MS)
    exchange = frames.start(ends[0], record_batch([b"x"], NOW_MS))
    answer = _answer(1, 0, 7)
    assert exchange.take(answer[:-1]) == b""
    assert exchange.take(answer[-1:] + b"of another") == b"of another"
    assert frames.answer(exchange) == (0, 7)


def test_a_silent_broker_is_waited_for_no_longer_than_asked(ends: tuple[socket.socket, socket.socket]) -> None:
    with pytest.raises(NoAnswerError, match="in time"):
        _exchanged(ends[0], record_batch([b"x"], NOW_MS), 0.01)


def test_a_broker_that_does_not_read_is_waited_for_no_longer_than_asked(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    with pytest.raises(NoAnswerError, match="in time"):
        _exchanged(ends[0], record_batch([b"x" * 4_000_000], NOW_MS), 0.01)


def _exchanged(connection: socket.socket, batch: bytes, wait_s: float = WAIT_S) -> tuple[int, int]:
    frames = ProduceFrames(CLIENT, PARTITION.topic, PARTITION.partition, TIMEOUT_MS)
    return frames.finish(frames.start(connection, batch), wait_s)


def _answered(connection: socket.socket, size: int, answer: bytes) -> bytes:
    connection.settimeout(WAIT_S)
    received = b""
    while len(received) < size and (part := connection.recv(1 << 20)):
        received += part
    connection.sendall(answer)
    return received


def _answer(correlation: int, code: int, offset: int) -> bytes:
    topic = ProduceResponse.TopicProduceResponse
    part = topic.PartitionProduceResponse(index=PARTITION.partition, error_code=code, base_offset=offset)
    response = ProduceResponse(
        version=PRODUCE_VERSION, responses=[topic(name=PARTITION.topic, partition_responses=[part])], throttle_time_ms=0
    )
    response.with_header(correlation_id=correlation)
    return bytes(response.encode(framed=True, header=True))

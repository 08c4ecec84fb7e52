"""Reading: streams of ten events, all notifications, and how long an append takes to reach a subscriber."""

import multiprocessing
import struct
import threading
import time
from collections.abc import Iterable, Sequence
from multiprocessing.queues import Queue
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

from eventsourcing.persistence import ApplicationRecorder, StoredEvent

from benchmarks.kafka_processes import Opener, Place
from benchmarks.kafka_sides import RawKafka, Side
from benchmarks.kafka_table import Table
from benchmarks.measuring import TOPIC, Measured, new_events, quantile

STREAMS: Final = 200
SCANNED: Final = 50_000
SCAN_LIMIT: Final = 5_000
FILLED_AT_ONCE: Final = 200
"""Events in one insert while filling: the library on PostgreSQL has been seen to wait for ever with 2,000."""
NEWS: Final = 200
NEWS_EVERY_S: Final = 0.01
_SENT: Final = struct.Struct("d")
_WAIT_S: Final = 60.0


def reads(table: Table, sides: Sequence[Side], *, rounds: int, scanned: int = SCANNED) -> None:
    """Fill the table with reading of streams and of all notifications."""
    for _ in range(rounds):
        for side in sides:
            with TemporaryDirectory(prefix="caseledger-bench-") as folder, side.opened(Path(folder)) as recorder:
                if isinstance(recorder, RawKafka):
                    table.add(side.name, _raw_scan(recorder, scanned))
                elif isinstance(recorder, ApplicationRecorder):
                    table.add(side.name, _streams(recorder))
                    table.add(side.name, _scan(recorder, scanned))


def news(table: Table, place: Place, *, count: int = NEWS) -> None:
    """Fill the table with the time from the call of an append to a subscriber: of this process, and of another one."""
    with place.opener() as recorder:
        table.add(place.name, _delays("subscriber, same process", _received_here(recorder, count)))
        table.add(place.name, _delays("subscriber, other process", _received_elsewhere(recorder, place, count)))


def _streams(recorder: ApplicationRecorder) -> list[Measured]:
    streams = [new_events(10) for _ in range(STREAMS)]
    for events in streams:
        recorder.insert_events(events)
    measured = []
    for name in ("just written", "again"):
        start = time.perf_counter()
        for events in streams:
            recorder.select_events(events[0].originator_id)
        took = (time.perf_counter() - start) / STREAMS
        measured.append(Measured(f"read a stream of 10 events, {name}", "us", took * 1e6))
    cold = [new_events(10) for _ in range(STREAMS)]
    for place in range(0, STREAMS, FILLED_AT_ONCE // 10):
        recorder.insert_events([event for events in cold[place : place + FILLED_AT_ONCE // 10] for event in events])
    start = time.perf_counter()
    for events in cold:
        recorder.select_events(events[0].originator_id)
    took = (time.perf_counter() - start) / STREAMS
    return [*measured, Measured("read a stream of 10 events, not in memory", "us", took * 1e6)]


def _scan(recorder: ApplicationRecorder, count: int) -> list[Measured]:
    for _ in range(count // FILLED_AT_ONCE):
        recorder.insert_events([event for _ in range(FILLED_AT_ONCE // 2) for event in new_events(2)])
    seen = position = 0
    start = time.perf_counter()
    while found := recorder.select_notifications(position + 1, SCAN_LIMIT):
        seen += len(found)
        position = found[-1].id
    return [Measured(f"scan notifications, limit {SCAN_LIMIT}", "events/s", seen / (time.perf_counter() - start))]


def _raw_scan(client: RawKafka, count: int) -> list[Measured]:
    for _ in range(count // FILLED_AT_ONCE):
        client.insert_events(new_events(FILLED_AT_ONCE))
    start = time.perf_counter()
    seen = client.scan()
    return [Measured(f"scan notifications, limit {SCAN_LIMIT}", "events/s", seen / (time.perf_counter() - start))]


def _received_here(recorder: ApplicationRecorder, count: int) -> list[float]:
    took: list[float] = []
    with recorder.subscribe(gt=recorder.max_notification_id()) as subscription:
        thread = threading.Thread(target=lambda: took.extend(_received(subscription, count)))
        thread.start()
        _send(recorder, count)
        thread.join(_WAIT_S)
    return took


def _received_elsewhere(recorder: ApplicationRecorder, place: Place, count: int) -> list[float]:
    context = multiprocessing.get_context("spawn")
    answers: Queue[list[float]] = context.Queue()
    process = context.Process(target=_subscriber, args=(place.opener, count, answers))
    process.start()
    try:
        answers.get(timeout=_WAIT_S)
        _send(recorder, count)
        return answers.get(timeout=_WAIT_S)
    finally:
        process.join(_WAIT_S)


def _subscriber(opener: Opener, count: int, answers: "Queue[list[float]]") -> None:
    with opener() as recorder, recorder.subscribe(gt=recorder.max_notification_id()) as subscription:
        answers.put([])
        answers.put(list(_received(subscription, count)))


def _received(subscription: Iterable[StoredEvent], count: int) -> list[float]:
    took = []
    for notification in subscription:
        took.append(time.perf_counter() - _SENT.unpack(notification.state)[0])
        if len(took) == count:
            break
    return took


def _send(recorder: ApplicationRecorder, count: int) -> None:
    """The moment of sending is the event's state: all processes of a machine read the same clock."""
    for _ in range(count):
        time.sleep(NEWS_EVERY_S)
        recorder.insert_events([StoredEvent(uuid4(), 1, TOPIC, _SENT.pack(time.perf_counter()))])


def _delays(name: str, took: list[float]) -> list[Measured]:
    ordered = sorted(took)
    return [
        Measured(f"{name}, p50", "ms", quantile(ordered, 0.5) * 1e3),
        Measured(f"{name}, p99", "ms", quantile(ordered, 0.99) * 1e3),
    ]

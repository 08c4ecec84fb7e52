"""An upstream system that sends reports: good ones, the same again, and what can never be taken."""

import json
import random
from collections.abc import Iterator
from contextlib import closing

from kafka import KafkaProducer

SEND_S_MAX = 60.0
AGAIN, POISON = 0.1, 0.02
"""The parts of messages that are sent again, and that can never be taken."""
POISONED = (b"no report", b"{}", b'{"report": "r", "at": "yesterday"}', b"\xc3\x01" + bytes(12))


class Upstream:
    """Sends to one topic, and remembers what; poison by its partition and offset."""

    def __init__(self, bootstrap: str, topic: str, dice: random.Random) -> None:
        self.reports: list[str] = []
        self.poison: list[tuple[int, int]] = []
        self.messages = 0
        self._bootstrap = bootstrap.split(",")
        self._topic = topic
        self._dice = dice

    def send(self, count: int) -> None:
        """So many new reports, with others between; returns when the brokers have them."""
        options = {"acks": "all", "delivery_timeout_ms": int(SEND_S_MAX * 1_000)}
        with closing(KafkaProducer(bootstrap_servers=self._bootstrap, **options)) as producer:
            sent = [
                (producer.send(self._topic, key=key, value=value), good) for key, value, good in self._messages(count)
            ]
            producer.flush(SEND_S_MAX)
            told = [(future.get(SEND_S_MAX), good) for future, good in sent]
        self.messages += len(told)
        self.poison += [(place.partition, place.offset) for place, good in told if not good]

    def _messages(self, count: int) -> Iterator[tuple[bytes, bytes, bool]]:
        """Key, value, and whether it can be taken."""
        for _ in range(count):
            report = f"r-{len(self.reports)}"
            self.reports.append(report)
            yield report.encode(), message(report), True
            again = self._dice.choice(self.reports)
            if self._dice.random() < AGAIN:
                yield again.encode(), message(again), True
            if self._dice.random() < POISON:
                yield again.encode(), message(again, content="another"), False
                yield b"poison", self._dice.choice(POISONED), False


def message(report: str, content: str | None = None) -> bytes:
    """A report of its own content on the account that is its number's last digit."""
    number = int(report.removeprefix("r-"))
    fields = {
        "at": f"2021-03-{1 + number % 20:02}T{number % 24:02}:00:00+08:00",
        "report": report,
        "source": "user",
        "reporter": f"rep-{number % 50}",
        "place": "weibo",
        "subject": {"type": "content", "id": f"c-{number}"},
        "content": content or f"c-{number}",
        "respondent": f"acc-{number % 10}",
        "codes": ["3.2.8"],
    }
    return json.dumps(fields).encode()

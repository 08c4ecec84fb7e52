"""Publishing without brokers: an error that names them, and nothing left behind by a try."""

import threading
from pathlib import Path

import pytest

from caseledger.cli.status import ExitStatus
from infra.kafka import events_topic, leadership
from infra.kafka.connection import Brokers
from infra.local_kafka.ports import free_ports
from tests.support.processes import command


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> Brokers:
    """An address where nobody listens, tried for only shortly."""
    for module in (leadership, events_topic):
        monkeypatch.setattr(module, "CONNECT_MS", 300)
    return Brokers.parse(f"127.0.0.1:{free_ports(1)[0]}")


def test_a_try_to_join_is_told_and_takes_its_threads_with_it(nobody: Brokers) -> None:
    before = set(threading.enumerate())
    with pytest.raises(leadership.LeadershipUnavailable, match=str(nobody)):
        leadership.Membership(nobody, "nobodys.events", "nobodys-publishers")
    assert set(threading.enumerate()) <= before


def test_a_try_to_read_the_topic_is_told_and_takes_its_threads_with_it(nobody: Brokers) -> None:
    before = set(threading.enumerate())
    with pytest.raises(events_topic.EventsTopicUnavailable, match=str(nobody)):
        events_topic.EventsTopic(nobody, "nobodys.events").held(1)
    assert set(threading.enumerate()) <= before


@pytest.mark.parametrize("process", ["publish", "consume"])
def test_without_brokers_named_nothing_is_waited_for(tmp_path: Path, process: str) -> None:
    told = command(process, data=tmp_path / "data", CASELEDGER_KAFKA="")
    assert (told.status, "set CASELEDGER_KAFKA" in told.err) == (ExitStatus.USAGE, True), told.err

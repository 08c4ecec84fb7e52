"""A process says over HTTP whether it lives and is ready, and why not; who asks in the wrong way harms nothing."""

import json
import socket
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from prometheus_client import CollectorRegistry

from infra.health import REQUESTS_MAX, STUCK_S_MAX, AddressUnusable, Health, HealthServer, parse_address
from infra.local_kafka.waiting import wait_for
from infra.metrics import Metrics

SOON_S = 30.0


class Watched:
    """A process's health by a clock that is set, served."""

    def __init__(self) -> None:
        self.now = 0.0
        self.health = Health(now=lambda: self.now)
        self.metrics = Metrics(CollectorRegistry())
        self.url = ""

    def get(self, path: str, method: str = "GET") -> tuple[int, str]:
        try:
            with urlopen(Request(self.url + path, method=method), timeout=5) as answer:  # noqa: S310 - our own server
                return answer.status, answer.read().decode()
        except HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()

    def reasons(self, path: str) -> tuple[int, list[str]]:
        status, body = self.get(path)
        return status, json.loads(body)["reasons"]


@pytest.fixture
def watched() -> Iterator[Watched]:
    """A process that is starting."""
    process = Watched()
    with HealthServer("127.0.0.1:0", process.health, process.metrics.registry) as server:
        process.url = server.url
        yield process


def test_it_is_ready_between_its_first_turn_and_its_end(watched: Watched) -> None:
    assert watched.reasons("/health/ready") == (503, ["starting"])
    watched.health.well()
    assert watched.reasons("/health/ready") == (200, [])
    watched.health.unwell("broker a:1 does not answer")
    assert watched.reasons("/health/ready") == (503, ["broker a:1 does not answer"])
    watched.health.well()
    watched.health.check("process", lambda: "is ending")
    assert watched.reasons("/health/ready") == (503, ["process: is ending"])


def test_further_checks_are_asked_at_every_probe(watched: Watched) -> None:
    watched.health.well()
    wrong: list[str] = []
    watched.health.check("ledger of x", lambda: wrong[0] if wrong else None)
    assert watched.reasons("/health/ready") == (200, [])
    wrong.append("silent for 20 s")
    assert watched.reasons("/health/ready") == (503, ["ledger of x: silent for 20 s"])
    watched.health.uncheck("ledger of x")
    assert watched.reasons("/health/ready") == (200, [])


def test_a_loop_that_hangs_does_not_live(watched: Watched) -> None:
    watched.health.well()
    watched.now = STUCK_S_MAX
    assert watched.reasons("/health/live") == (200, [])
    watched.now += 1
    assert watched.reasons("/health/live") == (503, [f"no turn of the loop for {STUCK_S_MAX + 1:.0f} s"])


def test_what_is_still_opening_or_tries_again_lives_however_long_it_takes(watched: Watched) -> None:
    watched.now = 10 * STUCK_S_MAX
    assert watched.reasons("/health/live") == (200, [])
    watched.health.well()
    watched.health.unwell("the database is away")
    watched.now *= 2
    assert watched.reasons("/health/live") == (200, [])


def test_metrics_are_served_and_nothing_else_is(watched: Watched) -> None:
    watched.metrics.journal("kr").group(3, 0.01)
    status, text = watched.get("/metrics")
    assert status == 200
    assert 'caseledger_appends_total{platform="kr"} 3.0' in text
    assert watched.get("/metrics", "HEAD") == (200, "")
    assert watched.get("/secrets")[0] == 404
    assert watched.get("/metrics", "POST")[0] == 501


def test_those_who_connect_and_say_nothing_do_not_keep_others_out_for_ever(watched: Watched) -> None:
    where = urlsplit(watched.url)
    silent = [socket.create_connection((where.hostname, where.port)) for _ in range(REQUESTS_MAX * 2)]
    turned_away = [connection for connection in silent[REQUESTS_MAX:] if connection.recv(1) == b""]
    assert len(turned_away) == REQUESTS_MAX
    for connection in silent:
        connection.close()

    def is_served() -> bool:
        try:
            return watched.get("/health/live")[0] == 200
        except OSError:
            return False

    assert wait_for(is_served, SOON_S), "the server has seen that they are gone"


@pytest.mark.parametrize(
    ("text", "address"),
    [("127.0.0.1:9464", ("127.0.0.1", 9464)), ("9464", ("127.0.0.1", 9464)), ("[::1]:0", ("::1", 0))],
)
def test_addresses_name_host_and_port_or_a_port_of_this_machine_only(text: str, address: tuple[str, int]) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize("text", ["", "here", "127.0.0.1", ":9464", "127.0.0.1:65536", "127.0.0.1:-1"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AddressUnusable, match="is no address to listen at"):
        parse_address(text)


def test_an_address_that_is_taken_is_refused_by_name(watched: Watched) -> None:
    taken = urlsplit(watched.url).netloc
    with pytest.raises(AddressUnusable, match=f"cannot listen at {taken}: Address already in use"):
        HealthServer(taken, watched.health, watched.metrics.registry)

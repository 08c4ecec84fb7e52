"""The proxy of the fault tests: what each of its faults does to a conversation, and that nothing else happens."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from infra.local_kafka.ports import free_ports
from infra.local_kafka.waiting import wait_for
from tests.support.proxy import HOST, Proxy, Way

SOON_S = 10.0
NEVER_S = 0.15


class Echo:
    """Sends back what it is sent, in capitals, and remembers it."""

    def __init__(self, port: int) -> None:
        self.heard = b""
        self._server = socket.create_server((HOST, port))
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for thread in self._threads:
            thread.join(SOON_S)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                self._threads.append(threading.Thread(target=self._answer, args=(connection,), daemon=True))
                self._threads[-1].start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while heard := connection.recv(65_536):
                self.heard += heard
                connection.sendall(heard.upper())


@pytest.fixture
def ports() -> list[int]:
    return free_ports(2)


@pytest.fixture
def echo(ports: list[int]) -> Iterator[Echo]:
    with closing(Echo(ports[1])) as server:
        yield server


@pytest.fixture
def proxy(ports: list[int], echo: Echo) -> Iterator[Proxy]:
    assert echo
    with Proxy(listen=ports[0], target=ports[1]) as between:
        yield between


@pytest.fixture
def client(proxy: Proxy) -> Iterator[socket.socket]:
    with connected(proxy) as connection:
        assert ask(connection, b"hello") == b"HELLO"
        yield connection


def connected(proxy: Proxy) -> socket.socket:
    return socket.create_connection((HOST, proxy.listen), timeout=SOON_S)


def ask(connection: socket.socket, text: bytes) -> bytes:
    connection.sendall(text)
    return hear(connection, len(text))


def hear(connection: socket.socket, count: int) -> bytes:
    heard = b""
    while len(heard) < count and (piece := connection.recv(count - len(heard))):
        heard += piece
    return heard


def hears_nothing(connection: socket.socket) -> bool:
    connection.settimeout(NEVER_S)
    try:
        connection.recv(1)
    except TimeoutError:
        return True
    finally:
        connection.settimeout(SOON_S)
    return False


def has_ended(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True


def is_refused(proxy: Proxy) -> bool:
    try:
        with connected(proxy) as new:
            return has_ended(new)
    except ConnectionError:
        return True


def test_everything_passes_both_ways_and_is_counted(proxy: Proxy, client: socket.socket) -> None:
    many = bytes(range(97, 123)) * 40_000
    writer = threading.Thread(target=client.sendall, args=(many,))
    writer.start()
    assert hear(client, len(many)) == many.upper()
    writer.join(SOON_S)
    expected = len(many) + len(b"hello")
    assert wait_for(lambda: (proxy.passed(Way.THERE), proxy.passed(Way.BACK)) == (expected, expected), SOON_S)
    assert proxy.connections == 1


def test_dropped_requests_do_not_arrive_and_the_connection_ends_when_all_passes_again(
    proxy: Proxy, client: socket.socket, echo: Echo
) -> None:
    proxy.drop(Way.THERE)
    client.sendall(b"lost")
    assert wait_for(lambda: proxy.dropped(Way.THERE) == 4, SOON_S)
    assert hears_nothing(client)
    proxy.pass_on()
    assert has_ended(client)
    assert echo.heard == b"hello"


def test_dropped_answers_are_lost_after_the_request_arrived(proxy: Proxy, client: socket.socket, echo: Echo) -> None:
    proxy.drop(Way.BACK)
    client.sendall(b"done")
    assert wait_for(lambda: proxy.dropped(Way.BACK) == 4, SOON_S)
    assert echo.heard == b"hellodone"
    assert hears_nothing(client)


def test_a_connection_that_lost_nothing_goes_on_after_a_drop(proxy: Proxy, client: socket.socket) -> None:
    proxy.drop()
    proxy.pass_on()
    assert ask(client, b"still") == b"STILL"


def test_held_bytes_arrive_when_all_passes_again(proxy: Proxy, client: socket.socket, echo: Echo) -> None:
    proxy.hold(Way.THERE)
    client.sendall(b"late")
    assert hears_nothing(client)
    assert echo.heard == b"hello"
    proxy.pass_on()
    assert hear(client, 4) == b"LATE"


def test_delayed_bytes_arrive_later(proxy: Proxy, client: socket.socket) -> None:
    proxy.delay(NEVER_S * 2, Way.BACK)
    client.sendall(b"slow")
    assert hears_nothing(client)
    assert hear(client, 4) == b"SLOW"


def test_a_long_delay_ends_when_all_passes_again(proxy: Proxy, client: socket.socket) -> None:
    proxy.delay(3_600)
    client.sendall(b"soon")
    assert hears_nothing(client)
    proxy.pass_on()
    assert hear(client, 4) == b"SOON"


def test_cut_ends_every_connection_and_each_new_one_until_all_passes_again(proxy: Proxy, client: socket.socket) -> None:
    proxy.cut()
    assert has_ended(client)
    assert is_refused(proxy)
    proxy.pass_on()
    with connected(proxy) as new:
        assert ask(new, b"back") == b"BACK"


def test_cut_once_lets_new_connections_pass(proxy: Proxy, client: socket.socket) -> None:
    proxy.cut_once()
    assert has_ended(client)
    with connected(proxy) as new:
        assert ask(new, b"again") == b"AGAIN"


def test_cut_after_ends_one_connection_in_the_midst_of_a_request(
    proxy: Proxy, client: socket.socket, echo: Echo
) -> None:
    with connected(proxy) as other:
        assert ask(other, b"other") == b"OTHER"
        proxy.cut_after(3, Way.THERE)
        client.sendall(b"request")
        assert has_ended_after(client, b"REQ")
        assert ask(other, b"fine") == b"FINE"
    assert echo.heard.startswith(b"hellootherreq")
    assert b"requ" not in echo.heard


def has_ended_after(connection: socket.socket, answer: bytes) -> bool:
    """The answer to the part that passed may be lost with the connection."""
    try:
        return answer.startswith(hear(connection, len(answer) + 1))
    except ConnectionError:
        return True


def test_a_server_that_is_not_there_ends_the_connection() -> None:
    listen, target = free_ports(2)
    with Proxy(listen=listen, target=target) as proxy:
        assert is_refused(proxy)


def test_leaving_the_context_ends_every_connection(ports: list[int], echo: Echo) -> None:
    with Proxy(listen=ports[0], target=ports[1]) as proxy:
        connection = connected(proxy)
        assert ask(connection, b"x") == b"X"
        proxy.hold()
    with connection:
        assert has_ended(connection)
    assert echo.heard == b"x"

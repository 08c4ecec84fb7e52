"""Whether a process lives and is ready, and a small HTTP server that says so, and serves its metrics.

`/health/live` and `/health/ready` answer 200 or 503 and why, in JSON; `/metrics` in Prometheus' text format.
It answers with what is known at that moment and waits for nothing, so a probe never hangs with what it probes.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from ipaddress import IPv6Address, ip_address
from socket import AF_INET, AF_INET6, socket
from socketserver import TCPServer, ThreadingMixIn
from threading import BoundedSemaphore, Lock, Thread
from typing import Any, Final, Self

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

STUCK_S_MAX: Final = 300.0
"""A loop that worked and then ends no turn for so long does not live any more: it is to be started anew. What is still
opening may take longer, such as an index that is folded from the first record on.
"""

REQUEST_S_MAX: Final = 5.0
"""How long a client may be silent while it sends its request or reads its answer."""

REQUESTS_MAX: Final = 8
"""Connections served at a time; more are closed at once."""

REQUESTS_WAITING_MAX: Final = 16
"""Connections that wait to be taken up."""

POLL_S: Final = 0.05
"""How often the server looks whether it is to end."""

DEFAULT_HOST: Final = "127.0.0.1"
"""Nobody but this machine, unless another host is named."""

Check = Callable[[], str | None]
"""What keeps the process from being ready, in one line without a secret; None when nothing does. Must not wait."""


@dataclass(frozen=True, slots=True)
class Report:
    """An answer to a probe."""

    good: bool
    reasons: tuple[str, ...] = ()


class AddressUnusable(ValueError):  # noqa: N818 - named as the sentence it says
    """The address is none, or nobody can listen there."""


class Health:
    """What a process knows of itself. For any number of threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """It is starting."""
        self._now = now
        self._lock = Lock()
        self._reason: str | None = "starting"
        self._moved_at = now()
        self._checks: dict[str, Check] = {}

    def well(self) -> None:
        """A turn of the loop went well."""
        with self._lock:
            self._reason = None
            self._moved_at = self._now()

    def unwell(self, reason: str) -> None:
        """What is needed cannot be reached; it is tried again."""
        with self._lock:
            self._reason = reason
            self._moved_at = self._now()

    def check(self, name: str, check: Check) -> None:
        """Ask this as well, whenever a probe asks whether the process is ready. A name's later check replaces it."""
        with self._lock:
            self._checks[name] = check

    def uncheck(self, name: str) -> None:
        """Ask it no more."""
        with self._lock:
            self._checks.pop(name, None)

    def live(self) -> Report:
        """Whether the loop still turns, or is still opening what it needs."""
        with self._lock:
            works, silent_s = self._reason is None, self._now() - self._moved_at
        if works and silent_s > STUCK_S_MAX:
            return Report(good=False, reasons=(f"no turn of the loop for {silent_s:.0f} s",))
        return Report(good=True)

    def ready(self) -> Report:
        """Whether the process does its work now, and if not, why not."""
        with self._lock:
            reasons = [self._reason] if self._reason is not None else []
            checks = list(self._checks.items())
        reasons += [f"{name}: {reason}" for name, check in checks if (reason := check()) is not None]
        return Report(good=not reasons, reasons=tuple(reasons))


class HealthServer:
    """Serves one process's health and metrics until closed. Use it as a context."""

    def __init__(self, address: str, health: Health, registry: CollectorRegistry) -> None:
        """Listen at `host:port`; port 0 is any free one. Raises `AddressUnusable`."""
        where = parse_address(address)
        try:
            self._server = _Server(where, _answers(health, registry))
        except OSError as error:
            raise AddressUnusable(f"cannot listen at {address}: {error.strerror or error}") from error
        self._thread = Thread(target=self._server.serve_forever, args=(POLL_S,), name="health", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self._server.server_address[:2]
        shown = f"[{host!s}]" if _is_six(str(host)) else str(host)
        return f"http://{shown}:{port}"

    def __enter__(self) -> Self:
        """Use it as a context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._server.shutdown()
        self._server.server_close()


def parse_address(text: str) -> tuple[str, int]:
    """`host:port`, or a port of this machine only. Raises `AddressUnusable` saying what is wrong."""
    host, colon, port = text.rpartition(":")
    if not port.isdecimal() or int(port) >= 1 << 16 or (colon and not host):
        raise AddressUnusable(f"{text!r} is no address to listen at: write host:port, such as {DEFAULT_HOST}:9464")
    return (host or DEFAULT_HOST).removeprefix("[").removesuffix("]"), int(port)


_Answer = Callable[[], tuple[int, str, bytes]]


def _answers(health: Health, registry: CollectorRegistry) -> Mapping[str, _Answer]:
    def told(report: Report) -> tuple[int, str, bytes]:
        body = json.dumps({"good": report.good, "reasons": report.reasons}, ensure_ascii=False)
        return 200 if report.good else 503, "application/json; charset=utf-8", body.encode() + b"\n"

    return {
        "/metrics": lambda: (200, CONTENT_TYPE_PLAIN_0_0_4, generate_latest(registry)),
        "/health/live": lambda: told(health.live()),
        "/health/ready": lambda: told(health.ready()),
    }


class _Server(ThreadingMixIn, TCPServer):
    """A thread for each of a few connections. Looks up no name, unlike the library's HTTP server."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = REQUESTS_WAITING_MAX

    def __init__(self, address: tuple[str, int], answers: Mapping[str, _Answer]) -> None:
        self.address_family = AF_INET6 if _is_six(address[0]) else AF_INET
        self._free = BoundedSemaphore(REQUESTS_MAX)
        super().__init__(address, _handler(answers))

    def process_request(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:  # noqa: ANN401 - the library's
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:  # noqa: ANN401 - the library's
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:  # noqa: ANN401 - the library's
        """Say nothing: who asked has gone away."""


def _handler(answers: Mapping[str, _Answer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = REQUEST_S_MAX
        server_version = "caseledger"
        sys_version = ""

        def do_GET(self) -> None:
            answer = answers.get(self.path.partition("?")[0])
            if answer is None:
                self.send_error(404)
                return
            status, kind, body = answer()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815 - as above

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's signature
            """Say nothing: a probe every few seconds is no news."""

    return Handler


def _is_six(host: str) -> bool:
    try:
        return isinstance(ip_address(host), IPv6Address)
    except ValueError:
        return False

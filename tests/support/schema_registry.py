"""A small schema registry on this machine, after the documented REST interface, that can be told to misbehave."""

import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"
USER, PASSWORD = "publisher", "open-sesame-canary"


class RegistryServer:
    """What is registered; `faults` are statuses that the next requests get instead of an answer, 0 a closed line."""

    def __init__(self) -> None:
        self.schemas: list[dict[str, object]] = []
        self.subjects: dict[str, list[int]] = {}
        self.faults: list[int] = []
        self.requests: list[str] = []
        self.protected = False
        self.body: bytes | None = None
        self.url = ""

    def put(self, schema: dict[str, object]) -> int:
        """Its id, from 1."""
        if schema not in self.schemas:
            self.schemas.append(schema)
        return self.schemas.index(schema) + 1


@contextmanager
def registry_server() -> Iterator[RegistryServer]:
    """One that listens on a port of its own while the block runs."""
    state = RegistryServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _answer(self, state, None)

        def do_POST(self) -> None:
            _answer(self, state, self.rfile.read(int(self.headers["Content-Length"])))

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/apis/compat"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(handler: BaseHTTPRequestHandler, state: RegistryServer, body: bytes | None) -> None:
    state.requests.append(f"{handler.command} {handler.path}")
    fault = state.faults.pop(0) if state.faults else None
    if fault == 0:
        handler.close_connection = True
        return
    status, answer = (fault, {"error_code": fault, "message": "told to"}) if fault else _look(handler, state, body)
    data = json.dumps(answer).encode() if state.body is None else state.body
    handler.send_response(status)
    handler.send_header("Content-Type", MEDIA_TYPE)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def _look(handler: BaseHTTPRequestHandler, state: RegistryServer, body: bytes | None) -> tuple[int, dict[str, object]]:
    if state.protected and not _let_in(handler.headers.get("Authorization", "")):
        return 401, {"error_code": 401, "message": "Unauthorized"}
    match handler.command, handler.path.removeprefix("/apis/compat").split("/")[1:]:
        case "GET", ["schemas", "ids", number]:
            if not 1 <= int(number) <= len(state.schemas):
                return 404, {"error_code": 40403, "message": f"Schema {number} not found"}
            return 200, state.schemas[int(number) - 1]
        case "POST", ["subjects", subject, "versions"]:
            assert handler.headers["Content-Type"] == MEDIA_TYPE
            given = json.loads(body or b"")
            number = state.put({"schema": given["schema"]})
            versions = state.subjects.setdefault(unquote(subject), [])
            if number not in versions:
                versions.append(number)
            return 200, {"id": number}
    return 404, {"error_code": 404, "message": "HTTP 404 Not Found"}


def _let_in(header: str) -> bool:
    kind, _, credentials = header.partition(" ")
    return kind == "Basic" and b64decode(credentials).decode() == f"{USER}:{PASSWORD}"

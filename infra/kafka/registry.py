"""A client of a Confluent-compatible schema registry: puts schemas in, gets them by id, within bounds.

Source: Confluent Schema Registry API reference, "Schemas" and "Subjects"; Apicurio, Karapace and Redpanda answer the
same. One request is one connection: schemas are asked for once and then remembered. Redirects are not followed, since
they could carry the password elsewhere.
"""

import json
import ssl
import threading
import time
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final, TypeVar
from urllib.parse import quote, urlsplit

from infra.kafka.registry_address import RegistryAddress

ATTEMPTS_MAX: Final = 4
"""Of one request; what may be tried again is: no connection, no answer in time, 429 and 5xx."""

TIMEOUT_S: Final = 5.0
"""For connecting, and for each part of an answer."""

BACKOFF_S: Final = 0.2
"""Before the second attempt; doubled before each further one."""

SCHEMAS_KEPT_MAX: Final = 1_000
"""Texts remembered by id; the one used longest ago goes first."""

SUBJECTS_KEPT_MAX: Final = 1_000
"""Ids remembered of what was registered."""

ANSWER_BYTES_MAX: Final = 4 << 20
REASON_CHARS_MAX: Final = 200

_MEDIA_TYPE: Final = "application/vnd.schemaregistry.v1+json"
_AVRO: Final = "AVRO"

K = TypeVar("K")
V = TypeVar("V")


class RegistryFault(Exception):  # noqa: N818 - a fault is named as the sentence it says
    """The registry did not give what was asked for. No message holds a password."""


class RegistryUnavailable(RegistryFault):
    """It could not be reached, or had no answer, in as many attempts as are made. Asking later may help."""


class RegistryRefused(RegistryFault):
    """It answered, and the answer is no, or is none that can be understood. Asking again does not help."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        """Keep the reason, and the status where it is a matter of that."""
        super().__init__(reason)
        self.status = status


class SchemaIdUnknown(RegistryRefused):
    """It knows no schema of this id."""


class SchemaRegistry:
    """One registry. May be used by several threads."""

    def __init__(self, address: RegistryAddress, wait: Callable[[float], object] = time.sleep) -> None:
        """Bind the address, and how to wait so many seconds between two attempts; nothing is asked yet."""
        parts = urlsplit(address.url)
        self._host, self._port = parts.hostname or "", parts.port
        self._path = parts.path.rstrip("/")
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._headers = {"Accept": f"{_MEDIA_TYPE}, application/json", **_authorization(address)}
        self._wait = wait
        self._lock = threading.Lock()
        self._texts: OrderedDict[int, str] = OrderedDict()
        self._ids: OrderedDict[tuple[str, str], int] = OrderedDict()

    def __str__(self) -> str:
        """Where it is."""
        return f"schema registry at {self._host}{'' if self._port is None else f':{self._port}'}{self._path}"

    def schema(self, schema_id: int) -> str:
        """The text of the Avro schema with this id. Raises `SchemaIdUnknown`, `RegistryRefused`, `RegistryUnavailable`.

        An id means the same schema for ever, so that it is asked for once.
        """
        with self._lock:
            known = self._texts.get(schema_id)
            if known is not None:
                self._texts.move_to_end(schema_id)
                return known
        try:
            answer = self._ask("GET", f"/schemas/ids/{schema_id}", None, f"schema {schema_id}")
        except RegistryRefused as refused:
            if refused.status == HTTPStatus.NOT_FOUND:
                raise SchemaIdUnknown(f"{self}: there is no schema {schema_id}", refused.status) from None
            raise
        text = answer.get("schema")
        if answer.get("schemaType", _AVRO) != _AVRO or answer.get("references") or not isinstance(text, str):
            raise RegistryRefused(f"{self}: schema {schema_id} is no Avro schema that stands by itself")
        with self._lock:
            _keep(self._texts, schema_id, text, SCHEMAS_KEPT_MAX)
        return text

    def register(self, subject: str, text: str) -> int:
        """The id of this Avro schema under a subject, where it is put if it is not there yet. Raises `RegistryRefused`
        (also where the subject's compatibility rule forbids it) or `RegistryUnavailable`.
        """
        with self._lock:
            known = self._ids.get((subject, text))
        if known is not None:
            return known
        body = json.dumps({"schemaType": _AVRO, "schema": text}).encode()
        answer = self._ask("POST", f"/subjects/{quote(subject, safe='')}/versions", body, f"subject {subject}")
        schema_id = answer.get("id")
        if not isinstance(schema_id, int):
            raise RegistryRefused(f"{self}: no id came back for subject {subject}")
        with self._lock:
            _keep(self._ids, (subject, text), schema_id, SUBJECTS_KEPT_MAX)
        return schema_id

    def _ask(self, method: str, path: str, body: bytes | None, what: str) -> dict[str, object]:
        """The JSON object that answers, after as many attempts as it takes and are allowed."""
        reason = ""
        for attempt in range(ATTEMPTS_MAX):
            if attempt:
                self._wait(BACKOFF_S * 2 ** (attempt - 1))
            try:
                status, data = self._once(method, path, body)
            except (OSError, HTTPException) as error:
                reason = f"{type(error).__name__}: {error}"[:REASON_CHARS_MAX]
                continue
            if status < HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.TOO_MANY_REQUESTS:
                return self._understood(status, data, what)
            reason = f"status {status}"
        raise RegistryUnavailable(f"{self}: {what}: {reason}, {ATTEMPTS_MAX} times")

    def _once(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        connection = self._connection()
        headers = self._headers if body is None else {**self._headers, "Content-Type": _MEDIA_TYPE}
        try:
            connection.request(method, self._path + path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(ANSWER_BYTES_MAX + 1)
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        if self._tls is None:
            return HTTPConnection(self._host, self._port, timeout=TIMEOUT_S)
        return HTTPSConnection(self._host, self._port, timeout=TIMEOUT_S, context=self._tls)

    def _understood(self, status: int, data: bytes, what: str) -> dict[str, object]:
        answer = _json_object(data)
        if status == HTTPStatus.OK and answer is not None:
            return answer
        said = str((answer or {}).get("message", ""))[:REASON_CHARS_MAX]
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            reason = f"{self}: {what}: it does not let us in (status {status}); see its user and password"
            raise RegistryRefused(reason, status)
        if status == HTTPStatus.OK:
            raise RegistryRefused(f"{self}: {what}: the answer is no JSON object of at most {ANSWER_BYTES_MAX} bytes")
        raise RegistryRefused(f"{self}: {what}: status {status}{f', {said}' if said else ''}", status)


def _authorization(address: RegistryAddress) -> dict[str, str]:
    if address.user is None:
        return {}
    credentials = f"{address.user}:{address.password or ''}".encode()
    return {"Authorization": f"Basic {b64encode(credentials).decode('ascii')}"}


def _json_object(data: bytes) -> dict[str, object] | None:
    if len(data) > ANSWER_BYTES_MAX:
        return None
    try:
        answer = json.loads(data)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _keep(kept: OrderedDict[K, V], key: K, value: V, most: int) -> None:
    kept[key] = value
    if len(kept) > most:
        kept.popitem(last=False)

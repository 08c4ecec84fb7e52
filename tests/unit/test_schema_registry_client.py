"""The client of a schema registry: what it asks, how often, and what it says when it gets nothing."""

import socket
from collections.abc import Iterator

import pytest

from infra.kafka import registry as client
from infra.kafka.registry import (
    ATTEMPTS_MAX,
    RegistryRefused,
    RegistryUnavailable,
    SchemaIdUnknown,
    SchemaRegistry,
)
from infra.kafka.registry_address import RegistryAddress
from schemas.confluent import framed, is_framed, unframed
from schemas.errors import Malformed
from tests.support.schema_registry import PASSWORD, USER, RegistryServer, registry_server

TEXT = '{"type": "record", "name": "x", "fields": [{"name": "a", "type": "long"}]}'


@pytest.fixture
def server() -> Iterator[RegistryServer]:
    with registry_server() as running:
        yield running


def registry(server: RegistryServer, **who: str) -> SchemaRegistry:
    return SchemaRegistry(RegistryAddress(server.url, **who), wait=lambda _: None)


def test_what_was_registered_is_got_by_its_id(server: RegistryServer) -> None:
    schema_id = registry(server).register("caseledger.case.opened", TEXT)
    assert registry(server).schema(schema_id) == TEXT
    assert server.subjects == {"caseledger.case.opened": [schema_id]}


def test_a_subject_of_any_name_stays_one_step_of_the_path(server: RegistryServer) -> None:
    registry(server).register("a/b c", TEXT)
    assert list(server.subjects) == ["a/b c"]


def test_the_same_is_asked_once(server: RegistryServer) -> None:
    asking = registry(server)
    schema_id = asking.register("a", TEXT)
    assert asking.register("a", TEXT) == schema_id
    assert asking.schema(schema_id) == asking.schema(schema_id) == TEXT
    assert server.requests == [
        "POST /apis/compat/subjects/a/versions", f"GET /apis/compat/schemas/ids/{schema_id}",
    ]  # fmt: skip


def test_the_schema_used_longest_ago_is_forgotten_first(
    server: RegistryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "SCHEMAS_KEPT_MAX", 2)
    asking = registry(server)
    ids = [server.put({"schema": TEXT.replace("x", name)}) for name in "pqr"]
    for schema_id in (ids[0], ids[1], ids[0], ids[2], ids[0], ids[1]):
        asking.schema(schema_id)
    assert [line.rpartition("/")[2] for line in server.requests] == ["1", "2", "3", "2"]


@pytest.mark.parametrize("fault", [0, 429, 500, 503])
def test_what_may_pass_is_asked_again(server: RegistryServer, fault: int) -> None:
    server.put({"schema": TEXT})
    server.faults = [fault] * (ATTEMPTS_MAX - 1)
    assert registry(server).schema(1) == TEXT


@pytest.mark.parametrize("fault", [0, 503])
def test_asking_again_ends_and_waits_longer_each_time(server: RegistryServer, fault: int) -> None:
    waited: list[float] = []
    server.faults = [fault] * (ATTEMPTS_MAX + 1)
    with pytest.raises(RegistryUnavailable, match=f"{ATTEMPTS_MAX} times"):
        SchemaRegistry(RegistryAddress(server.url), waited.append).schema(1)
    assert len(server.requests) == ATTEMPTS_MAX
    assert waited == sorted(set(waited))


def test_nobody_there_is_told_with_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    address = RegistryAddress(f"http://127.0.0.1:{port}", "u", "secret-canary")
    with pytest.raises(RegistryUnavailable, match=f"127.0.0.1:{port}") as told:
        SchemaRegistry(address, wait=lambda _: None).schema(1)
    assert "canary" not in str(told.value)


@pytest.mark.parametrize("status", [302, 409, 422])
def test_a_no_is_not_asked_again(server: RegistryServer, status: int) -> None:
    server.faults = [status]
    with pytest.raises(RegistryRefused, match=f"status {status}, told to"):
        registry(server).register("a", TEXT)
    assert len(server.requests) == 1


def test_an_unknown_id_is_told_apart(server: RegistryServer) -> None:
    with pytest.raises(SchemaIdUnknown, match="no schema 7"):
        registry(server).schema(7)


@pytest.mark.parametrize(
    "schema",
    [
        {"schema": "{}", "schemaType": "JSON"},
        {"schema": TEXT, "references": [{"name": "y", "subject": "y", "version": 1}]},
        {"schema": 1},
    ],
)
def test_what_is_no_avro_schema_by_itself_is_refused(server: RegistryServer, schema: dict[str, object]) -> None:
    with pytest.raises(RegistryRefused, match="no Avro schema that stands by itself"):
        registry(server).schema(server.put(schema))


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'"\xff"', b" " * (client.ANSWER_BYTES_MAX + 1)])
def test_an_answer_that_is_none_is_refused(server: RegistryServer, body: bytes) -> None:
    server.put({"schema": TEXT})
    server.body = body
    with pytest.raises(RegistryRefused, match="no JSON object"):
        registry(server).schema(1)


def test_user_and_password_open_a_protected_one_and_are_told_by_no_error(server: RegistryServer) -> None:
    server.protected = True
    assert registry(server, user=USER, password=PASSWORD).register("a", TEXT) == 1
    asking = registry(server, user=USER, password=PASSWORD[::-1])
    with pytest.raises(RegistryRefused, match="does not let us in") as told:
        asking.schema(1)
    assert PASSWORD[::-1] not in str(told.value)
    assert PASSWORD not in repr(RegistryAddress(server.url, USER, PASSWORD))


@pytest.mark.parametrize(
    "url",
    [
        "registry:8081",
        "ftp://r",
        "http://",
        "http://u:canary@r:1",
        "http://r/?token=canary",
        "http://r/#canary",
        "http://r:canary",
    ],
)
def test_an_address_that_is_none_or_holds_a_secret_is_refused_without_telling_it(url: str) -> None:
    with pytest.raises(ValueError, match="address") as told:
        RegistryAddress(url)
    assert "canary" not in str(told.value)


def test_a_frame_is_a_zero_the_id_and_the_record() -> None:
    assert framed(258, b"ab") == b"\x00\x00\x00\x01\x02ab"
    assert unframed(b"\x00\x00\x00\x01\x02ab") == (258, b"ab")
    assert not is_framed(b"\xc3\x01")


@pytest.mark.parametrize("data", [b"", b"\xc3\x01abcdefgh", b"\x00\x00\x00\x01", b"\x00\xff\xff\xff\xff"])
def test_what_is_no_frame_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        unframed(data)


@pytest.mark.parametrize("schema_id", [-1, 1 << 31])
def test_an_id_that_no_registry_gives_is_not_framed(schema_id: int) -> None:
    with pytest.raises(ValueError, match="no id of a schema"):
        framed(schema_id, b"")

"""docker-compose.yml without an engine: of the official form, pinned, bounded, closed to others, as topics demand."""

import json
import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML
from typer import Context
from typer.core import TyperGroup
from typer.main import get_command

from caseledger.cli import build
from caseledger.settings import Settings
from infra.journal.kafka_guard import INSYNC, INSYNC_MIN, REPLICATION_MIN
from infra.kafka.connection import Brokers
from infra.local_kafka.jars import KAFKA_VERSION
from schemas.topics import SETTINGS, TopicKind

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
PROCESSES = {"consume", "project", "publish", "keep-time"}
BROKERS = ("kafka-1", "kafka-2", "kafka-3")
TOPIC_AS_BROKER = {"max.message.bytes": "message.max.bytes"}
"""What a setting of topics is called where a broker has it for all topics."""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe").load(TEXT)
    return loaded


@pytest.fixture(scope="module")
def services(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = document["services"]
    return found


def broker_setting(services: dict[str, dict[str, Any]], name: str) -> set[str]:
    """What the brokers say of a setting, by the rule of Apache's image for names of variables."""
    variable = "KAFKA_" + name.replace("_", "__").replace("-", "___").replace(".", "_").upper()
    return {services[broker]["environment"][variable] for broker in BROKERS}


def test_it_is_of_the_official_form(document: dict[str, Any]) -> None:
    schema = json.loads(
        (files("check_jsonschema") / "builtin_schemas/vendor/compose-spec.json").read_text(encoding="utf-8")
    )
    jsonschema.validate(document, schema)


def test_every_image_is_pinned_to_one_version(services: dict[str, dict[str, Any]]) -> None:
    images = {service["image"] for service in services.values()}
    assert all(re.fullmatch(r"[a-z/]+:\d+\.\d+(\.\d+)?(-[a-z]+)?", image) for image in images)
    assert {services[broker]["image"] for broker in BROKERS} == {f"apache/kafka:{KAFKA_VERSION}"}
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert {services[process]["image"] for process in PROCESSES} == {f"caseledger:{version}"}


def test_brokers_are_set_as_topics_demand(services: dict[str, dict[str, Any]]) -> None:
    demanded = SETTINGS[TopicKind.LEDGER].config
    for name in ("unclean.leader.election.enable", "max.message.bytes"):
        assert broker_setting(services, TOPIC_AS_BROKER.get(name, name)) == {demanded[name]}
    assert broker_setting(services, "default.replication.factor") == {str(REPLICATION_MIN)}
    assert broker_setting(services, INSYNC) == {str(INSYNC_MIN)}
    assert broker_setting(services, "auto.create.topics.enable") == {"false"}
    assert services["consume"]["environment"]["CASELEDGER_JOURNAL_DURABILITY"] == "replicated"


def test_three_brokers_differ_in_number_and_address_only_and_know_each_other(
    services: dict[str, dict[str, Any]],
) -> None:
    different = ("KAFKA_NODE_ID", "KAFKA_ADVERTISED_LISTENERS")
    same = [
        {key: value for key, value in services[broker]["environment"].items() if key not in different}
        for broker in BROKERS
    ]
    assert same[0] == same[1] == same[2]
    voters = ",".join(f"{number}@kafka-{number}:29093" for number in (1, 2, 3))
    assert same[0]["KAFKA_CONTROLLER_QUORUM_VOTERS"] == voters
    for number, broker in enumerate(BROKERS, start=1):
        environment = services[broker]["environment"]
        assert environment["KAFKA_NODE_ID"] == str(number)
        published = services[broker]["ports"][0].rpartition(":")[0]
        assert environment["KAFKA_ADVERTISED_LISTENERS"] == f"INTERNAL://{broker}:19092,HOST://{published}"
        assert services[broker]["volumes"] == [f"{broker}:{environment['KAFKA_LOG_DIRS']}"]


def test_every_process_runs_and_waits_for_the_topics(services: dict[str, dict[str, Any]]) -> None:
    ours = {name for name, service in services.items() if "build" in service}
    assert ours == PROCESSES | {"journal-create"}
    for process in PROCESSES:
        assert services[process]["command"] == [process]
        waits = {name: each["condition"] for name, each in services[process]["depends_on"].items()}
        assert waits == {"journal-create": "service_completed_successfully", "postgres": "service_healthy"}
    waits = {name: each["condition"] for name, each in services["journal-create"]["depends_on"].items()}
    assert waits == dict.fromkeys(BROKERS, "service_healthy")


@pytest.mark.parametrize("name", sorted(PROCESSES | {"journal-create"}))
def test_every_command_is_one_of_ours_with_arguments_it_takes(services: dict[str, dict[str, Any]], name: str) -> None:
    command: Any = get_command(build())
    arguments = services[name]["command"]
    while isinstance(command, TyperGroup):
        found = command.get_command(Context(command), arguments[0])
        assert found is not None, f"no command {arguments[0]!r}"
        command, arguments = found, arguments[1:]
    command.make_context(name, arguments)


def test_what_processes_are_told_are_settings_that_can_be_used(services: dict[str, dict[str, Any]]) -> None:
    environment = services["consume"]["environment"]
    assert all(services[name]["environment"] == environment for name in (*PROCESSES, "journal-create"))
    ours = {key.removeprefix("CASELEDGER_").lower(): value for key, value in environment.items() if "CASEL" in key}
    assert set(ours) <= set(Settings.model_fields)
    settings = Settings(**ours)
    assert settings.kafka is not None
    assert Brokers.parse(settings.kafka).bootstrap == tuple(f"{broker}:19092" for broker in BROKERS)


def test_everything_has_a_limit_of_memory_a_restart_policy_and_bounded_logs(
    services: dict[str, dict[str, Any]],
) -> None:
    for name, service in services.items():
        assert re.fullmatch(r"\d+[mg]", service["mem_limit"]), name
        assert service["restart"] == ("no" if name == "journal-create" else "unless-stopped"), name
        assert service["logging"]["options"]["max-size"], name


def test_everything_that_goes_on_tells_whether_it_is_well(services: dict[str, dict[str, Any]]) -> None:
    asked = {name: " ".join(each["healthcheck"]["test"]) for name, each in services.items() if "healthcheck" in each}
    assert set(asked) == set(services) - {"journal-create"}
    assert all("kafka-cluster.sh" in asked[broker] for broker in BROKERS)
    assert "pg_isready" in asked["postgres"]
    port = services["consume"]["environment"]["CASELEDGER_METRICS_ADDRESS"].rpartition(":")[2]
    assert all(f"http://127.0.0.1:{port}/health/ready" in asked[process] for process in PROCESSES)


def test_every_port_is_open_to_this_machine_only_and_used_once(services: dict[str, dict[str, Any]]) -> None:
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert len({port.split(":")[1] for port in ports}) == len(ports)


def test_processes_can_change_nothing_but_their_data(services: dict[str, dict[str, Any]]) -> None:
    for name in (*PROCESSES, "journal-create"):
        service = services[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["volumes"] == ["data:/data"]


def test_no_secret_stands_in_it_and_the_one_it_needs_must_be_given(services: dict[str, dict[str, Any]]) -> None:
    secrets = [
        value
        for service in services.values()
        for key, value in service["environment"].items()
        if "PASSWORD" in key or "SECRET" in key
    ]
    assert len(secrets) == len(PROCESSES) + 2
    assert all(re.fullmatch(r"\$\{POSTGRES_PASSWORD:\?.+\}", value) for value in secrets)
    assert "://caseledger:" not in TEXT


def test_every_volume_is_declared_and_used(document: dict[str, Any], services: dict[str, dict[str, Any]]) -> None:
    used = {volume.partition(":")[0] for service in services.values() for volume in service["volumes"]}
    assert used == set(document["volumes"])

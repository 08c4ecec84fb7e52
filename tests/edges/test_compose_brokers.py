"""What docker-compose.yml tells its brokers is understood by a real one, and a ledger's topic made there passes."""

from pathlib import Path

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource
from ruamel.yaml import YAML

from tests.support.broker import faulty_cluster

ROOT = Path(__file__).parents[2]
OF_THE_PLACE = ("process.roles", "heap.opts", "log.dirs", "node.id", "quorum", "listener", "inter.broker")


def told_by_compose() -> dict[str, str]:
    """The settings of the first broker under their own names, but for those that say where it is."""
    services = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    environment = {name: value for name, value in services["kafka-1"]["environment"].items() if "KAFKA_" in name}
    named = {name.removeprefix("KAFKA_").lower().replace("_", "."): value for name, value in environment.items()}
    return {name: value for name, value in named.items() if not any(part in name for part in OF_THE_PLACE)}


def test_a_real_broker_knows_every_setting_of_the_compose_file() -> None:
    told = told_by_compose()
    assert {"min.insync.replicas", "unclean.leader.election.enable", "message.max.bytes"} <= set(told)
    with faulty_cluster(1, settings=told) as cluster:
        admin = KafkaAdminClient(bootstrap_servers=cluster.bootstrap)
        described = admin.describe_configs([ConfigResource("BROKER", "1")], config_filter="all")["broker"]["1"]
        admin.close()
    assert {name: described[name]["value"] for name in told} == told

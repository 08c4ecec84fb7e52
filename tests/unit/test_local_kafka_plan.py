"""What brokers are told, and what a folder says of its cluster."""

import json
import socket
from pathlib import Path

import pytest

from infra.local_kafka.broker import Broker
from infra.local_kafka.errors import PortTaken, StateDamaged
from infra.local_kafka.local import LocalKafka, Wanted
from infra.local_kafka.plan import FAST_FAILOVER, BrokerPlan, ClusterPlan, ControllerPlan, Proxied, brokers
from infra.local_kafka.ports import EPHEMERAL, free_ports, is_free


def told(plan: ClusterPlan, number: int = 1) -> dict[str, str]:
    lines = plan.properties(plan.brokers[number - 1], "data").splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_three_brokers_keep_three_copies_of_which_two_are_in_sync() -> None:
    properties = told(ClusterPlan("c", brokers([1, 2, 3], [11, 12, 13])), 2)
    copies = {
        name: value
        for name, value in properties.items()
        if ("replica" in name and "backoff" not in name) or name.endswith("min.isr")
    }
    assert {value for name, value in copies.items() if "factor" in name} == {"3"}
    assert {value for name, value in copies.items() if "factor" not in name} == {"2"}
    assert properties["node.id"] == "2"
    assert properties["controller.quorum.voters"] == "1@127.0.0.1:11,2@127.0.0.1:12,3@127.0.0.1:13"


def test_brokers_beside_a_controller_are_none_and_all_are_told_where_it_is() -> None:
    plan = ClusterPlan("c", brokers([1, 2, 3]), controller=ControllerPlan(11))
    controller, *others = (
        dict(line.split("=", 1) for line in plan.properties(node, "data").splitlines()) for node in plan.nodes
    )
    assert [each["process.roles"] for each in (controller, *others)] == ["controller", "broker", "broker", "broker"]
    assert {each["controller.quorum.voters"] for each in (controller, *others)} == {"100@127.0.0.1:11"}
    assert controller["listeners"] == "CONTROLLER://127.0.0.1:11"
    assert [each["listeners"] for each in others] == [f"PLAINTEXT://127.0.0.1:{port}" for port in (1, 2, 3)]
    assert controller["min.insync.replicas"] == "2", "it is the controller that makes topics"


def test_one_broker_keeps_one_copy() -> None:
    properties = told(ClusterPlan("c", brokers([1], [11])))
    assert (properties["default.replication.factor"], properties["min.insync.replicas"]) == ("1", "1")


def test_topics_are_made_on_purpose_and_everything_listens_on_loopback_only() -> None:
    properties = told(ClusterPlan("c", brokers([1], [11])))
    assert properties["auto.create.topics.enable"] == "false"
    assert all("//127.0.0.1:" in each for each in properties["listeners"].split(","))


def test_fail_over_is_as_apache_has_it_unless_asked_otherwise() -> None:
    usual, fast = ClusterPlan("c", brokers([1], [11])), ClusterPlan("c", brokers([1], [11]), FAST_FAILOVER)
    assert "broker.session.timeout.ms" not in told(usual)
    assert told(fast)["broker.session.timeout.ms"] == "2000"


def test_a_proxied_broker_sends_clients_of_its_second_listener_to_the_proxy() -> None:
    plan = ClusterPlan("c", (BrokerPlan(1, 1, 11, Proxied(21, 31)),))
    properties = told(plan)
    assert properties["listeners"] == "PLAINTEXT://127.0.0.1:1,PROXIED://127.0.0.1:21,CONTROLLER://127.0.0.1:11"
    assert properties["advertised.listeners"] == "PLAINTEXT://127.0.0.1:1,PROXIED://127.0.0.1:31"
    assert properties["inter.broker.listener.name"] == "PLAINTEXT"
    assert (plan.bootstrap, plan.bootstrap_proxied) == ("127.0.0.1:1", "127.0.0.1:31")


def test_free_ports_are_different_free_and_below_those_of_clients() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert all(is_free(port) and port < EPHEMERAL for port in ports)


def test_a_broker_whose_port_is_taken_names_it(tmp_path: Path) -> None:
    port, controller = free_ports(2)
    with socket.create_server(("127.0.0.1", controller)), pytest.raises(PortTaken, match=f"127.0.0.1:{controller}"):
        Broker(BrokerPlan(1, port, controller), tmp_path).check_ports()


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        json.dumps({"format": 2}),
        json.dumps({"format": 1, "cluster_id": "c"}),
        json.dumps({"format": 1, "cluster_id": "c", "brokers": 2, "port": 9, "fast_failover": False}),
        json.dumps({"format": 1, "cluster_id": "c", "brokers": 1, "port": "9", "fast_failover": False}),
    ],
)
def test_a_damaged_state_is_named_and_nothing_is_done_with_it(tmp_path: Path, text: str) -> None:
    file = tmp_path / "cluster.json"
    file.write_text(text)
    for work in (LocalKafka(tmp_path).status, LocalKafka(tmp_path).down, lambda: LocalKafka(tmp_path).up(Wanted())):
        with pytest.raises(StateDamaged, match=str(file)):
            work()
    assert file.read_text() == text
    assert {entry.name for entry in tmp_path.iterdir()} <= {"cluster.json", "lock"}

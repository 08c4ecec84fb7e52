"""Brokers that ask who talks to them: every client passes on what the settings say, and no output holds a secret."""

import json
import re
import shlex
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from kafka.admin import ACLOperation, ACLResourcePatternType, ResourceType

from caseledger.bootstrap import Caseledger
from caseledger.cli.status import ExitStatus
from caseledger.processes.ending import STOP_S_MAX
from caseledger.settings import Settings
from consumers.messages import Outgoing
from infra.kafka.aside import KafkaAside
from infra.kafka.connection import Brokers
from infra.kafka.grants import GRANTS
from infra.kafka.intake import CLAIM
from infra.kafka.sink import KafkaSink
from schemas.topics import SETTINGS, TopicKind, topic_name
from tests.support.command_line import FACTS_MAX, ROOT, Ended, json_lines
from tests.support.overdue import KR, MISSED
from tests.support.overdue import command as overdue_command
from tests.support.processes import Service, command
from tests.support.secure_broker import CLIENT, SCRAM, Allowed, SecureBroker, secure_broker

USER = "everybody"
CANARY = "canary-3f9c1a"
"""The password, which is searched for in everything that is printed, logged or served."""

REPORTS = 300
OWN = {"CASELEDGER_JOURNAL_DURABILITY": "single", "CASELEDGER_JOURNAL_CREATE": "true", "CASELEDGER_LOG_LEVEL": "debug"}


PROCESSES = {f"caseledger-{process}": CANARY for process in GRANTS}


@pytest.fixture(scope="module")
def brokers() -> Iterator[SecureBroker]:
    with secure_broker({USER: CANARY, **PROCESSES}) as started:
        started.allow_everything(USER)
        started.know(USER, CANARY)
        started.allow_everything(f"CN={CLIENT}")
        yield started


def said(told: Ended) -> str:
    return told.out + told.err


def filed(brokers: SecureBroker, data: Path, speaking: Sequence[str], *numbers: int) -> Ended:
    """So many reports, written over a listener by whoever is named after it."""
    settings = OWN | brokers.settings(*speaking)
    return command("run", "-", data=data, given=json_lines(*map(overdue_command, numbers)), **settings)


PLAIN = ("SASL", USER, CANARY)
PREFIXED = {"--resource-pattern-type", "prefixed"}


@pytest.mark.parametrize("speaking", [PLAIN, ("TLS",), ("SASLTLS", USER, CANARY, SCRAM)], ids=lambda each: each[0])
def test_a_ledger_is_written_over_every_kind_of_connection(
    brokers: SecureBroker, tmp_path: Path, speaking: Sequence[str]
) -> None:
    number = 2_000 + len(speaking)
    told = filed(brokers, tmp_path / "data", speaking, number, number)
    assert (told.status, [line.get("repeated", False) for line in told.lines]) == (0, [False, True]), told.err
    assert CANARY not in said(told)


def allow_as_documented(brokers: SecureBroker, platform: str) -> None:
    """Read docs/operating.md, and do what its lines say."""
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8").replace("PLATFORM", platform)
    lines = [shlex.split(line) for line in page.splitlines() if line.startswith("$ACLS ")]
    assert {line[2] for line in lines} == {f"User:{name}" for name in PROCESSES}
    brokers.allow(map(allowed, lines))


def allowed(line: list[str]) -> Allowed:
    """What one line of the documentation allows."""
    _, _, principal, *operations, kind, name = (part for part in line if part not in PREFIXED)
    assert set(operations[::2]) == {"--operation"}
    named = [re.sub("(?<=[a-z])(?=[A-Z])", "_", each).upper() for each in operations[1::2]]
    resource = ResourceType[kind.removeprefix("--").replace("-", "_").upper()]
    pattern = ACLResourcePatternType.PREFIXED if set(line) >= PREFIXED else ACLResourcePatternType.LITERAL
    operation = tuple(ACLOperation[each] for each in named)
    return Allowed(principal.removeprefix("User:"), resource, name, operation, pattern)


def test_what_the_documentation_allows_each_process_is_enough(brokers: SecureBroker, tmp_path: Path) -> None:
    platform, data = KR, tmp_path / "data"
    allow_as_documented(brokers, platform)

    def does(user: str, *arguments: str, given: bytes = b"") -> Ended:
        settings = brokers.settings("SASL", user, CANARY)
        told = command(*arguments, data=data, given=given, CASELEDGER_JOURNAL_DURABILITY="single", **settings)
        assert CANARY not in said(told)
        return told

    @contextmanager
    def running(user: str, *arguments: str) -> Iterator[Service]:
        settings = brokers.settings("SASL", user, CANARY)
        with Service(*arguments, data=data, CASELEDGER_JOURNAL_DURABILITY="single", **settings) as service:
            yield service
        assert service.process.returncode == 0, service.err
        assert CANARY not in service.err + "".join(service.out)

    line = json_lines(overdue_command(1_001))
    assert does("caseledger-create", "journal", "create", "--platform", platform).status == 0
    assert does("caseledger-commands", "run", "-", given=line).status == 0
    assert does(USER, "send", "-", given=json_lines(overdue_command(1_002))).status == 0
    poison = KafkaSink(Brokers.parse(brokers.open), "somebody")
    poison.put([Outgoing(topic_name(platform, TopicKind.REPORTS), b"key", b"no report", ())])
    poison.close()
    before = KafkaAside(
        Brokers.parse(brokers.open), topic_name(platform, TopicKind.REFUSED), CLAIM.format(platform=platform)
    )
    claimed = [before.claim(each) for each in range(SETTINGS[TopicKind.REPORTS].partitions)]
    before.close()
    assert not any(claimed), "what follows is the second claim, which does more"
    with running("caseledger-consume", "consume", "--platform", platform) as service:
        for outcome in ("admitted", "poison"):
            at = {"platform": platform, "outcome": outcome}
            service.wait(lambda at=at: service.metric("reports_consumed_total", **at) == 1)
        assert service.metric("reports_poison_total", reason="invalid_json") == 1
        service.wait(lambda: service.metric("reports_lag_records", platform=platform) == 0)
        assert service.end() < STOP_S_MAX
    kept = does("caseledger-keep-time", "keep-time", "--once", "--json")
    assert (kept.status, len(kept.lines) >= 2) == (0, True), kept.err
    with running("caseledger-publish", "publish", "--platform", platform) as service:
        service.wait(lambda: service.metric("published_lag_positions", platform=platform) == 0)
        position = service.metric("published_position", platform=platform)
        assert service.metric("published_events_total", platform=platform) == position > 0
        assert service.end() < STOP_S_MAX
    more = does("caseledger-project", "run", "-", given=json_lines(overdue_command(1_003)))
    assert (more.status, "not written" in more.err) == (ExitStatus.UNAVAILABLE, True), "who projects may not write"
    with running("caseledger-project", "project") as service:
        service.wait_ready()
        at = {"platform": platform, "read_model": "queue"}
        service.wait(lambda: service.metric("read_model_lag_positions", **at) == 0)
        service.wait(lambda: service.metric("tail_lag_records", platform=platform) == 0)
        assert service.metric("log_answered_timestamp_seconds", platform=platform) is not None
        assert service.end() < STOP_S_MAX


def test_who_may_not_is_told_which_operation_it_needs(brokers: SecureBroker, tmp_path: Path) -> None:
    settings = OWN | brokers.settings("SASL", "caseledger-project", CANARY)
    told = command("journal", "create", "--platform", "moji-weather", data=tmp_path / "data", **settings)
    assert told.status == ExitStatus.UNAVAILABLE
    assert "moji-weather.ledger" in told.err
    assert "not authorised; this client needs the operation Describe on the topic" in told.err
    assert CANARY not in said(told)


def test_who_is_not_known_tries_for_a_while_and_ends_with_the_address_and_without_the_password(
    brokers: SecureBroker, tmp_path: Path
) -> None:
    settings = OWN | brokers.settings("SASL", USER, f"wrong-{CANARY}")
    with Service("project", data=tmp_path / "data", CASELEDGER_RETRY_S="1", **settings) as service:
        assert service.process.wait(60) == ExitStatus.UNAVAILABLE
        assert brokers.addresses["SASL"] in service.err.splitlines()[-1]
        assert CANARY not in service.err


def test_processes_outlive_their_broker_and_end_in_time_with_nothing_in_doubt(
    brokers: SecureBroker, tmp_path: Path
) -> None:
    data, address = tmp_path / "data", brokers.addresses["SASL"]
    assert filed(brokers, data, PLAIN, *range(REPORTS)).status == 0
    settings = OWN | brokers.settings("SASL", USER, CANARY)
    with (
        Service("keep-time", "--json", "--every", "0.05", data=data, **settings) as keeping,
        Service("project", data=data, **settings) as projecting,
    ):
        keeping.wait(lambda: len(keeping.out) > 20)
        projecting.wait_ready()
        brokers.cluster.brokers[0].kill()
        for service in (keeping, projecting):
            service.wait(lambda service=service: service.ready()[0] == 503)
            assert service.live() == 200
        projecting.wait(lambda: "process_tries_again" in projecting.err)
        brokers.cluster.brokers[0].start()
        for service in (keeping, projecting):
            service.wait_ready()
        keeping.wait(lambda: len(keeping.out) >= REPORTS - 50)
        assert keeping.metric("appends_in_doubt", platform=KR) == 0
        for service in (keeping, projecting):
            assert service.end(signal.SIGTERM) < STOP_S_MAX
            assert service.process.returncode == 0, service.err
            assert CANARY not in service.err + "".join(service.out)
    tries = [line for line in projecting.err.splitlines() if "process_tries_again" in line]
    assert all(address in line for line in tries)
    with Caseledger(Settings(data=data, kafka=brokers.open, journal_durability="single")) as opened:
        missed = [fact.event_id for fact in opened.facts(KR, 0, FACTS_MAX) if fact.event.TYPE == MISSED]
    told = [json.loads(line)["events"][0]["id"] for line in keeping.out]
    assert set(told) <= set(missed)
    assert len(missed) == len(set(missed))

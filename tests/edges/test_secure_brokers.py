"""Brokers that ask who talks to them: every client passes on what the settings say, and no output holds a secret."""

import json
import re
import shlex
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka.admin import ACLOperation, ResourceType

from caseledger.bootstrap import Caseledger
from caseledger.cli.status import ExitStatus
from caseledger.processes.ending import STOP_S_MAX
from caseledger.settings import Settings
from infra.kafka.grants import GRANTS
from tests.support.command_line import FACTS_MAX, ROOT, Ended, json_lines
from tests.support.processes import Service, command
from tests.support.secure_broker import CLIENT, SecureBroker, secure_broker

USER = "everybody"
CANARY = "canary-3f9c1a"
"""The password, which is searched for in everything that is printed, logged or served."""

PLATFORM = "36kr-jiangsu"
REPORTS = 300
MISSED = "case.deadline_missed.v1"
OWN = {"CASELEDGER_JOURNAL_DURABILITY": "single", "CASELEDGER_JOURNAL_CREATE": "true", "CASELEDGER_LOG_LEVEL": "debug"}


def report(number: int, platform: str = PLATFORM) -> dict[str, object]:
    """A report of years ago: its case is overdue."""
    return {
        "platform": platform,
        "at": f"2021-03-{1 + number % 20:02}T{number % 24:02}:00:00+08:00",
        "command": "file_report",
        "report": f"r-{number}",
        "source": "user",
        "place": "weibo",
        "subject": {"type": "content", "id": f"c-{number}"},
        "content": f"c-{number}",
        "codes": ["3.2.8"],
    }


PROCESSES = {f"caseledger-{process}": CANARY for process in GRANTS}


@pytest.fixture(scope="module")
def brokers() -> Iterator[SecureBroker]:
    with secure_broker({USER: CANARY, **PROCESSES}) as started:
        started.allow_everything(USER)
        started.allow_everything(f"CN={CLIENT}")
        yield started


def said(told: Ended) -> str:
    return told.out + told.err


def filed(brokers: SecureBroker, data: Path, listener: str, *numbers: int) -> Ended:
    """So many reports, written over this listener."""
    who = () if listener == "TLS" else (USER, CANARY)
    settings = OWN | brokers.settings(listener, *who)
    return command("run", "-", data=data, given=json_lines(*map(report, numbers)), **settings)


@pytest.mark.parametrize("listener", ["SASL", "TLS", "SASLTLS"])
def test_a_ledger_is_written_and_read_over_every_kind_of_connection(
    brokers: SecureBroker, tmp_path: Path, listener: str
) -> None:
    told = filed(brokers, tmp_path / "data", listener, 1, 2)
    assert (told.status, len(told.lines), CANARY in said(told)) == (0, 2, False)
    again = filed(brokers, tmp_path / "data", listener, 1, 2)
    assert [line["repeated"] for line in again.lines] == [True, True]


def allow_as_documented(brokers: SecureBroker, platform: str) -> None:
    """Read docs/operating.md, and do what its lines say."""
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8").replace("PLATFORM", platform)
    lines = [shlex.split(line) for line in page.splitlines() if line.startswith("$ACLS ")]
    assert {line[2] for line in lines} == {f"User:{name}" for name in PROCESSES}
    for _, _, principal, *operations, kind, name in lines:
        assert operations[::2] == ["--operation"] * (len(operations) // 2)
        resource = ResourceType[kind.removeprefix("--").upper()]
        names = [re.sub("(?<=[a-z])(?=[A-Z])", "_", each).upper() for each in operations[1::2]]
        brokers.allow(principal.removeprefix("User:"), resource, name, *(ACLOperation[each] for each in names))


def test_what_the_documentation_allows_each_process_is_enough_and_no_more(
    brokers: SecureBroker, tmp_path: Path
) -> None:
    platform, data = "moji-weather", tmp_path / "data"
    allow_as_documented(brokers, platform)

    def does(process: str, *arguments: str, given: bytes = b"") -> Ended:
        settings = brokers.settings("SASL", f"caseledger-{process}", CANARY)
        return command(*arguments, data=data, given=given, CASELEDGER_JOURNAL_DURABILITY="single", **settings)

    assert does("create", "journal", "create", "--platform", platform).status == 0
    lines = json_lines(report(1, platform))
    refused = does("project", "run", "-", given=lines)
    assert (refused.status, "not written" in refused.err) == (ExitStatus.UNAVAILABLE, True)
    assert does("commands", "run", "-", given=lines).status == 0
    for listener in ("SASL", "TLS"):
        who = () if listener == "TLS" else (USER, CANARY)
        number = len(listener)
        told = command(
            "send", "-", data=data, given=json_lines(report(number, platform)), **brokers.settings(listener, *who)
        )
        assert told.status == 0, told.err


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
    assert filed(brokers, data, "SASL", *range(REPORTS)).status == 0
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
        assert keeping.metric("appends_in_doubt", platform=PLATFORM) == 0
        for service in (keeping, projecting):
            assert service.end(signal.SIGTERM) < STOP_S_MAX
            assert service.process.returncode == 0, service.err
            assert CANARY not in service.err + "".join(service.out)
    tries = [line for line in projecting.err.splitlines() if "process_tries_again" in line]
    assert all(address in line for line in tries)
    with Caseledger(Settings(data=data, kafka=brokers.open, journal_durability="single")) as opened:
        missed = [fact.event_id for fact in opened.facts(PLATFORM, 0, FACTS_MAX) if fact.event.TYPE == MISSED]
    told = [json.loads(line)["events"][0]["id"] for line in keeping.out]
    assert set(told) <= set(missed)
    assert len(missed) == len(set(missed)) <= REPORTS

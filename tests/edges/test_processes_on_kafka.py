"""Consume, publish and project on a real broker, told to end while reports come in: in time, with nothing in doubt."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from caseledger.bootstrap import Caseledger
from caseledger.cli.status import ExitStatus
from caseledger.processes.ending import STOP_S_MAX
from caseledger.settings import Durability, Settings
from tests.support.broker import FaultyCluster, faulty_cluster
from tests.support.command_line import FACTS_MAX, json_lines
from tests.support.faults.journals import read_topic
from tests.support.overdue import KR, report
from tests.support.processes import Service, command

REPORTS = 4_000
RECEIVED = "report.received.v1"


@pytest.fixture
def cluster() -> Iterator[FaultyCluster]:
    """A broker of its own: the platform's topics have the names of a shipped policy."""
    with faulty_cluster(1) as started:
        yield started


def test_processes_told_to_end_under_load_end_in_time_and_others_go_on_where_they_were(
    cluster: FaultyCluster, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    settings = {"CASELEDGER_KAFKA": cluster.bootstrap, "CASELEDGER_JOURNAL_DURABILITY": "single"}
    at = {"platform": KR}
    assert command("journal", "create", "--platform", KR, data=data, **settings).status == 0
    reports = json_lines(*map(report, range(REPORTS)))
    assert command("send", "-", data=data, given=reports, **settings).status == 0
    with ExitStack() as stack:
        names = ("consume", "publish", "project")
        services = [stack.enter_context(Service(each, "--platform", KR, data=data, **settings)) for each in names]
        consuming, publishing, projecting = services
        consuming.wait(lambda: (consuming.metric("reports_consumed_total", **at, outcome="admitted") or 0) > 0)
        ended(consuming)
        publishing.wait(lambda: (publishing.metric("published_events_total", **at) or 0) > 0)
        ended(publishing)
        projecting.wait_ready()
        ended(projecting)
    with Caseledger(Settings(data=data, kafka=cluster.bootstrap, journal_durability=Durability.SINGLE)) as opened:
        taken = sum(fact.event.TYPE == RECEIVED for fact in opened.facts(KR, 0, FACTS_MAX))
    rest = command("consume", "--platform", KR, "--until-quiet", "1", "--json", data=data, **settings)
    assert (rest.status, rest.lines[0]["admitted"]) == (0, REPORTS - taken), rest.err
    assert 0 < taken < REPORTS, "it was told to end under load"
    assert command("publish", "--platform", KR, "--until-quiet", "1", data=data, **settings).status == 0
    assert set(published(cluster.bootstrap).values()) == {1}
    with Service("keep-time", "--json", data=data, **settings) as keeping:
        keeping.wait(lambda: len(keeping.out) > 20)
        cluster.broker(1).kill()
        assert keeping.end() < STOP_S_MAX
        assert keeping.process.returncode in (ExitStatus.DONE, ExitStatus.OUTCOME_UNKNOWN), (
            "it cannot know, and says so"
        )


def ended(service: Service) -> None:
    """Told to end, it does so in time and in good order."""
    assert service.end() < STOP_S_MAX
    assert service.process.returncode == 0, service.err


def published(bootstrap: str) -> Counter[bytes]:
    """The ids of the events in the public topic, each with how often it is there."""
    return Counter(dict(record.headers)["ce_id"] for record in read_topic(bootstrap, f"{KR}.events"))

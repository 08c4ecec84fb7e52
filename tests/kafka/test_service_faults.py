"""The whole service against three brokers and PostgreSQL, each of its processes killed again and again: every report
takes effect once, and what is published and projected is the ledger.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from caseledger.bootstrap import Caseledger
from domain.cases.later_events import CaseDeadlineMissed
from domain.reports.events import ReportReceived
from tests.support.broker import faulty_cluster
from tests.support.faults.brokers import leader_of, wait_until_whole
from tests.support.faults.deployment import KR, Deployment
from tests.support.faults.fleet import assert_sound, until
from tests.support.faults.services import Services, services
from tests.support.faults.upstream import Upstream
from tests.support.postgres import postgres_server, postgres_url  # noqa: F401 - fixtures

ROLES = ("consume", "project", "publish", "keep-time")
REPORTS_A_ROUND = 200
CURRENT_S_MAX = 120.0
LOOK_S = 0.5
FACTS_MAX = 1_000_000


@pytest.fixture
def deployment(postgres_url: str, tmp_path: Path) -> Iterator[Deployment]:  # noqa: F811
    """A platform on three brokers that are there to be hurt."""
    with faulty_cluster(3, fast_failover=True) as cluster:
        yield Deployment(cluster, postgres_url, tmp_path)


def test_processes_killed_at_any_step_lose_nothing_and_do_nothing_twice(
    deployment: Deployment, tmp_path: Path, dice: random.Random
) -> None:
    upstream = Upstream(deployment.cluster.bootstrap, deployment.reports, dice)
    with services(deployment.environment, tmp_path, dice) as running:
        for role in ROLES:
            running.start(role, 2)
        for harmed in dice.sample(HARMS, ROUNDS):
            sent = upstream.messages
            upstream.send(REPORTS_A_ROUND)
            some = dice.randrange(sent, upstream.messages)
            wait_for(lambda some=some: deployment.taken() > some, f"{some} messages in the ledger")
            with harmed(deployment, running):
                for role in dice.sample(ROLES, len(ROLES)):
                    running.kill_one(role)
                wait_for(lambda: deployment.taken() == upstream.messages, "every message in the ledger")
        with deployment.open() as service:
            wait_for(lambda: len(overdue(service)) >= len(upstream.reports), "every deadline as missed")
            head = service.ledger(KR).head()
            wait_for(lambda: projected(service) == {head}, f"all read models at {head}")
            wait_for(lambda: len(deployment.published()) >= head, f"{head} published events")
            facts = service.facts(KR, 0, FACTS_MAX)
            missed = overdue(service)
        running.end()
    assert_sound(deployment.history())
    received = [fact.event.report for fact in facts if isinstance(fact.event, ReportReceived)]
    assert Counter(received) == Counter(upstream.reports)
    assert len(set(missed)) == len(missed) == len(upstream.reports)
    assert Counter(deployment.refused()) == Counter(upstream.poison)
    assert deployment.published() == [(fact.position, f"{fact.stream.uuid}.{fact.version}") for fact in facts]


@contextmanager
def nothing_else(_deployment: Deployment, _running: Services) -> Iterator[None]:
    yield


@contextmanager
def without_a_leader(deployment: Deployment, _running: Services) -> Iterator[None]:
    """The ledger's leader is killed, and back at the end."""
    leader = leader_of(deployment.cluster, deployment.ledger)
    leader.kill()
    yield
    leader.start()
    wait_until_whole(deployment.cluster, deployment.ledger)


@contextmanager
def with_a_consumer_that_sleeps(_deployment: Deployment, running: Services) -> Iterator[None]:
    """One that is given up by its group, and goes on at the end as if nothing had happened."""
    with running.paused("consume"):
        yield


@contextmanager
def with_a_publisher_that_sleeps(_deployment: Deployment, running: Services) -> Iterator[None]:
    """The same, perhaps with a round under way."""
    with running.paused("publish"):
        yield


HARMS = (nothing_else, without_a_leader, with_a_consumer_that_sleeps, with_a_publisher_that_sleeps)
ROUNDS = 3


def wait_for(condition: Callable[[], bool], what: str) -> None:
    until(condition, CURRENT_S_MAX, what, LOOK_S)


def overdue(service: Caseledger) -> list[UUID]:
    """The cases of which it is recorded that a deadline was missed; each of these has one, years ago."""
    facts = service.facts(KR, 0, FACTS_MAX)
    return [fact.stream.uuid for fact in facts if isinstance(fact.event, CaseDeadlineMissed)]


def projected(service: Caseledger) -> set[int]:
    """Where the read models stand."""
    return set(service.read_models.positions(KR).values())

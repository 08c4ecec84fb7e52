"""Several processes of the service on one topic: what one of them has not folded yet is no reason to undo another's."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from caseledger.application.bulk import BulkIntake, Tally
from caseledger.bootstrap import Caseledger
from caseledger.settings import Durability, Settings
from consumers.lines import Line
from infra.kafka.admin import administering
from projections.catalogue import read_models

KR = "36kr-jiangsu"
REPORT = (
    '{"at": "2021-07-10T12:00:00+08:00", "report": "%s", "source": "user", "place": "weibo",'
    ' "subject": {"type": "news_item", "id": "n-%s"}, "codes": ["4.2.1"]}'
)


@pytest.fixture
def platform() -> str:
    """A platform that no other test has; its pack is that of another one."""
    return f"p{uuid4().hex[:12]}"


@pytest.fixture
def settings(tmp_path: Path, kafka_broker: str, platform: str) -> Settings:
    """Those of every process of this service; the packs are at hand under the platform's name."""
    packs = tmp_path / "policies" / platform
    packs.mkdir(parents=True)
    for shipped in (Path(__file__).parents[2] / "policies" / KR).iterdir():
        (packs / shipped.name).write_text(shipped.read_text(encoding="utf-8").replace(KR, platform), encoding="utf-8")
    return Settings(
        data=tmp_path / "data",
        kafka=kafka_broker,
        platform=platform,
        policies=tmp_path / "policies",
        journal_durability=Durability.SINGLE,
        journal_create=True,
    )


@pytest.fixture
def writer(settings: Settings) -> Iterator[Caseledger]:
    with closing(Caseledger(settings)) as caseledger:
        yield caseledger


@pytest.fixture
def stale(settings: Settings, writer: Caseledger, platform: str) -> Iterator[Caseledger]:
    """A process whose tail no longer tells it of what others write."""
    file_reports(writer, platform, range(3))
    with closing(Caseledger(settings)) as caseledger:
        caseledger.ledger(platform)
        caseledger.journal(platform)._log._tail.close()  # noqa: SLF001 - a network that is slow just there
        yield caseledger


def file_reports(caseledger: Caseledger, platform: str, numbers: range) -> None:
    intake = BulkIntake(caseledger.gateway, platform, Tally())
    lines = [Line(number, 0, 0, (REPORT % (number, number)).encode()) for number in numbers]
    assert intake.take(lines) == []


def test_a_topic_of_no_platform_is_no_ledger(writer: Caseledger, platform: str) -> None:
    file_reports(writer, platform, range(1))
    assert writer.brokers is not None
    with administering(writer.brokers) as admin:
        admin.make(f"Other_{platform}.books.ledger", 2, 1, {})
    with closing(Caseledger(writer.settings)) as other:
        assert [name for name in other.platforms() if platform in name] == [platform]


def test_a_process_with_an_old_index_leaves_newer_read_models_as_they_are(
    writer: Caseledger, stale: Caseledger, platform: str
) -> None:
    seen = stale.ledger(platform).head()
    file_reports(writer, platform, range(3, 9))
    writer.catch_up(platform).run()
    positions = dict(writer.read_models.positions(platform))
    assert set(positions.values()) == {writer.ledger(platform).head()}
    assert seen < writer.ledger(platform).head()
    stale.catch_up(platform)
    assert dict(stale.read_models.positions(platform)) == positions
    assert stale.ledger(platform).head() == writer.ledger(platform).head()


def test_read_models_of_a_ledger_that_was_here_before_begin_anew(writer: Caseledger, platform: str) -> None:
    file_reports(writer, platform, range(3))
    store, models = writer.read_models, read_models()
    with store.batch(platform) as batch:
        batch.positions([model.name for model in models])
        batch.move([model.name for model in models], 1_000)
    writer.catch_up(platform).run()
    assert set(store.positions(platform).values()) == {writer.ledger(platform).head()}

"""Rebuilding in two processes gives what one gives; read models of another ledger begin anew."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from caseledger import rebuilding
from caseledger.application.bulk import BulkIntake, Tally
from caseledger.bootstrap import Caseledger
from caseledger.rebuilding import rebuild
from caseledger.settings import Settings
from consumers.lines import Line
from projections.catalogue import read_models
from tests.support.postgres import new_database, postgres_server  # noqa: F401 - fixtures

KR = "36kr-jiangsu"
REPORTS = 120


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    if request.param == "sqlite":
        yield None
        return
    with new_database(request.getfixturevalue("postgres_server")) as address:
        yield address


@pytest.fixture
def filled(tmp_path: Path, url: str | None) -> Iterator[Caseledger]:
    with Caseledger(Settings(data=tmp_path / "data", read_models_url=url)) as caseledger:
        _fill(caseledger, REPORTS)
        caseledger.catch_up(KR).run()
        yield caseledger


def digests(caseledger: Caseledger) -> dict[str, str]:
    return {model.name: caseledger.read_models.digest(KR, model) for model in read_models()}


@pytest.mark.parametrize("together_max", [0, 1_000_000])
def test_rebuilt_is_live_in_one_process_and_in_two(
    filled: Caseledger, together_max: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = digests(filled)
    monkeypatch.setattr(rebuilding, "TOGETHER_EVENTS_MAX", together_max)
    reached: list[int] = []
    assert rebuild(filled, KR, read_models(), reached.append) == filled.ledger(KR).head()
    assert digests(filled) == live
    assert reached[-1] == filled.ledger(KR).head()


def test_what_a_second_process_could_not_build_is_built_here(
    filled: Caseledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = digests(filled)
    monkeypatch.setattr(rebuilding, "TOGETHER_EVENTS_MAX", 0)
    monkeypatch.setattr(rebuilding, "_run", os.abort)
    assert rebuild(filled, KR, read_models()) == filled.ledger(KR).head()
    assert digests(filled) == live


def test_the_live_rows_stay_until_all_is_built(filled: Caseledger) -> None:
    seen: list[dict[str, str]] = []
    live = digests(filled)
    _fill(filled, REPORTS + 1)
    rebuild(filled, KR, read_models(), lambda _: seen.append(digests(filled)))
    assert seen[0] == live != digests(filled)
    assert [path.name for path in filled.settings.data.iterdir() if "building" in path.name] == []


def test_what_was_appended_while_it_was_built_is_taken_in(filled: Caseledger) -> None:
    more = iter([REPORTS + 1])
    rebuild(filled, KR, read_models(), lambda _: [_fill(filled, count) for count in more])
    assert set(filled.read_models.positions(KR).values()) == {filled.ledger(KR).head()}


def test_read_models_of_a_longer_ledger_begin_anew(filled: Caseledger) -> None:
    data = filled.settings.data
    filled.close()
    shutil.rmtree(data / "platforms")
    with Caseledger(filled.settings) as caseledger:
        _fill(caseledger, 1)
        caseledger.catch_up(KR).run()
        assert set(caseledger.read_models.positions(KR).values()) == {caseledger.ledger(KR).head()}
        made_anew = digests(caseledger)
        rebuild(caseledger, KR, read_models())
        assert digests(caseledger) == made_anew


def _fill(caseledger: Caseledger, reports: int) -> None:
    intake = BulkIntake(caseledger.gateway, None, Tally())
    assert intake.take([_line(number) for number in range(reports)]) == []


def _line(number: int) -> Line:
    report = {
        "platform": KR,
        "at": f"2021-03-10T12:{number // 60:02d}:{number % 60:02d}+08:00",
        "report": f"r-{number}",
        "source": "user",
        "reporter": f"rep-{number % 7}",
        "place": "weibo",
        "subject": {"type": "content", "id": f"c-{number // 2}"},
        "content": f"c-{number // 2}",
        "respondent": "acc-1",
        "codes": ["3.2.8"],
    }
    data = json.dumps(report).encode()
    return Line(number + 1, 0, len(data), data)

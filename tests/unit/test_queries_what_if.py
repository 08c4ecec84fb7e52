"""What another pack would have changed: judged on the record as it stood, with totals that hold at any moment."""

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from caseledger.bootstrap import Caseledger, start
from caseledger.queries.what_if import WhatIf
from caseledger.settings import LogLevel, Settings
from domain.policy.load import load
from domain.policy.pack import Pack
from tests.support.cli_folder import KR, copied
from tests.support.fakes import MemoryLedger
from tests.support.past_findings import write_findings

GROWTH_BYTES_MAX = 50_000  # 40 bytes a finding would be more
PACK = Path(__file__).parents[2] / "policies" / KR / "2020-12-18.toml"


@pytest.fixture
def caseledger(tmp_path: Path) -> Iterator[Caseledger]:
    with start(Settings(data=copied(tmp_path), log_level=LogLevel.ERROR)) as opened:
        yield opened


def changed(before: str, after: str) -> Pack:
    return load(PACK.read_text(encoding="utf-8").replace(before, after).encode(), "changed.toml")


def test_the_pack_that_was_applied_gives_every_ruling_again(caseledger: Caseledger) -> None:
    replay = WhatIf(caseledger.ledger(KR), KR, changed("", ""), None)
    assert list(replay.differences()) == []
    assert (replay.totals.judged, replay.totals.same) == (3, 3)


def test_totals_hold_for_what_was_replayed_when_it_is_stopped(caseledger: Caseledger) -> None:
    replay = WhatIf(
        caseledger.ledger(KR), KR, changed("at_least = 1, before_posting", "at_least = 9, before_posting"), None
    )
    first = next(replay.differences())
    totals = replay.totals
    assert (first.before.rule, first.after.rule) == ("after-mute", "one-serious-1d")
    assert (totals.judged, totals.same, totals.different) == (2, 1, 1)
    assert totals.position < first.position <= caseledger.ledger(KR).head()


def test_a_later_appeal_does_not_change_the_record_of_an_earlier_finding(caseledger: Caseledger) -> None:
    """The ban was lifted on appeal; when it was imposed both mutes stood, and they count."""
    replay = WhatIf(caseledger.ledger(KR), KR, changed('options = ["ban"]', 'options = ["ban", "close_account"]'), None)
    (found,) = replay.differences()
    assert (found.changed, found.after.options, found.chosen_allowed) == (("options",), ("ban", "close_account"), True)


def test_decisions_before_a_moment_are_left_out(caseledger: Caseledger) -> None:
    replay = WhatIf(caseledger.ledger(KR), KR, changed("", ""), datetime(2021, 1, 15, 4, tzinfo=UTC))
    assert list(replay.differences()) == []
    assert replay.totals.judged == 2


def test_it_says_how_far_it_came_also_where_nothing_differs_and_can_be_ended_there(caseledger: Caseledger) -> None:
    ledger = caseledger.ledger(KR)
    write_findings(ledger, 2_000, 2_000)
    reached: list[int] = []

    def going_on(position: int) -> bool:
        reached.append(position)
        return len(reached) < 3

    replay = WhatIf(ledger, KR, changed("", ""), None)
    assert list(replay.differences(going_on)) == []
    assert reached == [0, 2_000, 4_000]
    assert replay.totals.position == 4_000 < ledger.head()
    assert replay.totals.judged == replay.totals.same < 2_000


def test_a_record_that_had_to_be_let_go_is_read_again_as_it_stood(caseledger: Caseledger) -> None:
    """Of three accounts in turn only one is kept, and each finding still meets the mutes before it."""
    ledger = caseledger.ledger(KR)
    write_findings(ledger, 9, 3)
    pack = changed("at_least = 2, before_posting = true", "at_least = 1, before_posting = true")
    found = [
        [(each.account, each.after.rule) for each in WhatIf(ledger, KR, pack, None, kept).differences()]
        for kept in (1, 2, 100)
    ]
    assert found[0] == found[1] == found[2]
    assert [rule for account, rule in found[0] if account == "many-1"] == ["two-mutes-3m"] * 2


def test_nothing_is_kept_for_each_finding() -> None:
    ledger = MemoryLedger()
    write_findings(ledger, 2_500, 2_500)
    replay = WhatIf(ledger, KR, changed("", ""), None, records_max=20)
    kept: list[int] = []
    tracemalloc.start()
    try:
        for _ in replay.differences(lambda _: kept.append(tracemalloc.get_traced_memory()[0]) is None):
            pass
    finally:
        tracemalloc.stop()
    assert replay.totals.judged == 2_500
    assert max(kept[2:]) - kept[2] < GROWTH_BYTES_MAX

"""What another pack would have changed: judged on the record as it stood, with totals that hold at any moment."""

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

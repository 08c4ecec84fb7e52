"""Whatever is overwritten in the file of the read models is named, and so is a disk that is full."""

import random
from pathlib import Path

import pytest

from infra.read_models.errors import ReadModelsUnavailable
from infra.read_models.examine import examine
from infra.read_models.store import ReadModelStore
from projections.catalogue import read_models
from projections.catch_up import CatchUp
from tests.support.read_model_histories import random_ledger
from tests.support.read_model_ledger import PLATFORM

_PAGE_BYTES = 4_096


@pytest.mark.parametrize("seed", range(2))
def test_every_overwritten_page_is_named_damage(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "read-models.db"
    with ReadModelStore.open(f"sqlite:///{path}") as store:
        store.prepare(read_models())
        CatchUp(PLATFORM, read_models(), random_ledger(7, 200), store).run()
    sound = path.read_bytes()
    chance = random.Random(seed)  # noqa: S311 - a damage that can be made again
    for at in range(_PAGE_BYTES, len(sound), _PAGE_BYTES):
        path.write_bytes(sound[:at] + chance.randbytes(_PAGE_BYTES) + sound[at + _PAGE_BYTES :])
        problems = examine(f"sqlite:///{path}").problems
        assert problems, f"page at {at}, seed {seed}"
        assert all("damaged" in problem for problem in problems)


def test_a_full_disk_is_named_and_what_was_there_stays(tmp_path: Path) -> None:
    with ReadModelStore.open(f"sqlite:///{tmp_path / 'read-models.db'}") as store:
        store.prepare(read_models())
        CatchUp(PLATFORM, read_models(), random_ledger(7, 60), store).run()
        before = store.positions(PLATFORM)
        with store.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(ReadModelsUnavailable, match="full"):
            CatchUp(PLATFORM, read_models(), random_ledger(7, 600), store).run()
        assert store.positions(PLATFORM) == before

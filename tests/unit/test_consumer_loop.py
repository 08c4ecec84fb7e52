"""The consumers' loop: handled first, remembered second."""

import pytest

from consumers.loop import batches, consume


class Ledger:
    """Writes down the order of what it is asked."""

    def __init__(self, fails_at: int | None = None) -> None:
        self.told: list[tuple[str, object]] = []
        self._fails_at = fails_at

    def handle(self, batch: object) -> None:
        self.told.append(("handled", batch))
        if self._fails_at is not None and len(self.told) >= self._fails_at:
            raise RuntimeError("no")

    def settle(self, last: object) -> None:
        self.told.append(("settled", last))


def test_a_batch_is_settled_after_it_was_handled() -> None:
    ledger = Ledger()
    assert consume([1, 2, 3], ledger.handle, ledger.settle, batch_max=2) == 3
    assert ledger.told == [("handled", [1, 2]), ("settled", 2), ("handled", [3]), ("settled", 3)]


def test_what_fails_stops_the_loop_unsettled() -> None:
    ledger = Ledger(fails_at=3)
    with pytest.raises(RuntimeError, match="no"):
        consume([1, 2, 3], ledger.handle, ledger.settle, batch_max=1)
    assert ledger.told[-1] == ("handled", [2])


def test_batches_are_never_larger_than_the_bound() -> None:
    assert [len(batch) for batch in batches(range(7), 3)] == [3, 3, 1]


def test_nothing_is_no_batch() -> None:
    assert list(batches([], 3)) == []

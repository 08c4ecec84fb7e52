"""Reading pages leaves the process as it was."""

import gc
from collections.abc import Iterator

import pytest

from infra.journal.collecting import nothing_to_collect


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    gc.enable()


def test_the_collector_rests_within_and_works_after() -> None:
    with nothing_to_collect():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_works_again_after_an_error_too() -> None:
    with pytest.raises(ValueError, match="damaged"), nothing_to_collect():
        raise ValueError("damaged")
    assert gc.isenabled()


def test_who_has_turned_it_off_keeps_it_off() -> None:
    gc.disable()
    with nothing_to_collect():
        pass
    assert not gc.isenabled()


def test_one_page_within_another_ends_with_the_outer_one() -> None:
    with nothing_to_collect():
        with nothing_to_collect():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()

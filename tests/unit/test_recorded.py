"""Event ids name a stream and a version, and read back."""

from uuid import UUID

import pytest

from domain.recorded import Recorded, event_id, latest, parse_event_id
from tests.support.examples import case_of, filed, minute
from tests.support.spec import facts_in, given


def test_an_event_id_reads_back_as_stream_and_version() -> None:
    assert parse_event_id(event_id(UUID(int=5), 12)) == (UUID(int=5), 12)


@pytest.mark.parametrize("text", ["", "x", str(UUID(int=5)), f"{UUID(int=5)}.0", f"{UUID(int=5)}.-1", "nonsense.1"])
def test_what_is_no_event_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_event_id(text)


def test_a_recorded_event_knows_its_id() -> None:
    last = facts_in(given(filed()).service)[-1]
    assert isinstance(last, Recorded)
    assert last.event_id == event_id(case_of().uuid, 1)


def test_the_latest_of_moments_leaves_out_what_is_not_known() -> None:
    assert latest(None, minute(1), minute(3), None) == minute(3)
    assert latest(None) is None

"""Stream ids: the same thing always meets the same stream, and no two things the same."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.catalogue import EVENT_TYPES, stream_kind
from domain.streams import (
    StreamId,
    StreamKind,
    account_stream,
    case_stream,
    evidence_request_stream,
    operation_stream,
    policy_stream,
    report_stream,
    reporter_stream,
)
from domain.values import Id


def _is_id(text: str) -> bool:
    try:
        TypeAdapter(Id).validate_python(text)
    except ValueError:
        return False
    return True


IDS = st.text(min_size=1, max_size=12).filter(_is_id)


def test_stream_ids_never_change() -> None:
    report = report_stream("p", "direct", "r-1")
    assert report.uuid == UUID("d7b5ddad-f934-518f-924b-ee0e89bcbf11")
    assert case_stream("p", "content", "s", "c", report).uuid == UUID("1f5ba294-0ad7-5a56-a7e6-6c88bcddd5b2")
    assert account_stream("p", "a").uuid == UUID("60a68ae4-34ef-5b08-ac72-439d5181df6b")


def test_a_case_without_content_is_one_of_its_report() -> None:
    first, second = report_stream("p", "direct", "r-1"), report_stream("p", "direct", "r-2")
    assert case_stream("p", "account", "a", None, first) != case_stream("p", "account", "a", None, second)
    assert case_stream("p", "account", "a", "c", first) == case_stream("p", "account", "a", "c", second)


def test_every_kind_has_its_own_streams() -> None:
    of_all = [
        report_stream("p", "x", "x"),
        account_stream("p", "x"),
        reporter_stream("p", "x"),
        operation_stream("p", "x"),
        evidence_request_stream("p", "x", "x"),
        policy_stream("p"),
        policy_stream("q"),
    ]
    assert len({stream.uuid for stream in of_all}) == len(of_all)


@given(st.tuples(IDS, IDS, IDS), st.tuples(IDS, IDS, IDS))
def test_keys_do_not_run_into_each_other(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    assert (report_stream(*one) == report_stream(*other)) == (one == other)


def test_every_event_names_the_kind_of_its_stream() -> None:
    assert {stream_kind(name) for name in EVENT_TYPES} == set(StreamKind)


def test_equal_streams_hash_alike() -> None:
    stream = account_stream("p", "a")
    assert hash(stream) == hash(StreamId(stream.kind, UUID(str(stream.uuid))))

"""A topic of reports is taken in: every message takes effect once, whatever comes between."""

from collections import Counter

import pytest

from caseledger.application import topic_intake
from caseledger.application.ports import LedgerUnavailable
from caseledger.application.topic_intake import TooMuchPoison
from consumers.messages import SourceCut
from domain.refusals import refusal_codes
from tests.support.examples import filed
from tests.support.spec import facts_in, service_over
from tests.support.taking_in import REFUSED, REPORTS, ROW_MAX, CutOff, Platform, line

POISON = b"{"


def test_reports_are_decided_as_one_by_one_and_recorded_with_their_offsets() -> None:
    platform, single = Platform(2), Platform()
    for number in range(6):
        platform.send(line(number, number), partition=0)
        single.service.handle(filed(number, f"post-{number % 3}", report=f"r-{number}"))
    assert platform.intake().turn(0) == 6
    assert [fact.event for fact in facts_in(platform.service)] == [fact.event for fact in facts_in(single.service)]
    assert (platform.tracked(0), platform.tracked(1)) == (5, None)
    assert platform.counts.outcomes == {"admitted": 6}


def test_what_a_policy_refuses_is_a_fact_and_what_came_before_is_none() -> None:
    platform = Platform()
    for value in (line(1), line(1, 5), line(2, place="elsewhere")):
        platform.send(value)
    platform.intake().turn(0)
    assert platform.counts.outcomes == {"admitted": 1, "seen_before": 1, "refused": 1}
    assert platform.received() == ["r-1", "r-2"]


def test_messages_that_cause_nothing_move_the_offset_on() -> None:
    platform = Platform()
    intake = platform.intake()
    platform.send(line(1))
    intake.turn(0)
    head = platform.ledger.head()
    platform.send(line(1))
    intake.turn(0)
    assert (platform.tracked(), platform.ledger.head()) == (1, head)


def test_where_a_new_process_begins_is_asked_of_the_ledger_and_not_of_the_group() -> None:
    platform = Platform()
    for number in range(4):
        platform.send(line(number))
    platform.intake().turn(0)
    platform.topics.committed.clear()
    again = platform.intake()
    assert (again.turn(0), again.turn(0)) == (0, 0)
    platform.send(line(9))
    assert again.turn(0) == 1
    assert platform.received() == ["r-0", "r-1", "r-2", "r-3", "r-9"]


def test_what_cannot_be_taken_is_set_aside_unchanged_with_its_reason() -> None:
    platform = Platform(2)
    platform.send(line(1), partition=1)
    poison = platform.send(b"\xff\x00", partition=1, key=b"\x01k", headers=(("content-type", b"text/html"), ("a", b"")))
    platform.send(line(2), partition=1)
    platform.intake().turn(0)
    (refused,) = platform.topics.held(REFUSED)
    assert (refused.key, refused.value) == (poison.key, poison.value)
    assert refused.headers[-2:] == poison.headers
    told = {name: value.decode() for name, value in refused.headers if name.startswith("refused-")}
    assert told.pop("refused-reason").startswith("its content type is none of")
    assert told == {
        "refused-codes": "content_type_unknown",
        "refused-topic": REPORTS,
        "refused-partition": "1",
        "refused-offset": "1",
        "refused-timestamp-ms": "1600000000000",
    }
    assert platform.received() == ["r-1", "r-2"]
    assert platform.counts.reasons == {"content_type_unknown": 1}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "empty_message"),
        (b"", "empty_message"),
        (POISON, "invalid_json"),
        (b"[]", "invalid_json"),
        (b"\xff", "invalid_utf8"),
        (line(1).replace(b'"report"', b'"rapport"'), "missing_field"),
        (line(1).replace(b"true", b'"yes"', 1), "wrong_type"),
        (line(2)[:-1] + b', "platform": "other"}', "platform_differs"),
        (line(3)[:-1] + b', "command": "add_note"}', "unknown_command"),
        (line(1, snapshot="other words"), "report_conflicts"),
        (line(4, 60 * 24 * 4000), "dated_in_the_future"),
        (line(4, -60 * 24 * 4000), "no_policy_in_force"),
    ],
)
def test_every_kind_of_poison_has_its_code_and_the_next_message_is_taken(value: bytes | None, code: str) -> None:
    platform = Platform()
    platform.send(line(1))
    platform.send(value, key=b"k")
    platform.send(line(9))
    platform.intake().turn(0)
    assert platform.counts.reasons == {code: 1}
    assert platform.received() == ["r-1", "r-9"]
    assert platform.refused() == [(0, 1)]
    assert platform.tracked() == 2


def test_a_message_with_neither_key_nor_value_is_set_aside_as_such() -> None:
    platform = Platform()
    platform.send(None)
    platform.intake().turn(0)
    (refused,) = platform.topics.held(REFUSED)
    assert (refused.value, refused.header("refused-without-value")) == (b"", b"true")


def test_where_another_writer_comes_first_the_chunk_is_decided_again() -> None:
    platform = Platform()
    for number in range(3):
        platform.send(line(number))
    rival = service_over(platform.ledger)
    platform.ledger.rivals = [lambda: rival.handle(filed(0, "post-0", report="x")), lambda: None]
    platform.intake().turn(0)
    assert platform.received() == ["x", "r-0", "r-1", "r-2"]
    versions = [(fact.stream, fact.version) for fact in facts_in(platform.service)]
    assert len(versions) == len(set(versions))
    assert platform.tracked() == 2


def test_where_others_keep_coming_first_nothing_is_written_and_it_may_be_tried_again() -> None:
    platform = Platform()
    platform.send(line(0))
    rival = service_over(platform.ledger)
    platform.ledger.rivals = [
        lambda number=number: rival.handle(filed(number, "post-0", report=f"x{number}"))
        for number in range(topic_intake.ATTEMPTS_MAX)
    ]
    intake = platform.intake()
    with pytest.raises(LedgerUnavailable, match="5 times another writer came first"):
        intake.turn(0)
    assert platform.tracked() is None
    intake.rewind()
    intake.turn(0)
    assert platform.received()[-1] == "r-0"


def test_too_much_poison_in_a_row_stops_it_before_the_first_of_them() -> None:
    platform = Platform()
    platform.send(line(0))
    platform.send(POISON)
    platform.send(line(1))
    for _ in range(ROW_MAX):
        platform.send(POISON)
    with pytest.raises(TooMuchPoison) as stopped:
        platform.intake().turn(0)
    assert str(stopped.value).startswith(
        f"5 messages in a row cannot be taken: invalid_json (5); stopped before offset 3 of {REPORTS}/0."
    )
    assert platform.received() == ["r-0", "r-1"]
    assert (platform.refused(), platform.tracked()) == ([(0, 1)], 2)
    with pytest.raises(TooMuchPoison):
        platform.intake().turn(0)
    assert (platform.refused(), platform.tracked()) == ([(0, 1)], 2)


def test_poison_that_comes_drop_by_drop_stops_it_too_and_what_was_set_aside_stays() -> None:
    platform = Platform()
    intake = platform.intake()
    for _ in range(ROW_MAX - 1):
        platform.send(POISON)
        intake.turn(0)
    platform.send(POISON)
    with pytest.raises(TooMuchPoison, match="stopped before offset 4"):
        intake.turn(0)
    assert (len(platform.refused()), platform.tracked()) == (ROW_MAX - 1, ROW_MAX - 2)


def test_poison_between_good_messages_is_no_row() -> None:
    platform = Platform()
    for number in range(2 * ROW_MAX):
        platform.send(POISON)
        platform.send(line(number))
    platform.intake().turn(0)
    assert (len(platform.received()), len(platform.refused())) == (2 * ROW_MAX, 2 * ROW_MAX)


@pytest.mark.parametrize("bound", ["CHUNK_MESSAGES_MAX", "CHUNK_BYTES_MAX", "CHUNK_EVENT_BYTES_MAX"])
def test_chunks_are_bounded_and_each_carries_its_offsets(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topic_intake, bound, 1)
    platform = Platform()
    for number in range(4):
        platform.send(line(number))
    seen: list[int | None] = []
    platform.ledger.rivals = [lambda: seen.append(platform.tracked()) for _ in range(4)]
    platform.intake().turn(0)
    assert seen == [None, 0, 1, 2]
    assert platform.received() == ["r-0", "r-1", "r-2", "r-3"]


def test_cut_off_while_it_is_decided_nothing_is_built_on_what_was_not_written() -> None:
    platform = Platform()
    intake = platform.intake()
    platform.send(line(0))
    intake.turn(0)
    for value in (line(3), line(6, malicious_established=True, reporter="somebody-new")):
        platform.send(value)
    platform.ledger.unreadable = True
    with pytest.raises(CutOff):
        intake.turn(0)
    platform.ledger.unreadable = False
    intake.rewind()
    intake.turn(0)
    assert platform.received() == ["r-0", "r-3", "r-6"]
    streams = Counter(fact.stream for fact in facts_in(platform.service))
    assert all(platform.ledger.read(stream.uuid)[-1].originator_version == count for stream, count in streams.items())


@pytest.mark.parametrize("cut", ["before", "after"])
def test_cut_off_at_the_append_nothing_is_lost_or_doubled(cut: str) -> None:
    platform = Platform()
    for value in (line(0), POISON, line(1)):
        platform.send(value)
    platform.ledger.cut = cut
    with pytest.raises(CutOff):
        platform.intake().turn(0)
    platform.intake().turn(0)
    assert platform.received() == ["r-0", "r-1"]
    assert (platform.refused(), platform.tracked()) == ([(0, 1)], 2)


def test_a_topic_that_was_cut_short_is_an_error_and_nothing_is_taken() -> None:
    platform = Platform()
    platform.send(line(0))
    platform.intake().turn(0)
    platform.topics.make(REPORTS, 1)
    with pytest.raises(SourceCut):
        platform.intake().turn(0)


def test_the_meter_knows_the_partitions_and_what_waits_in_them() -> None:
    platform = Platform(2)
    platform.send(line(0), partition=1)
    intake = platform.intake()
    intake.turn(0)
    assert (platform.counts.partitions, platform.counts.lag) == ({0, 1}, {0: 0, 1: 0})
    assert intake.is_at_end()
    intake.close()
    assert not intake.is_at_end()


def test_codes_of_refusals_are_those_that_everybody_knows() -> None:
    assert {"report_conflicts", "dated_in_the_future"} <= refusal_codes().keys()

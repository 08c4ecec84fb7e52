"""A record can be added to and lifted entry by entry, and an entry is checked once, when it is made."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.policy.record import Record, RecordEntry
from domain.policy.vocabulary import EntryCause

AT = datetime(2021, 3, 10, 4, tzinfo=UTC)


def mute(name: str, **more: object) -> RecordEntry:
    return RecordEntry(id=name, kind="mute", at=AT, duration="P1D", cause="conduct", **more)


def test_instants_of_an_entry_are_kept_in_utc() -> None:
    shanghai = timezone(timedelta(hours=8))
    entry = RecordEntry("m", "mute", AT.astimezone(shanghai), lifted_at=AT.astimezone(shanghai))
    assert (entry.at.tzinfo, entry.lifted_at.tzinfo) == (UTC, UTC)


def test_the_cause_of_an_entry_becomes_a_word_of_the_vocabulary() -> None:
    assert mute("m").cause is EntryCause.CONDUCT


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "delete_content"},
        {"kind": "flog"},
        {"kind": "content_removal"},
        {"cause": "bad_luck"},
        {"duration": "3"},
        {"at": datetime(2021, 3, 10)},  # noqa: DTZ001 - the point of the test
        {"lifted_at": datetime(2021, 3, 10)},  # noqa: DTZ001 - the point of the test
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        RecordEntry(**{"id": "m", "kind": "mute", "at": AT, **wrong})


def test_two_entries_with_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="'m'"):
        Record.of([mute("m"), mute("m")])


@pytest.mark.parametrize("entries", [0, 1, 255, 256, 257, 700])
def test_adding_one_by_one_gives_the_same_record_as_all_at_once(entries: int) -> None:
    made = [mute(f"m{number}") for number in range(entries)]
    record = Record()
    for entry in made:
        record = record.plus(entry)
    assert record == Record.of(made)
    assert list(record) == made
    assert len(record) == entries


def test_adding_leaves_the_record_it_was_added_to_as_it_was() -> None:
    before = Record.of([mute("a")])
    after = before.plus(mute("b"))
    assert [len(before), len(after)] == [1, 2]


def test_entries_are_found_by_kind() -> None:
    removal = RecordEntry("r", "content_removal", AT, content="c-1")
    record = Record.of([mute("a"), removal, mute("b")])
    assert [entry.id for entry in record.of_kind("mute")] == ["a", "b"]
    assert list(record.of_kind("warn")) == []
    assert (record.has_kind("mute"), record.has_kind("warn")) == (True, False)


def test_a_window_leaves_out_what_lies_far_from_it_and_what_no_longer_counts() -> None:
    days = [AT + timedelta(days=number) for number in range(2_000)]
    entries = [RecordEntry(f"m{number}", "mute", at) for number, at in enumerate(days)]
    record = Record.of(entries)
    since, until = days[1_000], days[1_010]
    near = list(record.that_may_count("mute", since, until))
    assert set(entries[1_000:1_011]) <= set(near)
    assert len(near) < 600
    assert list(record.that_may_count("warn", since, until)) == []
    lifted = record.lifted({entry.id for entry in entries}, until)
    assert list(lifted.that_may_count("mute", since, until)) == []
    assert set(entries[1_000:1_010]) <= {
        replace(entry, lifted_at=None)
        for entry in lifted.that_may_count("mute", since, until - timedelta(microseconds=1))
    }


def test_lifting_marks_the_named_entries_only() -> None:
    record = Record.of([mute("a"), mute("b"), mute("c")]).lifted({"a", "c", "unknown"}, AT + timedelta(days=1))
    assert {entry.id: entry.lifted_at for entry in record} == {
        "a": AT + timedelta(days=1),
        "b": None,
        "c": AT + timedelta(days=1),
    }


def test_an_entry_lifted_before_keeps_its_first_instant() -> None:
    record = Record.of([mute("a", lifted_at=AT)]).lifted({"a"}, AT + timedelta(days=1))
    assert next(iter(record)).lifted_at == AT

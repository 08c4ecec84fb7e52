"""The parts that read models are made of: rows in memory, tables, instants, and what a policy text gives."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from domain.catalogue import EVENT_TYPES
from domain.policies.events import PolicyPublished
from domain.policy.durations import EARLIEST, LATEST
from projections.catalogue import by_name, read_models
from projections.fact import fact_of
from projections.instants import day_text, id_text, instant_text, parse_instant, whole_seconds
from projections.packs import NO_PACK, PackFacts, canonical, pack_for, policies_table, remember
from projections.rows import Rows
from projections.tables import Key, Row, Table, Value, integer, text
from tests.support.read_model_ledger import START, Ledger

FRUIT = Table(
    "fruit",
    "Fruit.",
    ("tree", "number"),
    (text("tree", "."), integer("number", ".", "."), text("taste", ".")),
    prefix=1,
)
HARVEST = Table(
    "harvest",
    "What was picked.",
    ("tree", "number"),
    (text("tree", "."), integer("number", ".", "."), integer("ripe", ".", "fruits"), integer("sour", ".", "fruits")),
)
POLICIES = policies_table("test")


class Kept:
    """Rows that are there already, and what was asked of them."""

    def __init__(self, *rows: tuple[Value, ...], of: Table = FRUIT) -> None:
        """Keep these."""
        self.rows = [dict(zip(of.names, row, strict=True)) for row in rows]
        self.asked: list[Key] = []

    def by_keys(self, table: Table, keys: Sequence[Key]) -> Iterable[dict[str, Value]]:
        self.asked += keys
        return [dict(row) for row in self.rows if table.key_of(row) in keys]

    def by_prefixes(self, table: Table, prefixes: Sequence[Key]) -> Iterable[dict[str, Value]]:
        self.asked += prefixes
        return [dict(row) for row in self.rows if table.key_of(row)[:1] in prefixes]


def fruit(tree: str, number: int, taste: str) -> dict[str, Value]:
    return {"tree": tree, "number": number, "taste": taste}


def changes(rows: Rows) -> tuple[list[Row], list[Row], list[Key]]:
    (only,) = rows.changes()
    return list(only.inserted), list(only.updated), list(only.deleted)


def test_a_row_is_read_once() -> None:
    kept = Kept(("apple", 1, "sour"))
    rows = Rows(kept)
    rows.prefetch(FRUIT, [("apple", 1), ("apple", 1), ("apple", 2)])
    assert rows.get(FRUIT, ("apple", 1)) == fruit("apple", 1, "sour")
    assert rows.get(FRUIT, ("apple", 2)) is None
    assert kept.asked == [("apple", 1), ("apple", 2)]


def test_what_was_read_and_not_changed_is_not_written() -> None:
    rows = Rows(Kept(("apple", 1, "sour")))
    rows.get(FRUIT, ("apple", 1))
    assert rows.changes() == []


def test_new_changed_and_deleted_rows_are_told_apart() -> None:
    rows = Rows(Kept(("apple", 1, "sour"), ("apple", 2, "sweet")))
    rows.put(FRUIT, fruit("apple", 1, "ripe"))
    rows.put(FRUIT, fruit("pear", 1, "soft"))
    rows.delete(FRUIT, ("apple", 2))
    rows.delete(FRUIT, ("apple", 3))
    assert changes(rows) == ([fruit("pear", 1, "soft")], [fruit("apple", 1, "ripe")], [("apple", 2)])


def test_a_row_that_comes_and_goes_in_one_batch_leaves_nothing_to_write() -> None:
    rows = Rows(Kept())
    rows.put(FRUIT, fruit("apple", 1, "sour"))
    rows.delete(FRUIT, ("apple", 1))
    assert changes(rows) == ([], [], [])


def test_a_scan_sees_what_is_kept_and_what_this_batch_did_in_the_order_of_keys() -> None:
    rows = Rows(Kept(("apple", 3, "c"), ("apple", 1, "a"), ("pear", 1, "p")))
    rows.put(FRUIT, fruit("apple", 1, "changed"))
    rows.append(FRUIT, fruit("apple", 2, "b"))
    rows.delete(FRUIT, ("apple", 3))
    assert [row["taste"] for row in rows.scan(FRUIT, ("apple",))] == ["changed", "b"]
    assert rows.get(FRUIT, ("apple", 9)) is None


def test_a_scanned_prefix_is_not_asked_for_again() -> None:
    kept = Kept(("apple", 1, "a"))
    rows = Rows(kept)
    rows.prefetch_scans(FRUIT, [("apple",), ("apple",)])
    rows.scan(FRUIT, ("apple",))
    rows.get(FRUIT, ("apple", 2))
    rows.prefetch_scans(FRUIT, [("apple",)])
    rows.prefetch(FRUIT, [("apple", 2)])
    assert kept.asked == [("apple",)]


def test_a_scan_by_another_number_of_columns_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="scanned by 1"):
        Rows(Kept()).scan(FRUIT, ("apple", 1))


def test_what_is_added_begins_at_zero_and_goes_on_from_what_is_kept() -> None:
    rows = Rows(Kept(("apple", 1, 3, 4), of=HARVEST))
    for key, amounts in ((("apple", 1), (1, 1)), (("pear", 2), (1, 0)), (("apple", 1), (1, -2))):
        rows.add(HARVEST, key, amounts)
    (changes,) = rows.changes()
    assert changes.updated == [{"tree": "apple", "number": 1, "ripe": 5, "sour": 3}]
    assert changes.inserted == [{"tree": "pear", "number": 2, "ripe": 1, "sour": 0}]


def test_a_table_that_is_added_to_is_not_read_otherwise() -> None:
    rows = Rows(Kept(of=HARVEST))
    rows.get(HARVEST, ("apple", 1))
    rows.add(HARVEST, ("apple", 1), (1, 1))
    with pytest.raises(ValueError, match="harvest is added to"):
        rows.changes()


def test_changing_a_row_that_is_not_there_does_nothing() -> None:
    rows = Rows(Kept())
    assert rows.change(FRUIT, ("apple", 1), taste="x") is False
    assert rows.changes() == []


def test_a_row_that_was_given_out_never_changes() -> None:
    rows = Rows(Kept(("apple", 1, "sour")))
    before = rows.get(FRUIT, ("apple", 1))
    rows.change(FRUIT, ("apple", 1), taste="ripe")
    assert before == fruit("apple", 1, "sour")


@pytest.mark.parametrize("wrong", [{"key": ("colour",)}, {"indexes": (("colour",),)}, {"prefix": 2}])
def test_a_table_with_a_key_over_columns_it_does_not_have_is_a_mistake(wrong: dict[str, object]) -> None:
    fields = {"key": ("tree", "number"), "columns": FRUIT.columns, **wrong}
    with pytest.raises(ValueError, match="fruit"):
        Table("fruit", "Fruit.", **fields)


def test_instants_are_exact_and_sorted_as_text() -> None:
    moments = [START + timedelta(microseconds=step) for step in (0, 1, 999_999)]
    texts = [instant_text(moment) for moment in moments]
    assert texts[1] == "2021-03-10T04:00:00.000001Z"
    assert texts == sorted(texts)
    assert [parse_instant(each) for each in texts] == moments
    assert instant_text(START.astimezone(timezone(timedelta(hours=8)))) == texts[0]


def test_instants_beyond_the_calendar_are_clamped_to_its_ends() -> None:
    east, west = timezone(timedelta(hours=8)), timezone(timedelta(hours=-8))
    assert instant_text(datetime.min.replace(tzinfo=east)) == instant_text(EARLIEST)
    assert instant_text(datetime.max.replace(tzinfo=west)) == instant_text(LATEST)
    assert day_text(LATEST, ZoneInfo("Asia/Shanghai")) == "9999-12-31"
    assert day_text(datetime(2021, 3, 10, 16, tzinfo=UTC), ZoneInfo("Asia/Shanghai")) == "2021-03-11"


def test_seconds_are_rounded_down() -> None:
    start = instant_text(START)
    assert whole_seconds(start, instant_text(START + timedelta(seconds=1.9))) == 1
    assert whole_seconds(start, instant_text(START - timedelta(seconds=0.1))) == -1


def test_an_id_is_written_as_python_writes_it() -> None:
    for number in (0, 1, (1 << 128) - 1, 0x5F0E0F6C5F0B5D3E9B436F1D7A1F6A10):
        assert id_text(UUID(int=number)) == str(UUID(int=number))


def pack_of(pack_text: str) -> PackFacts:
    rows = Rows(Kept())
    published = Ledger(policy=False).publish("1", pack_text)
    remember(rows, POLICIES, fact_of(published))
    return pack_for(rows, POLICIES, "1", START)


@pytest.mark.parametrize(
    "hostile",
    ["", "not = [toml", "zone = 7", "zone = '../etc'", "zone = 'Asia'", "zone = 'No/Where'",
     "clock = 1", "violation = 'x'", "[[clock]]\nid = 'x'\ndue = 'soon'", "[[clock]]\ndue = 'P1D'",
     "rewards = 1", "[rewards]\ncaps = 1", "[rewards.caps]\ncoins = true",
     "valid_from = 2021-01-01T00:00:00Z", "a" + ".a" * 3000 + " = 1"],
)  # fmt: skip
def test_any_text_that_was_published_is_read(hostile: str) -> None:
    pack = pack_of(hostile)
    assert (pack.clocks, pack.violations, pack.caps, pack.valid_from) == ((), {}, {}, None)


def test_a_clock_is_taken_with_what_starts_and_stops_it() -> None:
    table = "[[clock]]\nid = 'a'\nstart = ['x', 1]\nstop = ['y']\ndue = 'PT0S'\n"
    pack = pack_of(table + table + "[[violation]]\ncode = '1'\nclass = 'c'\n[rewards.caps]\ncoins = 5")
    (clock,) = pack.clocks
    assert (clock.start, clock.stop, clock.goes_first) == ({"x"}, {"y"}, True)
    assert (pack.class_of("1"), pack.class_of("2"), pack.caps) == ("c", "", {"coins": 5})


def published_twice() -> Rows:
    rows, ledger = Rows(Kept()), Ledger(policy=False)
    for version, valid_from in (("1", "2021-01-01"), ("2", "2021-03-10"), ("3", "9999-12-31")):
        published = ledger.publish(version, f"zone = 'Asia/Shanghai'\nvalid_from = {valid_from}")
        assert isinstance(published.event, PolicyPublished)
        remember(rows, POLICIES, fact_of(published))
    return rows


def test_the_version_that_was_applied_goes_before_the_newest() -> None:
    rows = published_twice()
    assert pack_for(rows, POLICIES, "1", START).version == "1"
    assert pack_for(rows, POLICIES, "never published", START).version == "2"
    assert pack_for(rows, POLICIES, None, START - timedelta(days=1)).version == "1"
    assert pack_for(rows, POLICIES, None, START - timedelta(days=365)) is NO_PACK


def test_a_day_before_the_calendar_begins_is_never_reached() -> None:
    rows = Rows(Kept())
    remember(
        rows, POLICIES, fact_of(Ledger(policy=False).publish("1", "zone = 'Asia/Shanghai'\nvalid_from = 0001-01-01"))
    )
    assert pack_for(rows, POLICIES, None, START).version in ("", "1")


def test_canonical_json_has_sorted_keys_and_no_spaces() -> None:
    assert canonical({"b": [1, "证"], "a": None}) == '{"a":null,"b":[1,"证"]}'


def test_names_of_read_models_tables_and_columns_are_plain_sql_words() -> None:
    names = [table.name for model in read_models() for table in model.tables]
    names += [view.name for model in read_models() for view in model.views]
    assert len(names) == len(set(names))
    columns = {column for model in read_models() for table in model.tables for column in table.names}
    assert all(name.isidentifier() and name == name.lower() for name in (*names, *columns))
    assert not columns & {"case", "order", "group", "from", "to", "end", "when", "user", "table", "select"}


def test_an_event_that_a_read_model_does_not_take_changes_nothing() -> None:
    rows = Rows(Kept())
    by_name("sanctions").apply(rows, Ledger().events[0])
    assert rows.changes() == []


def test_a_read_model_says_which_events_it_takes() -> None:
    interests = {model.name: model.interests for model in read_models()}
    assert "case.decided.v1" in interests["violation_counts"]
    assert "report.received.v1" not in interests["sanctions"]
    assert interests["audit_trail"] == EVENT_TYPES.keys()

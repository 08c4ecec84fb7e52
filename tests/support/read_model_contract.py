"""What every database of read models must keep; the same suite for SQLite and PostgreSQL, and for broken twins."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from threading import Barrier, Thread

import pytest

from domain.events import Event
from domain.recorded import Recorded
from infra.read_models.query import OneOf, Query, Range
from infra.read_models.store import ReadModelStore
from projections.as_of import until_position, until_time
from projections.audit_trail import STREAMS
from projections.catalogue import by_name, read_models
from projections.catch_up import CatchUp
from projections.read_model import ReadModel
from projections.rows import Rows
from projections.tables import Value
from tests.support.read_model_histories import random_ledger, shuffled_batches
from tests.support.read_model_ledger import PLATFORM, Ledger, built

EVENTS = 250
SEED = 20210310
NAMES = [model.name for model in read_models()]
OTHER = "another-platform"
AWKWARD = ("", " ", "NULL", '"', '","', "\\", '\\"', "{a,b}", "'", "%s", "a\tb\nc\r", "\x1f", "阴阳怪气")
"""Texts that a database could take for something else than texts."""


@cache
def the_ledger() -> Ledger:
    """A random ledger that is the same for every test."""
    return random_ledger(SEED, EVENTS)


@cache
def the_digests() -> dict[str, str]:
    """What the digests of all read models of that ledger must be."""
    with built(the_ledger()) as scratch:
        return {model.name: scratch.digest(PLATFORM, model) for model in read_models()}


class ReadModelContract:
    """Needs a fixture `url`: an empty database."""

    store_class = ReadModelStore

    @pytest.fixture
    def open_store(self, url: str) -> Iterator[Callable[[], ReadModelStore]]:
        opened: list[ReadModelStore] = []

        def open_one() -> ReadModelStore:
            store = self.store_class.open(url)
            opened.append(store)
            store.prepare(read_models())
            return store

        yield open_one
        for store in opened:
            store.close()

    @pytest.fixture
    def store(self, open_store: Callable[[], ReadModelStore]) -> ReadModelStore:
        return open_store()

    @pytest.fixture
    def ledger(self) -> Ledger:
        return the_ledger()

    @pytest.fixture
    def expected(self) -> dict[str, str]:
        return the_digests()

    @pytest.mark.parametrize("name", NAMES)
    def test_a_read_model_caught_up_in_pieces_equals_one_built_at_once(
        self, name: str, store: ReadModelStore, ledger: Ledger, expected: dict[str, str]
    ) -> None:
        model = by_name(name)
        CatchUp(PLATFORM, [model], shuffled_batches(SEED, ledger), store, batch_max=23).run()
        assert store.digest(PLATFORM, model) == expected[name]
        assert store.position(PLATFORM, name) == len(ledger.events)

    def test_read_models_at_different_checkpoints_catch_up_together(
        self, store: ReadModelStore, ledger: Ledger, expected: dict[str, str]
    ) -> None:
        for at, name in enumerate(NAMES):
            CatchUp(PLATFORM, [by_name(name)], ledger, store).run(up_to=20 * at)
        CatchUp(PLATFORM, read_models(), ledger, store, batch_max=64).run()
        assert {name: store.digest(PLATFORM, by_name(name)) for name in NAMES} == expected

    def test_rebuilding_gives_the_same_rows(
        self, store: ReadModelStore, ledger: Ledger, expected: dict[str, str]
    ) -> None:
        CatchUp(PLATFORM, read_models(), ledger, store).run()
        store.reset(PLATFORM, read_models())
        CatchUp(PLATFORM, read_models(), ledger, store).run()
        assert {name: store.digest(PLATFORM, by_name(name)) for name in NAMES} == expected

    def test_a_batch_that_fails_leaves_neither_rows_nor_checkpoint(self, store: ReadModelStore, ledger: Ledger) -> None:
        model = by_name("audit_trail")
        CatchUp(PLATFORM, [model], ledger, store).run(up_to=100)
        before = store.digest(PLATFORM, model)
        with pytest.raises(RuntimeError):
            _die_in_a_batch(store, model, ledger.events[100])
        assert store.digest(PLATFORM, model) == before
        assert store.position(PLATFORM, model.name) == 100

    def test_two_that_catch_up_at_once_double_nothing(
        self, open_store: Callable[[], ReadModelStore], ledger: Ledger, expected: dict[str, str]
    ) -> None:
        stores = [open_store(), open_store()]
        start = Barrier(len(stores))
        faults: list[BaseException] = []

        def work(store: ReadModelStore) -> None:
            try:
                start.wait()
                CatchUp(PLATFORM, read_models(), ledger, store, batch_max=10).run()
            except BaseException as fault:  # noqa: BLE001 - handed to the test below
                faults.append(fault)

        threads = [Thread(target=work, args=(store,)) for store in stores]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []
        assert {name: stores[0].digest(PLATFORM, by_name(name)) for name in NAMES} == expected

    def test_platforms_are_kept_apart(self, store: ReadModelStore, ledger: Ledger, expected: dict[str, str]) -> None:
        CatchUp(PLATFORM, read_models(), ledger, store).run()
        CatchUp(OTHER, read_models(), random_ledger(SEED + 1, 60), store).run()
        store.reset(OTHER, read_models())
        assert store.position(OTHER, "queue") == 0
        assert list(store.select(OTHER, Query("audit_trail"))) == []
        assert {name: store.digest(PLATFORM, by_name(name)) for name in NAMES} == expected

    def test_a_new_version_is_replayed_from_the_start(
        self, store: ReadModelStore, ledger: Ledger, expected: dict[str, str]
    ) -> None:
        CatchUp(PLATFORM, read_models(), ledger, store).run()
        newer = replace(by_name("queue"), version=2)
        store.prepare([newer])
        assert store.position(PLATFORM, "queue") == 0
        assert store.position(PLATFORM, "deadlines") == len(ledger.events)
        CatchUp(PLATFORM, [newer], ledger, store).run()
        assert store.digest(PLATFORM, newer) == expected["queue"]

    def test_as_of_a_position_it_shows_what_was_known_there(self, store: ReadModelStore, ledger: Ledger) -> None:
        CatchUp(PLATFORM, read_models(), until_position(ledger, 90), store, batch_max=40).run()
        with built(ledger.until(90)) as past:
            assert store.digest(PLATFORM, by_name("queue")) == past.digest(PLATFORM, by_name("queue"))

    def test_as_of_a_time_it_shows_what_had_happened_by_then(self, store: ReadModelStore, ledger: Ledger) -> None:
        moment = ledger.events[120].event.occurred_at
        CatchUp(PLATFORM, read_models(), until_time(ledger, moment), store, batch_max=3).run()
        shown = [row["position"] for row in store.select(PLATFORM, Query("audit_trail"))]
        assert shown == [each.position for each in ledger.events if each.event.occurred_at <= moment]

    def test_pages_put_together_are_the_whole(self, store: ReadModelStore, ledger: Ledger) -> None:
        CatchUp(PLATFORM, read_models(), ledger, store).run()
        for order in (("-occurred_at",), ("account", "-type"), ("-case_id", "actor"), ()):
            whole = list(store.select(PLATFORM, Query("audit_trail", order_by=order)))
            assert self._paged(store, Query("audit_trail", order_by=order, limit=37)) == whole
            assert len(whole) == len(ledger.events)

    def test_conditions_choose_the_rows_they_say(self, store: ReadModelStore, ledger: Ledger) -> None:
        CatchUp(PLATFORM, read_models(), ledger, store).run()
        rows = list(store.select(PLATFORM, Query("audit_trail")))

        def chosen(**where: object) -> list[object]:
            return [row["position"] for row in store.select(PLATFORM, Query("audit_trail", where))]

        assert chosen(account="a") == [row["position"] for row in rows if row["account"] == "a"]
        assert chosen(account=None) == [row["position"] for row in rows if row["account"] is None]
        assert chosen(position=Range(above=5, at_most=9)) == [6, 7, 8, 9]
        assert chosen(position=Range(at_least=5, below=7)) == [5, 6]
        assert chosen(position=OneOf((3, 1))) == [1, 3]
        assert chosen(account="nobody") == []

    def test_what_is_json_or_boolean_comes_back_as_that(self, store: ReadModelStore, ledger: Ledger) -> None:
        CatchUp(PLATFORM, read_models(), ledger, store).run()
        (row, *_) = store.select(PLATFORM, Query("queue"))
        assert type(row["is_open"]) is bool
        assert isinstance(row["codes"], list)

    def test_whatever_text_a_row_has_comes_back_and_is_found_by(self, store: ReadModelStore) -> None:
        with store.batch(PLATFORM) as batch:
            rows = Rows(batch)
            for text in AWKWARD:
                rows.append(STREAMS, _stream_row(text, account=text))
            batch.write(rows.changes())
        with store.batch(PLATFORM) as batch:
            rows = Rows(batch)
            rows.prefetch(STREAMS, [(text,) for text in AWKWARD])
            assert [rows.get(STREAMS, (text,)) for text in AWKWARD] == [
                _stream_row(text, account=text) for text in AWKWARD
            ]
            for text in AWKWARD[1:]:
                rows.put(STREAMS, _stream_row(text, case_id=text, decided=True))
            rows.delete(STREAMS, (AWKWARD[0],))
            batch.write(rows.changes())
        with store.look(PLATFORM) as look:
            found = {str(row["stream"]): row for row in look.by_keys(STREAMS, [(text,) for text in AWKWARD])}
        assert found == {text: _stream_row(text, case_id=text, decided=True) for text in AWKWARD[1:]}

    def _paged(self, store: ReadModelStore, query: Query) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = []
        after = None
        while True:
            page = store.page(PLATFORM, replace(query, after=after))
            rows += page.rows
            if page.next is None:
                return rows
            after = page.next


def _stream_row(
    stream: str, *, account: str | None = None, case_id: str | None = None, decided: bool = False
) -> dict[str, Value]:
    row: dict[str, Value] = {"stream": stream, "received_at_position": 1 if decided else None, "case_id": case_id}
    return row | {"account": account, "decided": decided}


def _die_in_a_batch(store: ReadModelStore, model: ReadModel, recorded: Recorded[Event]) -> None:
    with store.batch(PLATFORM) as batch:
        batch.positions([model.name])
        rows = Rows(batch)
        model.apply(rows, recorded)
        batch.write(rows.changes())
        batch.move([model.name], recorded.position)
        raise RuntimeError("the process dies here")

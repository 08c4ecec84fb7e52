"""How rows of the read models are asked for, page by page."""

from dataclasses import replace

import pytest

from projections.catalogue import relations
from projections.queries import OneOf, Query
from tests.support.postgres import new_database, postgres_server, postgres_url  # noqa: F401 - fixtures
from tests.support.read_model_decisions import decide
from tests.support.read_model_histories import random_ledger
from tests.support.read_model_ledger import PLATFORM, Ledger, built


def test_a_table_or_column_that_is_not_there_is_a_key_error() -> None:
    with built(Ledger()) as store:
        assert set(store.relations()) == set(relations())
        with pytest.raises(KeyError):
            store.page(PLATFORM, Query("nothing"))
        with pytest.raises(KeyError, match="nothing"):
            list(store.select(PLATFORM, Query("queue", order_by=("nothing",))))
        with pytest.raises(KeyError):
            list(store.select(PLATFORM, Query("queue", {"nothing": 1})))


def test_a_cursor_of_another_order_is_refused() -> None:
    with built(Ledger()) as store, pytest.raises(ValueError, match="another order"):
        list(store.select(PLATFORM, Query("queue", after=("x", "y"))))


def test_a_page_without_a_limit_is_everything_and_one_of_nothing_asks_again() -> None:
    ledger = random_ledger(3, 30)
    with built(ledger) as store:
        assert len(store.page(PLATFORM, Query("audit_trail")).rows) == len(ledger.events)
        assert store.page(PLATFORM, Query("audit_trail", limit=0)).rows == []


def test_a_page_ordered_by_json_goes_on_behind_its_last_row() -> None:
    with built(random_ledger(3, 60)) as store:
        query = Query("audit_trail", order_by=("evidence",), limit=20)
        first = store.page(PLATFORM, query)
        second = store.page(PLATFORM, replace(query, after=first.next))
        whole = list(store.select(PLATFORM, replace(query, limit=40)))
    assert [*first.rows, *second.rows] == whole


def test_views_and_windows_can_be_paged() -> None:
    ledger = Ledger()
    decide(ledger, "one", "eve", "3.1.1", "3.2.1")
    with built(ledger) as store:
        query = Query("violation_counts_by_window", {"window_name": OneOf(("7d", "30d"))}, limit=3)
        page = store.page(PLATFORM, query)
        rest = store.page(PLATFORM, replace(query, after=page.next))
        assert (len(page.rows), len(rest.rows), rest.next) == (3, 1, None)
        assert len(store.page(PLATFORM, Query("blacklist_public", limit=2)).rows) == 2

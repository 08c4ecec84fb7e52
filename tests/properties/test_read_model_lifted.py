"""After an appeal is upheld, all counts equal those of a ledger without the decision; the audit trail shows both."""

from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cases.events import CaseNoteAdded
from domain.recorded import Recorded
from infra.read_models.query import Query, Range
from infra.read_models.store import ReadModelStore
from projections.catalogue import read_models
from projections.catch_up import CatchUp
from tests.support.read_model_decisions import decide, report_to_case, undo
from tests.support.read_model_ledger import Ledger

ACCOUNTS = ("eve", "mallory")
CODES = ("3.1.1", "3.1.2", "3.2.1", "unknown")
COUNTED_BY_DECISIONS = ("decisions", "sanctions_imposed", "content_removed", "listings")

CASES = st.lists(
    st.tuples(st.sampled_from(ACCOUNTS), st.lists(st.sampled_from(CODES), min_size=1, max_size=3)),
    min_size=1,
    max_size=4,
)


MODELS = read_models()
EXAMPLES = count()


@pytest.fixture(scope="module")
def store() -> Iterator[ReadModelStore]:
    """One database; every ledger is a platform of its own in it."""
    with ReadModelStore.scratch() as store:
        store.prepare(MODELS)
        yield store


@given(cases=CASES, undone=st.integers(0, 3), hours=st.integers(0, 100))
def test_counts_equal_those_of_a_ledger_without_the_decision(
    store: ReadModelStore, cases: list[tuple[str, list[str]]], undone: int, hours: int
) -> None:
    ledger, gone = _ledger(cases, undone % len(cases), hours)
    after, never = f"after-{next(EXAMPLES)}", f"never-{next(EXAMPLES)}"
    CatchUp(after, MODELS, ledger, store).run()
    CatchUp(never, MODELS, ledger.without(*gone), store).run()
    assert _counts(store, after) == _counts(store, never)
    trail = list(store.select(after, Query("audit_trail")))
    assert [row["position"] for row in trail] == [recorded.position for recorded in ledger.events]


def _ledger(cases: list[tuple[str, list[str]]], undone: int, hours: int) -> tuple[Ledger, list[Recorded]]:
    ledger = Ledger()
    decisions = []
    for number, (account, codes) in enumerate(cases):
        report_to_case(ledger, f"case-{number}", account, *codes)
        ledger.wait(hours=hours)
        decisions.append(decide(ledger, f"case-{number}", account, *codes))
    account, _ = cases[undone]
    gone = [*decisions[undone], *undo(ledger, f"case-{undone}", account, decisions[undone])]
    ledger.add("case-0", CaseNoteAdded)
    return ledger, gone


def _counts(store: ReadModelStore, platform: str) -> dict[str, object]:
    """Everything that counts something, without ids and places in the ledger."""

    def rows(relation: str, *columns: str, **where: object) -> list[tuple[object, ...]]:
        return [tuple(row[name] for name in columns) for row in store.select(platform, Query(relation, where))]

    standing = Range(above=0)
    counts = ("account", "class", "in_force", "first_at", "last_at")
    return {
        "by class": rows("violation_counts", *counts, in_force=standing),
        "by code": rows("violation_counts_by_code", *counts, "code", in_force=standing),
        "in windows": rows("violation_counts_by_window", "account", "class", "window_name", "decisions"),
        "sanctions": sorted(rows("sanctions", "account", "case_id", "kind", "starts_at", state="in_force")),
        "removals": sorted(rows("content_removals", "account", "content", "removed_at", state="in_force")),
        "bars": rows("registration_bars", "account", "case_id", state="in_force"),
        "public list": sorted(rows("blacklist_public", "party_type", "shown_as", "listed_at")),
        "reporters": rows("reporters", "upheld", "dismissed", "accuracy_permille")[:1] or [(0, 0, None)],
        "rewards": [row for row in rows("reporter_rewards", "month", "currency", "booked", "capped") if any(row[2:])],
        "statistics": [
            row
            for row in rows("statistics", "figure", "day", "class", "measure", "outcome", "standing", standing=standing)
            if row[0] in COUNTED_BY_DECISIONS
        ],
    }

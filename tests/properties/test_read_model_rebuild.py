"""Live equals rebuilt: over random ledgers, from any checkpoint, under any batch size; no personal value gets in."""

from collections import Counter
from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cases.events import CaseDecided
from domain.cases.later_events import CaseAppealReduced, CaseDecisionCorrected
from domain.events import Event
from domain.values import Outcome
from infra.read_models.query import Query
from infra.read_models.store import ReadModelStore
from projections.catalogue import by_name, read_models
from projections.catch_up import CatchUp
from tests.support.read_model_histories import CANARY, random_ledger, shuffled_batches

SEEDS = st.integers(0, 2**32 - 1)
MODELS = read_models()
EXAMPLES = count()


FIGURES = {
    "reports_received": "report.received.v1",
    "reports_admitted": "report.admitted.v1",
    "reports_refused": "report.refused.v1",
    "reports_joined": "case.report_joined.v1",
    "cases_opened": "case.opened.v1",
    "cases_marked_major": "case.marked_major.v1",
    "decisions": "case.decided.v1",
    "sanctions_imposed": "account.sanction_imposed.v1",
    "sanctions_ended": "account.sanction_ended.v1",
    "sanctions_lifted": "account.sanction_lifted.v1",
    "content_removed": "account.content_removed.v1",
    "content_removals_lifted": "account.content_removal_lifted.v1",
    "listings": "account.listed_high_risk.v1",
    "delistings": "account.delisted.v1",
    "appeals_lodged": "case.appeal_lodged.v1",
    "appeals_answered": "case.appeal_denied.v1 case.appeal_upheld.v1 case.appeal_reduced.v1",
    "corrections": "case.decision_corrected.v1",
    "external_outcomes": "case.external_outcome_recorded.v1",
    "deadlines_missed": "case.deadline_missed.v1",
    "authority_notices": "case.authority_notified.v1",
    "feedback_given": "report.feedback_given.v1",
    "operations_opened": "operation.opened.v1",
    "partners_warned": "account.partner_warned.v1",
    "registrations_refused": "account.registration_refused.v1",
}
"""Every figure, and the events it counts."""


@pytest.fixture(scope="module")
def store() -> Iterator[ReadModelStore]:
    """One database; every example is a platform of its own in it."""
    with ReadModelStore.scratch() as store:
        store.prepare(MODELS)
        yield store


@given(seed=SEEDS, stop=st.integers(1, 60))
def test_live_equals_rebuilt_from_any_checkpoint_under_any_batch_size(
    store: ReadModelStore, seed: int, stop: int
) -> None:
    ledger = random_ledger(seed, 60)
    rebuilt, live = f"rebuilt-{next(EXAMPLES)}", f"live-{next(EXAMPLES)}"
    CatchUp(rebuilt, MODELS, ledger, store).run()
    CatchUp(live, MODELS[stop % len(MODELS) :], ledger, store).run(up_to=stop)
    CatchUp(live, MODELS, shuffled_batches(seed, ledger), store).run()
    for model in MODELS:
        assert store.digest(live, model) == store.digest(rebuilt, model), (seed, model.name)


@given(seed=SEEDS)
def test_no_personal_value_reaches_a_read_model(store: ReadModelStore, seed: int) -> None:
    platform = f"canaries-{next(EXAMPLES)}"
    CatchUp(platform, MODELS, random_ledger(seed, 100), store).run()
    held = [row for name in store.relations() for row in store.select(platform, Query(name))]
    assert len(held) > 100
    assert CANARY not in str(held)


@given(seed=SEEDS)
def test_the_figures_of_the_statistics_add_up_to_the_facts(store: ReadModelStore, seed: int) -> None:
    ledger = random_ledger(seed, 150)
    platform = f"figures-{next(EXAMPLES)}"
    facts: Counter[str] = Counter(recorded.event.TYPE for recorded in ledger.events)
    CatchUp(platform, [by_name("statistics")], ledger, store).run()
    sums: Counter[str] = Counter()
    for row in store.select(platform, Query("statistics")):
        sums[row["figure"]] += row["ever"]
        assert 0 <= row["standing"] <= row["ever"]
    assert sums.pop("measures_taken", 0) == sum(measures_of(recorded.event) for recorded in ledger.events)
    assert sums.keys() <= FIGURES.keys()
    for figure, events in FIGURES.items():
        assert sums[figure] == sum(facts[name] for name in events.split()), figure


def measures_of(event: Event) -> int:
    """How many kinds of measures the event takes: those of an upheld decision, or the milder one of a reduction."""
    if isinstance(event, CaseAppealReduced):
        return 1
    if isinstance(event, CaseDecisionCorrected):
        return event.measure is not None and event.replaced is not None
    if not isinstance(event, CaseDecided) or event.outcome is not Outcome.UPHELD or event.choice is None:
        return 0
    choice = event.choice
    party = (choice.party_measure,) if choice.party_measure else ()
    return len({measure.kind for measure in (*choice.content_measures, *party, *choice.also, *choice.added)})

"""All read models, and all tables and views they fill."""

from projections import (
    audit_trail,
    blacklist,
    co_reporting,
    deadlines,
    evidence_requests,
    feedback,
    notices,
    operations,
    queue,
    reporters,
    sanctions,
    statistics,
    violation_counts,
)
from projections.read_model import ReadModel
from projections.tables import Table, View, WindowView


def read_models() -> tuple[ReadModel, ...]:
    """The read models, in the order of the design page."""
    return (
        violation_counts.read_model(),
        sanctions.read_model(),
        blacklist.read_model(),
        audit_trail.read_model(),
        queue.read_model(),
        deadlines.read_model(),
        feedback.read_model(),
        reporters.read_model(),
        co_reporting.read_model(),
        operations.read_model(),
        evidence_requests.read_model(),
        statistics.read_model(),
        notices.read_model(),
    )


def by_name(name: str) -> ReadModel:
    """The read model of this name; `KeyError` when there is none."""
    return {model.name: model for model in read_models()}[name]


def relations() -> dict[str, Table | View | WindowView]:
    """Every table and view by its name."""
    found: dict[str, Table | View | WindowView] = {}
    for model in read_models():
        found |= {table.name: table for table in model.tables}
        found |= {view.name: view for view in model.views}
    return found

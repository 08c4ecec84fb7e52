"""Metrics count what was told, under names and labels that stay, with a bounded number of values."""

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry

from caseledger.processes.meters import Meters
from infra.metrics import LABEL_VALUES_MAX, Metrics

BEGAN = datetime(2021, 3, 10, 4, tzinfo=UTC)


class Measured:
    """Metrics by a clock that is set."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.registry = CollectorRegistry()
        self.metrics = Metrics(self.registry, now=lambda: BEGAN.timestamp() + self.seconds)
        self.meters: Meters = self.metrics

    def value(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(f"caseledger_{name}", {"platform": "kr", **labels})


@pytest.fixture
def measured() -> Measured:
    return Measured()


def test_a_journals_groups_conflicts_and_doubts_are_counted(measured: Measured) -> None:
    journal = measured.meters.journal("kr")
    journal.group(32, 0.004)
    journal.group(1, 0.0004)
    journal.voided(2)
    journal.in_doubt(3)
    journal.settled(2)
    assert measured.value("append_seconds_count") == 2
    assert measured.value("append_seconds_sum") == pytest.approx(0.0044)
    assert measured.value("append_group_size_sum") == 33
    assert measured.value("appends_total") == 33
    assert measured.value("appends_void_total") == 2
    assert (measured.value("appends_in_doubt"), measured.value("appends_doubted_total")) == (1, 3)
    assert measured.value("tail_lag_records") is None, "an embedded journal has no tail"


def test_a_journal_opened_again_goes_on_counting(measured: Measured) -> None:
    measured.meters.journal("kr").group(1, 0.001)
    measured.meters.journal("kr").group(1, 0.001)
    assert measured.value("appends_total") == 2


def test_the_tails_lag_grows_while_it_is_behind_and_its_silence_can_be_seen(measured: Measured) -> None:
    journal = measured.meters.journal("kr")
    journal.tail(0)
    measured.seconds = 10
    assert measured.value("tail_lag_seconds") == 0
    journal.tail(7)
    measured.seconds = 25
    assert (measured.value("tail_lag_records"), measured.value("tail_lag_seconds")) == (7, 25)
    assert measured.value("tail_answered_timestamp_seconds") == BEGAN.timestamp() + 10
    journal.tail(0)
    assert (measured.value("tail_lag_records"), measured.value("tail_lag_seconds")) == (0, 0)


def test_intake_counts_outcomes_and_poison_and_forgets_partitions_that_others_have(measured: Measured) -> None:
    intake = measured.meters.intake("kr")
    intake.consumed("admitted", 5)
    intake.consumed("refused")
    intake.set_aside("not_decodable")
    intake.behind(0, 12)
    intake.behind(1, 3)
    intake.assigned([1, 2])
    assert measured.value("reports_consumed_total", outcome="admitted") == 5
    assert measured.value("reports_consumed_total", outcome="refused") == 1
    assert measured.value("reports_poison_total", reason="not_decodable") == 1
    assert measured.value("reports_lag_records", partition="0") is None
    assert measured.value("reports_lag_records", partition="1") == 3


def test_a_read_models_lag_in_seconds_is_the_age_of_what_it_lacks(measured: Measured) -> None:
    projecting = measured.meters.projecting("kr")
    projecting.applied("queue", 40)
    projecting.active("queue", active=True)
    projecting.reached("queue", 40, 100, BEGAN)
    measured.seconds = 30
    at = {"read_model": "queue"}
    assert measured.value("read_model_events_total", **at) == 40
    assert measured.value("read_model_active", **at) == 1
    assert (measured.value("read_model_position", **at), measured.value("read_model_lag_positions", **at)) == (40, 60)
    assert measured.value("read_model_lag_seconds", **at) == 30
    projecting.reached("queue", 100, 100, None)
    assert measured.value("read_model_lag_seconds", **at) == 0


def test_publishing_and_time_are_counted(measured: Measured) -> None:
    publishing = measured.meters.publishing("kr")
    publishing.published(9)
    publishing.active(active=False)
    publishing.reached(9, 10, BEGAN - timedelta(seconds=5))
    measured.meters.time("kr").kept("miss_deadline")
    measured.meters.time("kr").refused("end_sanction")
    assert (measured.value("published_events_total"), measured.value("publisher_active")) == (9, 0)
    assert (measured.value("published_position"), measured.value("published_lag_positions")) == (9, 1)
    assert measured.value("published_lag_seconds") == 5
    assert measured.value("time_commands_total", command="miss_deadline", outcome="recorded") == 1
    assert measured.value("time_commands_total", command="end_sanction", outcome="refused") == 1


def test_labels_stay_bounded_and_nothing_is_lost_from_the_count(measured: Measured) -> None:
    intake = measured.meters.intake("kr")
    for number in range(LABEL_VALUES_MAX + 5):
        intake.set_aside(f"reason_{number}")
    intake.set_aside("reason_0")
    assert measured.value("reports_poison_total", reason="other") == 5
    assert measured.value("reports_poison_total", reason="reason_0") == 2


def test_names_follow_prometheus_and_every_metric_says_what_it_means(measured: Measured) -> None:
    measured.metrics.process("consume").turned()
    families = [family for family in measured.registry.collect() if family.name.startswith("caseledger_")]
    assert len(families) >= 20
    for family in families:
        assert family.documentation.endswith("."), family.name
        if "second" in family.documentation or "When" in family.documentation:
            assert family.name.endswith("_seconds"), family.name

"""Metrics count what was told, under names and labels that stay, with a bounded number of values."""

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry

from caseledger.processes.meters import Meters
from infra.health import Health
from infra.metric_meters import LABEL_VALUES_MAX
from infra.metrics import Metrics

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
    journal.group(0, 12.0)
    journal.voided(2)
    journal.in_doubt(3)
    journal.settled(2)
    assert measured.value("append_seconds_count") == 2
    assert measured.value("append_seconds_sum") == pytest.approx(0.0044)
    assert measured.value("append_group_size_sum") == 33
    assert (measured.value("appends_total"), measured.value("append_groups_failed_total")) == (33, 1)
    assert measured.value("appends_void_total") == 2
    assert (measured.value("appends_in_doubt"), measured.value("appends_doubted_total")) == (1, 3)
    assert measured.value("tail_lag_records") is None, "an embedded journal has no tail"


def test_a_journal_opened_again_goes_on_counting_and_has_nothing_in_doubt(measured: Measured) -> None:
    measured.metrics.journal("kr").in_doubt(2)
    measured.metrics.journal("kr").group(1, 0.001)
    measured.metrics.journal("kr").opened()
    measured.metrics.journal("kr").group(1, 0.001)
    assert measured.value("appends_total") == 2
    assert (measured.value("appends_in_doubt"), measured.value("appends_doubted_total")) == (0, 2)


def test_the_tails_lag_grows_while_it_is_behind_and_its_silence_can_be_seen(measured: Measured) -> None:
    journal = measured.meters.journal("kr")
    journal.tail(0)
    measured.seconds = 10
    assert measured.value("tail_lag_seconds") == 0
    journal.tail(7)
    measured.seconds = 25
    assert (measured.value("tail_lag_records"), measured.value("tail_lag_seconds")) == (7, 25)
    assert measured.value("log_answered_timestamp_seconds") == BEGAN.timestamp() + 10
    journal.tail(0)
    assert (measured.value("tail_lag_records"), measured.value("tail_lag_seconds")) == (0, 0)


def test_a_log_is_silent_from_its_last_answer_on_and_a_file_never_is(measured: Measured) -> None:
    for platform in ("kr", "file"):
        measured.meters.journal(platform).group(1, 0.001)
    measured.seconds = 100
    assert measured.metrics.silent_logs(5) == ()
    measured.meters.journal("kr").tail(0)
    measured.seconds = 104
    measured.meters.journal("kr").group(1, 0.001)
    measured.seconds = 109
    assert measured.metrics.silent_logs(5) == ()
    measured.seconds = 110
    assert measured.metrics.silent_logs(5) == ("kr",)
    measured.meters.journal("kr").group(0, 0.001)
    assert measured.metrics.silent_logs(5) == ("kr",), "a group without answers says nothing of the log"


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
    assert measured.value("reports_consumed_total", outcome="seen_before") == 0, "counted from 0 on"
    assert measured.value("reports_consumed_total", outcome="poison") == 1
    assert measured.value("reports_poison_total", reason="not_decodable") == 1
    assert measured.value("reports_lag_records", partition="0") is None
    assert measured.value("reports_lag_records", partition="1") == 3


def test_a_read_models_lag_in_seconds_is_the_age_of_what_it_lacks(measured: Measured) -> None:
    projecting = measured.meters.projecting("kr")
    projecting.applied(40, 0.25)
    projecting.behind("queue", 60, BEGAN)
    measured.seconds = 30
    assert (measured.value("read_model_events_total"), measured.value("read_model_batch_seconds_sum")) == (40, 0.25)
    assert measured.value("read_model_lag_positions", read_model="queue") == 60
    assert measured.value("read_model_lag_seconds", read_model="queue") == 30
    projecting.behind("queue", 0, None)
    assert measured.value("read_model_lag_positions", read_model="queue") == 0
    assert measured.value("read_model_lag_seconds", read_model="queue") == 0


def test_who_stands_by_tells_no_lag(measured: Measured) -> None:
    projecting = measured.meters.projecting("kr")
    projecting.active(["queue", "deadlines"], ["feedback"])
    projecting.behind("queue", 60, BEGAN)
    projecting.active(["deadlines"], ["queue", "feedback"])
    active = [measured.value("read_model_active", read_model=name) for name in ("queue", "deadlines", "feedback")]
    assert active == [0, 1, 0]
    assert measured.value("read_model_lag_positions", read_model="queue") is None
    assert measured.value("read_model_lag_seconds", read_model="queue") is None


def test_publishing_is_counted(measured: Measured) -> None:
    publishing = measured.meters.publishing("kr")
    publishing.active(active=True)
    publishing.published(9, 9)
    publishing.behind(1, BEGAN - timedelta(seconds=5))
    assert (measured.value("published_events_total"), measured.value("publisher_active")) == (9, 1)
    assert (measured.value("published_position"), measured.value("published_lag_positions")) == (9, 1)
    assert measured.value("published_lag_seconds") == 5
    publishing.active(active=False)
    assert (measured.value("publisher_active"), measured.value("published_lag_seconds")) == (0, None)


def test_time_is_counted(measured: Measured) -> None:
    measured.meters.time("kr").kept("miss_deadline")
    assert measured.value("time_commands_total", command="end_sanction", outcome="refused") == 0, "counted from 0 on"
    measured.meters.time("kr").refused("end_sanction")
    assert measured.value("time_commands_total", command="miss_deadline", outcome="recorded") == 1
    assert measured.value("time_commands_total", command="end_sanction", outcome="refused") == 1


def test_a_process_is_ready_when_a_probe_is_told_so(measured: Measured) -> None:
    health = Health()
    measured.metrics.process("consume").ready_when(lambda: health.ready().good)

    def ready() -> float | None:
        return measured.registry.get_sample_value("caseledger_process_ready", {"process": "consume"})

    assert ready() == 0
    health.well()
    assert ready() == 1
    health.check("ledger", lambda: "silent")
    assert ready() == 0


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

"""The work behind `caseledger consume`: every platform's topic in one process, and what it came to."""

import sys
from collections import Counter
from collections.abc import Collection, Sequence

from caseledger.application.topic_intake import Meter
from caseledger.bootstrap import Caseledger
from caseledger.cli.failures import usage
from caseledger.cli.output import json_text
from caseledger.cli.processes import check_quiet, host
from caseledger.processes.consuming import consume
from caseledger.processes.lifecycle import Running
from caseledger.throughput import collect_seldom
from infra.metrics import Metrics


def consume_topics(platforms: Sequence[str], until_quiet_s: float | None, *, skip_lost: bool, as_json: bool) -> None:
    """Take in the topics of these platforms, of the environment's, or of all that have a journal."""
    check_quiet(until_quiet_s)
    told = Told()

    def work(caseledger: Caseledger, running: Running, metrics: Metrics) -> None:
        caseledger.brokers_named()
        named = tuple(dict.fromkeys(platforms)) or _asked(caseledger)
        collect_seldom()
        intakes = [
            caseledger.topic_intake(name, told.beside(metrics.intake(name)), skip_lost=skip_lost) for name in named
        ]
        consume(intakes, running, until_quiet_s=until_quiet_s)

    try:
        host("consume", work)
    finally:
        told.finish(as_json=as_json)


class Told:
    """Counts what became of messages, for the summary at the end."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self._counts: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()

    def beside(self, meter: Meter) -> "Counting":
        """A meter that counts here as well."""
        return Counting(meter, self._counts, self._reasons)

    def finish(self, *, as_json: bool) -> None:
        """Say what it came to."""
        counts = {name: self._counts[name] for name in ("admitted", "refused", "seen_before", "poison")}
        if as_json:
            sys.stdout.write(json_text({"messages": self._counts.total(), **counts, "reasons": self._reasons}) + "\n")
            return
        sys.stdout.write(
            f"{self._counts.total()} messages: {counts['admitted']} admitted, {counts['refused']} refused by their "
            f"policy, {counts['seen_before']} seen before, {counts['poison']} could not be taken\n"
        )
        for reason, count in sorted(self._reasons.items()):
            sys.stdout.write(f"  {count} {reason}\n")


class Counting:
    """A meter that counts and passes on."""

    def __init__(self, meter: Meter, counts: Counter[str], reasons: Counter[str]) -> None:
        """Bind both."""
        self._meter = meter
        self._counts = counts
        self._reasons = reasons

    def consumed(self, outcome: str, reports: int = 1) -> None:
        """Count reports by what became of them."""
        self._counts[outcome] += reports
        self._meter.consumed(outcome, reports)

    def set_aside(self, reason: str) -> None:
        """Count a message that was refused."""
        self._counts["poison"] += 1
        self._reasons[reason] += 1
        self._meter.set_aside(reason)

    def assigned(self, partitions: Collection[int]) -> None:
        """Pass on."""
        self._meter.assigned(partitions)

    def behind(self, partition: int, records: int) -> None:
        """Pass on."""
        self._meter.behind(partition, records)


def _asked(caseledger: Caseledger) -> tuple[str, ...]:
    named = caseledger.settings.platform
    known = (named,) if named else caseledger.platforms()
    if not known:
        raise usage("no platform has a ledger yet: name one with --platform")
    return known

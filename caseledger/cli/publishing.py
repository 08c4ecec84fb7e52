"""The work behind `caseledger publish`: every platform in one process."""

import sys
from collections.abc import Sequence
from typing import Final

from caseledger.bootstrap import Caseledger
from caseledger.cli.processes import check_quiet, host, platforms_followed
from caseledger.processes.lifecycle import Running
from caseledger.processes.publishing import Publishing, run
from caseledger.throughput import collect_seldom
from infra.metrics import Metrics

PROCESS: Final = "publish"


def publish_platforms(platforms: Sequence[str], until_quiet_s: float | None) -> None:
    """Publish these platforms, the environment's, or all that have a journal, until told to stop or nothing came."""
    check_quiet(until_quiet_s)
    counted = {"events": 0}

    def work(caseledger: Caseledger, running: Running, metrics: Metrics) -> None:
        caseledger.brokers_named()  # before anybody waits for a first platform
        collect_seldom()

        def opened(platform: str) -> Publishing:
            parts = caseledger.ledger(platform), caseledger.cloud_events(platform), caseledger.public_topic(platform)
            return Publishing(*parts, metrics.publishing(platform))

        def told(events: int) -> None:
            counted["events"] += events

        run(opened, platforms_followed(caseledger, platforms), running, told, until_quiet_s)

    try:
        host(PROCESS, work)
    finally:
        sys.stderr.write(f"{counted['events']} published\n")

"""The work behind `caseledger publish`: every platform in one process."""

import sys
from collections.abc import Sequence
from typing import Final

from caseledger.bootstrap import Caseledger
from caseledger.cli.failures import usage
from caseledger.cli.processes import host
from caseledger.cli.session import platforms_asked
from caseledger.processes.lifecycle import Running
from caseledger.processes.publishing import QUIET_S_MAX, QUIET_S_MIN, Publishing, run
from caseledger.throughput import collect_seldom
from infra.metrics import Metrics

PROCESS: Final = "publish"


def publish_platforms(platforms: Sequence[str], until_quiet_s: float | None) -> None:
    """Publish these platforms, the environment's, or all that have a journal, until told to stop or nothing came."""
    if until_quiet_s is not None and not QUIET_S_MIN <= until_quiet_s <= QUIET_S_MAX:
        raise usage(f"--until-quiet {until_quiet_s} is not from {QUIET_S_MIN} to {QUIET_S_MAX:.0f} seconds")
    counted = {"events": 0}

    def work(caseledger: Caseledger, running: Running, metrics: Metrics) -> None:
        collect_seldom()

        def named() -> tuple[str, ...]:
            """Those asked for; who waits for the first one may begin before it."""
            asked = tuple(dict.fromkeys(platforms)) or tuple(filter(None, (caseledger.settings.platform,)))
            return tuple(each for name in asked for each in platforms_asked(caseledger, name)) or caseledger.platforms()

        def opened(platform: str) -> Publishing:
            parts = caseledger.ledger(platform), caseledger.cloud_events(platform), caseledger.public_topic(platform)
            return Publishing(*parts, metrics.publishing(platform))

        run(opened, named, running, lambda events: counted.update(events=counted["events"] + events), until_quiet_s)

    try:
        host(PROCESS, work)
    finally:
        sys.stderr.write(f"{counted['events']} published\n")

"""How far read models are behind their ledgers, looked at now and then, whoever brings them up."""

import time
from typing import Final

from caseledger.bootstrap import Caseledger
from caseledger.processes.meters import Meters, ProjectingMeter

LOOK_S: Final = 1.0
"""How often it is looked: the same as how often Prometheus might, at most."""


class Lag:
    """Tells the lag of every read model of every platform that is here."""

    def __init__(self, caseledger: Caseledger, meters: Meters) -> None:
        """Bind where to look and whom to tell."""
        self._caseledger = caseledger
        self._meters = meters
        self._next_s = 0.0

    def look(self) -> None:
        """Look, unless it was done just before."""
        if time.monotonic() < self._next_s:
            return
        self._next_s = time.monotonic() + LOOK_S
        for platform in self._caseledger.platforms():
            self._meters.time(platform)  # counts from 0 on
            self._tell(platform, self._meters.projecting(platform))

    def _tell(self, platform: str, meter: ProjectingMeter) -> None:
        ledger = self._caseledger.ledger(platform)
        positions = self._caseledger.read_models.positions(platform)
        head = ledger.head()
        since = ledger.recorded_at(sorted({at + 1 for at in positions.values() if at < head}))
        for name, position in positions.items():
            meter.behind(name, max(head - position, 0), since.get(position + 1))

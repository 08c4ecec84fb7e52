"""What the loop of projectors tells, handed on to what is measured of a process."""

from collections.abc import Sequence
from datetime import timedelta

from caseledger.application.ports import Clock
from caseledger.processes.lifecycle import Running
from caseledger.processes.meters import Meters


class Measured:
    """A `caseledger.processes.projecting.Meter` for the metrics and the health of a process."""

    def __init__(self, clock: Clock, running: Running, meters: Meters) -> None:
        """Bind them."""
        self._clock = clock
        self._running = running
        self._meters = meters

    def active(self, platform: str, projected: Sequence[str], standing_by: Sequence[str]) -> None:
        """Which read models this process projects."""
        self._meters.projecting(platform).active(projected, standing_by)

    def lag(self, platform: str, read_model: str, positions: int, seconds: float) -> None:
        """Measured from then on."""
        since = self._clock.now() - timedelta(seconds=seconds) if positions else None
        self._meters.projecting(platform).behind(read_model, positions, since)

    def applied(self, platform: str, events: int, seconds: float) -> None:
        """Counted."""
        self._meters.projecting(platform).applied(events, seconds)

    def turned(self) -> None:
        """It works."""
        self._running.turned()

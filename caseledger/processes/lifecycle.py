"""How every long-running process works and stops: told to end, it ends between two batches, within a bound; what it
needs and cannot reach is tried again with growing pauses, for a bounded time.

What was being done when a try failed is either in the ledger or not, never half: repeating it is safe by design, so a
try simply begins anew with everything opened again.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from caseledger.application.ports import OutcomeUnknown
from caseledger.following import Stop
from infra.health import Health

PAUSE_FIRST_S: Final = 0.25
PAUSE_S_MAX: Final = 15.0
"""The pauses between two tries: each twice as long as the one before, and never longer than this."""

DOUBLINGS_MAX: Final = 30
"""Of a pause, after which it has long been as long as it gets."""

JITTER: Final = 0.5
"""The part of a pause that is left to chance, so that many processes do not all come back at one moment."""

UNAVAILABLE_S_MAX: Final = 600.0
"""How long it is tried without a single turn going well, before the process ends."""

REASON_CHARS_MAX: Final = 500
"""Of a reason in the log."""

log = structlog.get_logger(__name__)


class StayedUnavailable(Exception):  # noqa: N818 - named as the sentence it says
    """What a process needs could not be reached for longer than it waits. Everything acknowledged is kept."""


class Gauges(Protocol):
    """What a process tells of its turns and tries."""

    def turned(self) -> None:
        """A turn went well."""

    def retried(self) -> None:
        """Something could not be reached, and is tried again."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often it is tried again."""

    pause_first_s: float = PAUSE_FIRST_S
    pause_s_max: float = PAUSE_S_MAX
    unavailable_s_max: float = UNAVAILABLE_S_MAX

    def pause_s(self, tries: int, chance: float) -> float:
        """The pause after so many failed tries in a row; `chance` is from 0 to 1."""
        whole = min(self.pause_first_s * float(1 << min(tries - 1, DOUBLINGS_MAX)), self.pause_s_max)
        return whole * (1 - JITTER * chance)


class Running:
    """What the work of a process is given: when to end, and whom to tell that a turn went well. It is a `Stop`."""

    def __init__(self, stop: Stop, health: Health, gauges: Gauges) -> None:
        """Bind what tells it to end, and those who are told how it goes."""
        self._stop = stop
        self._gauges = gauges
        self.health = health
        self.turns = 0

    def is_set(self) -> bool:
        """Whether to end, after the batch at hand."""
        return self._stop.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until told to end, so many seconds at most; whether to end."""
        return self._stop.wait(timeout)

    def turned(self) -> None:
        """A turn of the loop went well, also one in which there was nothing to do: the process is ready.

        To be called at least once in `infra.health.STUCK_S_MAX`, else it counts as stuck.
        """
        self.turns += 1
        self.health.well()
        self._gauges.turned()

    def failed(self, reason: str) -> None:
        """What is needed cannot be reached, and is tried again: the process is not ready."""
        self.health.unwell(reason)
        self._gauges.retried()


Work = Callable[[Running], None]
"""Opens what it needs, works until `is_set`, and closes everything. It is called again after what can pass by."""

Passing = Callable[[Exception], str | None]
"""Why an error is worth another try, in one line with the address and without a secret; None when it is not."""


def supervised(name: str, work: Work, running: Running, passing: Passing, patience: Patience | None = None) -> None:
    """Have the work done until it returns or is told to end, trying again what can pass by.

    Raises `StayedUnavailable` when no turn went well for longer than patience allows, `OutcomeUnknown` when it was told
    to end with an append in doubt, and whatever else the work does.
    """
    tries = _Tries(patience or Patience())
    while True:
        turns = running.turns
        try:
            work(running)
        except Exception as error:
            reason = passing(error)
            if reason is None:
                raise
            reason = reason[:REASON_CHARS_MAX]
            running.failed(reason)
            if running.is_set():
                log.warning("process_ended_unavailable", process=name, reason=reason)
                if isinstance(error, OutcomeUnknown):
                    raise
                return
            pause_s = tries.pause_s(went_well=running.turns > turns)
            if pause_s is None:
                raise StayedUnavailable(f"{name} gave up after {tries}: {reason}") from error
            log.warning(
                "process_tries_again", process=name, failed=tries.failed, pause_s=round(pause_s, 2), reason=reason
            )
            if running.wait(pause_s):
                return
        else:
            return


class _Tries:
    """Failed tries in a row, and for how long they have been failing."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._good_at = time.monotonic()
        self.failed = 0

    def pause_s(self, *, went_well: bool) -> float | None:
        """How long to wait after one more failure, that of a try that went well for a while or did not; None when
        patience is over.
        """
        if went_well:
            self.failed, self._good_at = 0, time.monotonic()
        self.failed += 1
        if time.monotonic() - self._good_at >= self._patience.unavailable_s_max:
            return None
        return self._patience.pause_s(self.failed, random.random())  # noqa: S311 - spreads load, keeps no secret

    def __str__(self) -> str:
        return f"{self.failed} tries in {time.monotonic() - self._good_at:.0f} s"

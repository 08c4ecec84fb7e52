"""Takes topics of reports into ledgers, in turns, until told to stop, until it is quiet, or until it cannot go on."""

import time
from collections.abc import Sequence
from typing import Final

import structlog

from caseledger.application.ports import LedgerUnavailable, OutcomeUnknown
from caseledger.application.topic_intake import TopicIntake
from caseledger.following import Stop
from consumers.messages import SinkFailed, SourceFailed

IDLE_S: Final = 0.25
"""How long all topics together are waited for when none had anything."""

FAILED_TURNS_MAX: Final = 60
"""Turns in a row that failed for want of a broker or a ledger, before the process gives up."""

BACK_OFF_S: Final = 0.25
BACK_OFF_S_MAX: Final = 10.0
"""How long to wait after a turn that failed, doubled with each that follows."""

MAY_BE_TRIED_AGAIN: Final = (LedgerUnavailable, OutcomeUnknown, SourceFailed, SinkFailed)

log = structlog.get_logger(__name__)


def consume(intakes: Sequence[TopicIntake], stop: Stop, *, until_quiet_s: float | None = None) -> int:
    """Give every intake its turn, again and again; how many messages were taken. Ends between two chunks.

    Raises what an intake raises: `TooMuchPoison` or `SourceCut` at once, what may be tried again after
    `FAILED_TURNS_MAX` turns in a row.
    """
    turns = [_Turns(intake, stop) for intake in intakes]
    taken, idle = 0, False
    quiet_since = time.monotonic()
    try:
        while not stop.is_set():
            found = sum(each.take(IDLE_S / len(turns) if idle else 0.0) for each in turns)
            taken += found
            idle = not found
            if found or not all(intake.is_ready() for intake in intakes):
                quiet_since = time.monotonic()
            elif until_quiet_s is not None and time.monotonic() - quiet_since >= until_quiet_s:
                break
    finally:
        for intake in intakes:
            intake.close()
    return taken


class _Turns:
    """The turns of one intake; one that failed has the next only after a while."""

    def __init__(self, intake: TopicIntake, stop: Stop) -> None:
        self._intake = intake
        self._stop = stop
        self._failed = 0

    def take(self, wait_s: float) -> int:
        """Have a turn; how many messages were taken."""
        try:
            if self._failed:
                self._intake.rewind()
            found = self._intake.turn(wait_s)
        except MAY_BE_TRIED_AGAIN as error:
            self._failed += 1
            if self._failed >= FAILED_TURNS_MAX:
                raise
            pause_s = min(BACK_OFF_S * 2 ** (self._failed - 1), BACK_OFF_S_MAX)
            log.warning(
                "turn_failed",
                platform=self._intake.platform,
                failed_turns=self._failed,
                reason=str(error),
                again_in_s=pause_s,
            )
            self._stop.wait(pause_s)
            return 0
        self._failed = 0
        return found

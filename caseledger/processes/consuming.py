"""Takes topics of reports into ledgers, in turns, until told to stop, until it is quiet, or until it cannot go on."""

import time
from collections.abc import Sequence
from typing import Final

from caseledger.application.topic_intake import TopicIntake
from caseledger.processes.lifecycle import Running

IDLE_S: Final = 0.25
"""How long all topics together are waited for when none had anything."""

PACE_S: Final = 0.1
FEW_MESSAGES: Final = 200
"""So far apart, while messages keep coming, do turns begin that find no more than a few: an append costs the same again
for this process, for the brokers and for all who follow, however few its events. The first message after a pause is
not held up.
"""

QUIET_S_MIN: Final = 0.1
QUIET_S_MAX: Final = 3_600.0
"""The shortest and the longest quiet that may be waited for."""


def consume(intakes: Sequence[TopicIntake], running: Running, *, until_quiet_s: float | None = None) -> int:
    """Give every intake its turn, again and again; how many messages were taken. Ends between two polls when told to,
    or after so many seconds in which every topic was read and had nothing.

    Raises `TooMuchPoison` and `SourceCut`, which somebody has to look into, and what may pass by: `LedgerUnavailable`,
    `OutcomeUnknown`, `SourceFailed`, `SinkFailed`. Whatever it raises, it begins again behind what took effect.
    """
    taken, idle = 0, False
    quiet_since = time.monotonic()
    try:
        while not running.is_set():
            began_s = time.monotonic()
            found = _turns(intakes, running, IDLE_S / len(intakes) if idle else 0.0)
            running.turned()
            taken += found
            idle = not found
            if found or not all(intake.is_at_end() for intake in intakes):
                quiet_since = time.monotonic()
            elif until_quiet_s is not None and time.monotonic() - quiet_since >= until_quiet_s:
                break
            if 0 < found < FEW_MESSAGES:
                running.wait(max(0.0, began_s + PACE_S - time.monotonic()))
    finally:
        for intake in intakes:
            intake.close()
    return taken


def _turns(intakes: Sequence[TopicIntake], running: Running, wait_s: float) -> int:
    """A turn for each, as long as the process is not told to end; how many messages they took."""
    found = 0
    for intake in intakes:
        if running.is_set():
            break
        found += intake.turn(wait_s)
    return found

"""Keeps time on ledgers: at once and once, or again and again until told to stop."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from caseledger.application.keeping import Kept
from caseledger.bootstrap import Caseledger
from caseledger.following import Stop

EVERY_S: Final = 1.0
"""How long to wait between two looks unless another time is asked for."""

EVERY_S_MIN: Final = 0.05
EVERY_S_MAX: Final = 3_600.0
"""The bounds on that time."""

TURN_COMMANDS_MAX: Final = 200
"""Commands given in one turn of `up`, before the read models have theirs."""

Platforms = Callable[[], tuple[str, ...]]
"""The platforms whose time is kept, as they are now."""

Tell = Callable[[Kept], None]
"""Told every command that changed something or was refused."""


def keep_once(
    caseledger: Caseledger,
    platforms: Platforms,
    until: datetime,
    stop: Stop,
    tell: Tell,
    commands_max: int | None = None,
) -> int:
    """Give the commands that are due by this moment, platform after platform; how many were given. Ends between two
    commands when told to stop, or after `commands_max`.
    """
    given = 0
    for platform in platforms():
        for kept in caseledger.keeper(platform).keep(until):
            tell(kept)
            given += 1
            if stop.is_set() or given == commands_max:
                return given
    return given


class Watch:
    """Looks by the clock on the wall."""

    def __init__(self, caseledger: Caseledger, platforms: Platforms, stop: Stop, tell: Tell) -> None:
        """Keep the time of these platforms."""
        self._caseledger = caseledger
        self._platforms = platforms
        self._stop = stop
        self._tell = tell

    def look(self, commands_max: int | None = None) -> int:
        """Give what is due now; how many commands were given. Raises `LedgerUnavailable` or `OutcomeUnknown`: looking
        again is safe.
        """
        until = self._caseledger.clock.now()
        return keep_once(self._caseledger, self._platforms, until, self._stop, self._tell, commands_max)


class Turns:
    """Time kept in turns with other work: one look at most in so many seconds, and so many commands at most in one."""

    def __init__(self, watch: Watch, stop: Stop) -> None:
        """Take turns until told to stop."""
        self._watch = watch
        self._stop = stop
        self._next_s = 0.0

    def take(self) -> int:
        """Have a turn, if it is time for one; how many commands were given. After a full one there is more to do."""
        if self._stop.is_set() or time.monotonic() < self._next_s:
            return 0
        given = self._watch.look(TURN_COMMANDS_MAX)
        self._next_s = 0.0 if given == TURN_COMMANDS_MAX else time.monotonic() + EVERY_S
        return given

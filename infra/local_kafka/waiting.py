"""Waiting for an outcome, within a bound."""

import time
from collections.abc import Callable
from typing import Final

LOOK_EVERY_S: Final = 0.02


def wait_for(done: Callable[[], bool], seconds_max: float, every_s: float = LOOK_EVERY_S) -> bool:
    """Whether it came true within the bound."""
    until = time.monotonic() + seconds_max
    while not done():
        if time.monotonic() >= until:
            return False
        time.sleep(every_s)
    return True

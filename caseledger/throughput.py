"""Settings of the interpreter for long work on many short-lived objects."""

import gc
from typing import Final

YOUNG_OBJECTS_MAX: Final = 1_000_000
"""Objects made between two looks of the garbage collector: a batch's events are no garbage, and are many."""


def collect_seldom() -> None:
    """Leave what is loaded alone and look for cycles less often; a batch of events is freed by counting."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS_MAX)

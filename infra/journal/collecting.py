"""The garbage collector, told to rest where much is made that is no garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def nothing_to_collect() -> Iterator[None]:
    """The garbage collector rests while a page is read or a part of the log is folded: what is made then is kept, or
    goes by itself, and looking at it again and again, with everything else in the process, would take a third of the
    time, or more.
    """
    rested = gc.isenabled()
    if rested:
        gc.disable()
    try:
        yield
    finally:
        if rested:
            gc.enable()

"""The exit statuses of `caseledger`: what a script may rely on, each with its meaning."""

from enum import IntEnum
from typing import Final


class ExitStatus(IntEnum):
    """How a command ended. Permanent: a status never changes its meaning."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    BAD_LINES = 3
    UNAVAILABLE = 4
    DAMAGED = 5
    OUTCOME_UNKNOWN = 6
    OUTPUT_FAILED = 7
    BUG = 70
    INTERRUPTED = 130
    BROKEN_PIPE = 141


MEANINGS: Final[dict[ExitStatus, str]] = {
    ExitStatus.DONE: "done",
    ExitStatus.REFUSED: "refused, not found, or a check found a difference or a fault; what was refused wrote nothing",
    ExitStatus.USAGE: "wrong usage: a command, option, value, setting or input file that cannot be used",
    ExitStatus.BAD_LINES: "the input has lines that were not taken; all others were",
    ExitStatus.UNAVAILABLE: "the ledger or the read models cannot be reached; nothing was written, try again",
    ExitStatus.DAMAGED: "a file is damaged or missing; it is named, and was left as it is",
    ExitStatus.OUTCOME_UNKNOWN: "whether it was written cannot be told yet; the same command may safely be given again",
    ExitStatus.OUTPUT_FAILED: "the output could not be written; an existing file was left as it is",
    ExitStatus.BUG: "a fault of the program itself, with its traceback",
    ExitStatus.INTERRUPTED: "interrupted by Ctrl-C; what was written before stays, and is whole",
    ExitStatus.BROKEN_PIPE: "the reader of the output went away, as `head` does",
}
"""What a script is told; every status has a meaning."""
